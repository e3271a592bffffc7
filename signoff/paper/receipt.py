"""The receipt of an answer as a PDF: what was recorded, and the exact text that it was about, to be kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from signoff.domain.positions.text import Wording, canonical
from signoff.paper.text import text_facts
from signoff.paper.typesetting import set_on_paper


@dataclass(frozen=True)
class Receipt:
    """What a receipt says: a sentence as its heading, rows of labels and words, and the text with its digest.

    `day` is the day of the answer in the installation's zone; `address` leads to the Coalition's pages, not to a link.
    """

    heading: str
    rows: Sequence[tuple[str, str]]
    wording: Wording
    number: int
    digest: str
    coalition: str
    day: date
    address: str


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt on paper. Words that are filled in when a text is public stand in it by their description."""
    return set_on_paper(
        {
            "paper": "receipt",
            **text_facts(receipt.wording, {}),
            "receipt": receipt.heading,
            "rows": [list(row) for row in receipt.rows],
            "coalition": receipt.coalition,
            "day": [receipt.day.year, receipt.day.month, receipt.day.day],
            "facts": [receipt.coalition, f"version {receipt.number}"],
            "incomplete": False,
            "digest": receipt.digest,
            "short_digest": f"{receipt.digest[:8]}…{receipt.digest[-4:]}",
            "length": len(canonical(receipt.wording)),
            "address": receipt.address,
        }
    )
