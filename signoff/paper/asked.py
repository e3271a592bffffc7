"""The text that partners are asked about, as a PDF that is theirs to keep."""

from datetime import date
from typing import Any

from signoff.domain.positions.placeholders import COMPUTED
from signoff.domain.positions.text import Wording, canonical
from signoff.paper.stationery import Stationery
from signoff.paper.text import text_facts
from signoff.paper.typesetting import set_on_paper


def asked_on_paper(wording: Wording, *, number: int, digest: str, saved_on: date, stationery: Stationery) -> bytes:
    """The PDF of one version, alike for everyone who is asked; words that are filled in later are named."""
    return set_on_paper(
        {
            "paper": "asked",
            **asked_facts(wording, number=number, digest=digest, day=saved_on, stationery=stationery),
        },
        is_patient=True,
    )


def asked_facts(wording: Wording, *, number: int, digest: str, day: date, stationery: Stationery) -> dict[str, Any]:
    """What papers say of a text that is not public: words that are filled in later stand in it by their description."""
    return {
        **text_facts(wording, {name: f"[{words}]" for name, words in COMPUTED.items()}),
        **stationery.facts(),
        "day": [day.year, day.month, day.day],
        "incomplete": False,
        "number": number,
        "digest": digest,
        "short_digest": f"{digest[:8]}…{digest[-4:]}",
        "length": f"{len(canonical(wording)):,}",
        "foot": [f"{stationery.coalition}, version {number}"],
        # It may never be public, so no address leads to it.
        "page_address": "",
        "code": "",
    }
