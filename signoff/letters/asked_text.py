"""The text that an answer is about, as receipts bring it: to keep when the link to it no longer works."""

from datetime import date
from functools import lru_cache

from signoff.domain.positions.text import Wording
from signoff.letters.base import VersionLetter
from signoff.letters.blocks import Attachment
from signoff.paper.asked import asked_on_paper
from signoff.paper.stationery import Stationery, stationery_of, usual_size


def asked_text(letter: VersionLetter) -> Attachment:
    """The text of a letter's version as a PDF."""
    version, coalition, settings = letter.version, letter.envelope.coalition, letter.envelope.settings
    saved_on = version.saved_at.astimezone(letter.formats.zone).date()
    size = usual_size(letter.formats.locale)
    logo = coalition.logo.content if coalition.logo else b""
    on = stationery_of(coalition.name, coalition.letterhead, logo, size=size, address=settings.base_url)
    return Attachment(
        f"position-version-{version.number}.pdf",
        "application/pdf",
        _pdf(version.wording, version.number, version.digest, saved_on, on),
    )


# All receipts of a round bring the same file, which takes some tenths of a second to make.
@lru_cache(maxsize=16)
def _pdf(wording: Wording, number: int, digest: str, saved_on: date, stationery: Stationery) -> bytes:
    return asked_on_paper(wording, number=number, digest=digest, saved_on=saved_on, stationery=stationery)
