"""The text that partners are asked about, as a PDF that is theirs to keep."""

from datetime import date
from typing import Any

from signoff.domain.positions.placeholders import COMPUTED
from signoff.domain.positions.text import Wording, canonical
from signoff.paper.text import text_facts
from signoff.paper.typesetting import set_on_paper


def asked_on_paper(wording: Wording, *, number: int, digest: str, saved_on: date, coalition: str) -> bytes:
    """The PDF of one version, alike for everyone who is asked; words that are filled in later are named."""
    facts: dict[str, Any] = {
        "paper": "asked",
        **text_facts(wording, {name: f"[{words}]" for name, words in COMPUTED.items()}),
        "coalition": coalition,
        "day": [saved_on.year, saved_on.month, saved_on.day],
        "facts": [coalition, f"version {number}"],
        "incomplete": False,
        "number": number,
        "digest": digest,
        "short_digest": digest[:8],
        "length": f"{len(canonical(wording)):,}",
        # It may never be public, so no address leads to it.
        "address": "",
    }
    return set_on_paper(facts)
