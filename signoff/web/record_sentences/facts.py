"""What a sentence of the record is made from, and what several of them say alike."""

from collections.abc import Callable, Mapping
from typing import Any

from signoff.domain.phrasing import sentence_for

Facts = Mapping[str, Any]
Sentence = Callable[[Facts], str]


def of_partners(facts: Facts, one: str, many: str) -> str:
    """The sentence about the one partner, or the many, that an entry tells of."""
    return sentence_for(len(facts["partners"]), one, many, **{name: facts[name] for name in facts if name != "number"})


def listed(names: list[str]) -> str:
    """The names of fields or criteria in words."""
    return ", ".join(names).replace("_", " ")
