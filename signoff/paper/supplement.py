"""The names that came since a delivery, on a sheet to add to what was delivered."""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.paper.published import PublishedText, published_facts
from signoff.paper.stationery import Stationery
from signoff.paper.typesetting import set_on_paper


@dataclass(frozen=True)
class Supplement:
    """A published text with the names that came since alone, a heading, and what is said before and after the names."""

    text: PublishedText
    heading: str
    before: Sequence[str]
    after: Sequence[str]


def supplement_pdf(supplement: Supplement, stationery: Stationery) -> bytes:
    """The sheet as a PDF, in its turn; it says where the text is and leaves the text out."""
    facts = published_facts(supplement.text, stationery)
    told = {"heading": supplement.heading, "before": list(supplement.before), "later": list(supplement.after)}
    return set_on_paper({**facts, "paper": "supplement", **told, "bundle": ""}, is_patient=True)
