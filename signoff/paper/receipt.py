"""The receipt of an answer as a PDF: what was recorded, and the exact text that it was about, to be kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from signoff.domain.positions.text import Wording
from signoff.paper.asked import asked_facts
from signoff.paper.stationery import Stationery
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
    day: date
    address: str


def receipt_pdf(receipt: Receipt, stationery: Stationery) -> bytes:
    """The receipt on paper, with the whole text."""
    facts = asked_facts(
        receipt.wording, number=receipt.number, digest=receipt.digest, day=receipt.day, stationery=stationery
    )
    return set_on_paper(
        {
            "paper": "receipt",
            **facts,
            "receipt": receipt.heading,
            "rows": [list(row) for row in receipt.rows],
            "foot": [*facts["foot"], receipt.address],
        }
    )
