"""What a text is shown on, and which of its fields each of these leaves out; an abridged one says so."""

from dataclasses import dataclass

from signoff.domain.phrasing import enumerated
from signoff.domain.positions.fields import FIELD_NAMES, field_named
from signoff.domain.positions.text import ensure_decided


@dataclass(frozen=True)
class Sheet:
    """A page, a paper, a file or an email that shows a text: its fields, and those it leaves out."""

    name: str
    shows: tuple[str, ...]
    leaves_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ensure_decided(
            sorted((*self.shows, *self.leaves_out), key=FIELD_NAMES.index), "A sheet in domain/positions/sheets.py"
        )

    @property
    def says(self) -> str:
        """What an abridged one tells its reader; it also carries the digest of the whole. Empty when it shows all."""
        shown = enumerated([field_named(name).label.lower() for name in self.shows])
        return f"This {self.name} gives the {shown} only. The whole text is on the page." if self.leaves_out else ""


WHOLE = Sheet("page", FIELD_NAMES)
EMAIL = Sheet(
    "email",
    ("title", "summary"),
    (
        *("language", "kind", "addressed_to", "reference", "body", "date_line", "salutation", "closing", "copies"),
        *("enclosures", "press_contact", "docket", "hearing"),
    ),
)
ONE_PAGE = Sheet("sheet", EMAIL.shows, EMAIL.leaves_out)
