"""In which order names are read, and under which headings: the publisher's choice for each publication."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from string import ascii_uppercase
from struct import pack
from types import MappingProxyType
from typing import Any

from pyuca import Collator

from signoff.domain.errors import Invalid
from signoff.domain.partners.folding import spelled_plainly
from signoff.domain.partners.places import STATES, state_name


class Grouping(StrEnum):
    """How the names on a publication are grouped. It is how they look, and no part of what is approved."""

    LEVEL = "level"
    STATE = "state"
    ALPHABET = "alphabet"


GROUPING_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Grouping.LEVEL: "National, state and local organizations",
        Grouping.STATE: "By state, after national organizations",
        Grouping.ALPHABET: "All from A to Z",
    }
)
_LEVEL_HEADINGS = MappingProxyType(
    {"national": "National organizations", "state": "State organizations", "local": "Local organizations"}
)
_OTHERS = "Other organizations"
_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Grouping.LEVEL: (*_LEVEL_HEADINGS.values(), _OTHERS),
        Grouping.STATE: (_LEVEL_HEADINGS["national"], *sorted(STATES.values()), _OTHERS),
        Grouping.ALPHABET: ("",),
    }
)
OTHER_LETTERS = "Other"
LONGEST_KEY = 1_000  # bytes: those of any name of 160 letters; PostgreSQL's indexes take no 3,000
# What stands before the first letter, and the article that no one looks a name up by.
_BEFORE = re.compile(r"^[\W_]+|^the\s+", re.IGNORECASE)


@dataclass(frozen=True)
class NameGroup:
    """Signatories under one heading, in their order; the heading is empty where all stand in one group.

    Where a page shows a part of the group, `of` is how many are in it, and `continues` says that others stand before.
    Rows may also be kinds of signatories, where only their number is asked for.
    """

    heading: str
    rows: tuple[Mapping[Any, Any], ...]
    of: int = 0
    continues: bool = False

    @property
    def number(self) -> int:
        """How many signatories are in the whole group."""
        return self.of or len(self.rows)


@cache
def _collator() -> Any:
    # It reads a table of some thirty thousand lines, which a command that orders no names need not wait for.
    return Collator()


@lru_cache(maxsize=4_096)  # a key takes some hundred bytes
def order_key(name: str) -> bytes:
    """The bytes that names are sorted by: by the Unicode collation, without “The” and what is no letter before it.

    They are stored beside names, and cut where an index could take no more.
    """
    sorted_by = _BEFORE.sub("", _BEFORE.sub("", name)) or name
    weights: tuple[int, ...] = _plain_weights(sorted_by) if sorted_by.isascii() else _collator().sort_key(sorted_by)
    return pack(f">{len(weights)}H", *weights)[:LONGEST_KEY]


def _plain_weights(name: str) -> tuple[int, ...]:
    # Each character of ASCII is weighed by itself, so what was found of it once is all there is.
    elements = [element for character in name for element in _elements_of(character)]
    weights: tuple[int, ...] = _collator().sort_key_from_collation_elements(elements)
    return weights


@cache
def _elements_of(character: str) -> Sequence[Sequence[int]]:
    elements: list[list[int]] = _collator().collation_elements(character)
    return elements


def name_order(name: str) -> tuple[bytes, str]:
    """The key that names are sorted by in memory: two names with the same bytes stand in one order all the same."""
    return order_key(name), name


def ensure_known(grouping: str) -> None:
    """Refuse, as Invalid at the field `grouping`, a grouping that is not one of those on offer."""
    if grouping not in GROUPING_WORDS:
        raise Invalid({"grouping": "Please choose one of those listed."})


def first_letter(key: bytes) -> str:
    """The letter that the name with this order key is looked up under, from A to Z; “Other” for any other script.

    The first two bytes of the key say it.
    """
    begins = key[:2]
    if not _letter_weights()[0] <= begins < _after_z():
        return OTHER_LETTERS
    return ascii_uppercase[bisect_right(_letter_weights(), begins) - 1]


def keys_under(letter: str) -> list[tuple[bytes, bytes]]:
    """Between which keys the names under a letter stand: from one on and before another, which is empty at the end."""
    if letter == OTHER_LETTERS:
        return [(b"", _letter_weights()[0]), (_after_z(), b"")]
    begins = (*_letter_weights(), _after_z())
    place = ascii_uppercase.index(letter)
    return [(begins[place], begins[place + 1])]


@cache
def _letter_weights() -> tuple[bytes, ...]:
    return tuple(order_key(letter)[:2] for letter in ascii_uppercase)


@cache
def _after_z() -> bytes:
    return order_key("α")[:2]  # the first letter of the first script after ours


def by_letter(rows: Iterable[Mapping[Any, Any]]) -> list[NameGroup]:
    """Signatories that stand in their order, under their first letters."""
    letters: dict[str, list[Mapping[Any, Any]]] = {}
    for row in rows:
        letters.setdefault(first_letter(row["order_key"]), []).append(row)
    others = letters.pop(OTHER_LETTERS, [])
    groups = [NameGroup(letter, tuple(letters[letter])) for letter in sorted(letters)]
    return [*groups, NameGroup(OTHER_LETTERS, tuple(others))] if others else groups


def page_of_groups(groups: Iterable[NameGroup], *, begins: int, size: int) -> list[NameGroup]:
    """The groups with only those signatories that stand on one page of all: so many of them from this one on."""
    result, before = [], 0
    for group in groups:
        rows = group.rows[max(0, begins - before) : max(0, begins + size - before)]
        if rows:
            result.append(NameGroup(group.heading, rows, group.number, continues=before < begins))
        before += len(group.rows)
    return result


def pages_of_groups(groups: Iterable[NameGroup], size: int) -> dict[str, int]:
    """On which page of so many signatories each group begins, by its heading; the first page is 1."""
    result, before = {}, 0
    for group in groups:
        result[group.heading] = before // size + 1
        before += group.number
    return result


def counted(groups: Iterable[NameGroup]) -> list[NameGroup]:
    """Groups of kinds of names, each of which says the `number` of its names; they know then how many they have."""
    return [NameGroup(group.heading, group.rows, sum(kind["number"] for kind in group.rows)) for group in groups]


def matching(rows: Iterable[Mapping[Any, Any]], words: str) -> list[Mapping[Any, Any]]:
    """Signatories of whose name, level or state each of these words begins a word; all of them without words."""
    wanted = [plain for word in words.split() if (plain := spelled_plainly(word))]
    return [row for row in rows if all(_says(row, word) for word in wanted)]


def _says(row: Mapping[Any, Any], wanted: str) -> bool:
    where = [row["state"], state_name(row["state"])] if row.get("state") else []
    words = " ".join(filter(None, [row["public_name"], row["level"], *where]))
    said = [spelled_plainly(word) for word in words.split()]
    # Not every script parts its words.
    return any(word.startswith(wanted) or (not wanted.isascii() and wanted in word) for word in said)


def in_groups(signatories: Iterable[Mapping[Any, Any]], grouping: str) -> list[NameGroup]:
    """Signatories in the groups of a publication; they stand in their order, and keep it.

    Of each are read `public_name`, `level`, and `state`: the code of the one state that it works in, or nothing.
    """
    headings: dict[str, list[Mapping[Any, Any]]] = {heading: [] for heading in _HEADINGS[grouping]}
    for row in signatories:
        headings[_heading(row, grouping)].append(row)
    groups = [NameGroup(heading, tuple(rows)) for heading, rows in headings.items() if rows]
    return [NameGroup("", groups[0].rows)] if [group.heading for group in groups] == [_OTHERS] else groups


def states_with_names(signatories: Iterable[Mapping[Any, Any]]) -> dict[str, int]:
    """How many signatories work in one state alone, by its code; the states in the order of their names."""
    counts = Counter(row["state"] for row in signatories if _works_in_state(row))
    return {code: counts[code] for code in sorted(counts, key=state_name)}


def state_first(signatories: Iterable[Mapping[Any, Any]], grouping: str, state: str) -> list[NameGroup]:
    """Signatories in groups, those that work in one state alone before all others; rows are read as by `in_groups`."""
    own: list[Mapping[Any, Any]] = []
    others: list[Mapping[Any, Any]] = []
    for row in signatories:
        (own if _works_in_state(row) and row["state"] == state else others).append(row)
    groups = in_groups(others, grouping)
    if not own:
        return groups
    return [NameGroup(STATES[state], tuple(own)), *(NameGroup(one.heading or _OTHERS, one.rows) for one in groups)]


def _works_in_state(row: Mapping[Any, Any]) -> bool:
    return row["level"] != "national" and row["state"] in STATES


def _heading(row: Mapping[Any, Any], grouping: str) -> str:
    if grouping == Grouping.ALPHABET:
        return ""
    if grouping == Grouping.STATE and row["level"] != "national":
        return STATES.get(row.get("state") or "", _OTHERS)
    return _LEVEL_HEADINGS.get(row["level"] or "", _OTHERS)
