"""What a sentence of the record is made from, and what several of them say alike."""

from collections.abc import Callable, Mapping
from typing import Any

from signoff.domain.phrasing import counted

Facts = Mapping[str, Any]
Sentence = Callable[[Facts], str]


def partners_in(facts: Facts) -> str:
    """How many partners an entry tells of, to begin its sentence."""
    return counted(len(facts["partners"]), "partner").capitalize()


def listed(names: list[str]) -> str:
    """The names of fields or criteria in words."""
    return ", ".join(names).replace("_", " ")
