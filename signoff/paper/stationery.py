"""What sheets are printed on: who sends them, and the size of the paper."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale

from signoff.domain.letterhead import Letterhead

# Where CLDR says that people print on US Letter; A4 everywhere else.
_LETTER_TERRITORIES = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
US_LETTER, A4 = "letter", "a4"
SIZES = (US_LETTER, A4)
# What stands beside the name until there is a logo, as on public pages.
MARK = (Path(__file__).parents[1] / "static" / "mark.svg").read_text()


def usual_size(locale: str) -> str:
    """The size of paper that people of a locale print on."""
    territory = Locale.parse(locale).territory
    return US_LETTER if territory in _LETTER_TERRITORIES or territory is None else A4


@dataclass(frozen=True)
class Stationery:
    """Who sends a sheet: name, lines and logo (a PNG file, or empty) of its head; and its size, one of SIZES."""

    coalition: str
    lines: tuple[str, ...]
    size: str
    logo: bytes = b""

    def facts(self) -> dict[str, Any]:
        """The same for the template, which takes bytes as numbers."""
        return {
            "coalition": self.coalition,
            "letterhead": list(self.lines),
            "logo": list(self.logo),
            "mark": MARK,
            "size": self.size,
        }


def stationery_of(name: str, letterhead: Letterhead, logo: bytes, *, size: str, address: str) -> Stationery:
    """The sheets of a coalition; while its letterhead says nothing, they have the address of the installation."""
    return Stationery(name, tuple(letterhead.lines) or (address,), size, logo)
