"""What sheets are printed on: who sends them, and the size of the paper."""

from dataclasses import dataclass
from typing import Any

from babel import Locale

# Where CLDR says that people print on US Letter; A4 everywhere else.
_LETTER_TERRITORIES = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
US_LETTER, A4 = "letter", "a4"
SIZES = (US_LETTER, A4)


def usual_size(locale: str) -> str:
    """The size of paper that people of a locale print on."""
    territory = Locale.parse(locale).territory
    return US_LETTER if territory in _LETTER_TERRITORIES or territory is None else A4


@dataclass(frozen=True)
class Stationery:
    """Who sends a sheet: the name and lines of the letterhead; and the size of the paper, one of SIZES."""

    coalition: str
    lines: tuple[str, ...]
    size: str

    def facts(self) -> dict[str, Any]:
        """The same for the template."""
        return {
            "coalition": self.coalition,
            "letterhead": {"lines": [line for line in self.lines if line], "logo": ""},
            "size": self.size,
        }
