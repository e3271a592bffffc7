"""In which order names are read, and under which headings: the publisher's choice for each publication."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from pyuca import Collator


class Grouping(StrEnum):
    """How the names on a publication are grouped. It is how they look, and no part of what is approved."""

    LEVEL = "level"
    ALPHABET = "alphabet"


GROUPING_WORDS: Mapping[str, str] = MappingProxyType(
    {Grouping.LEVEL: "National, state and local organizations", Grouping.ALPHABET: "All from A to Z"}
)
_LEVEL_HEADINGS = MappingProxyType(
    {"national": "National organizations", "state": "State organizations", "local": "Local organizations"}
)
_OF_NO_LEVEL = "Other organizations"
# What stands before the first letter, and the article that no one looks a name up by.
_BEFORE = re.compile(r"^[\W_]+|^the\s+", re.IGNORECASE)


@dataclass(frozen=True)
class NameGroup:
    """Signatories under one heading, in their order; the heading is empty where all stand in one group."""

    heading: str
    rows: tuple[Mapping[Any, Any], ...]


@cache
def _collator() -> Any:
    # It reads a table of some thirty thousand lines, which a command that orders no names need not wait for.
    return Collator()


@lru_cache(maxsize=8_192)
def name_order(name: str) -> tuple[tuple[int, ...], str]:
    """The key that names are sorted by: by the Unicode collation, without “The” and what is no letter before it."""
    key: tuple[int, ...] = _collator().sort_key(_BEFORE.sub("", _BEFORE.sub("", name)) or name)
    return key, name


def in_groups(signatories: Iterable[Mapping[Any, Any]], grouping: str) -> list[NameGroup]:
    """Signatories (`public_name`, `level`) in the groups of a publication, each in the order of its names."""
    ordered = sorted(signatories, key=lambda row: name_order(row["public_name"]))
    if grouping == Grouping.ALPHABET or not any(row["level"] for row in ordered):
        return [NameGroup("", tuple(ordered))] if ordered else []
    groups = ((heading, tuple(row for row in ordered if (row["level"] or "") == level)) for level, heading in _LEVELS)
    return [NameGroup(heading, rows) for heading, rows in groups if rows]


_LEVELS = (*_LEVEL_HEADINGS.items(), ("", _OF_NO_LEVEL))
