"""Verifies the seals: each leaf is its entry's, and the heads of the public log commit to the tree of these leaves."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.models import Entry, Leaf, LogHead


@dataclass(frozen=True)
class SealReport:
    """How many sealed entries were looked at, and every sentence about what is wrong."""

    entries: int
    wrong: tuple[str, ...]


def verify_seals(session: Session) -> SealReport:
    """Grow the record's tree again from the entries themselves, and compare it with what every head committed to."""
    heads = defaultdict[int, list[LogHead]](list)
    for head in session.scalars(select(LogHead).order_by(LogHead.size)):
        heads[head.record_size].append(head)
    wrong, frontier, entries = list[str](), Frontier(), 0
    wrong += _wrong_with(heads.pop(0, []), frontier)
    rows = select(Leaf, Entry).outerjoin(Entry, Entry.id == Leaf.entry_id).order_by(Leaf.number)
    for leaf, entry in session.execute(rows.execution_options(yield_per=500)):
        hashed = _hash_of(entry) if entry else None
        if entry is None:
            wrong.append(f"The entry at place {leaf.number} of the record is not there any more.")
        elif hashed is None or hashed.hex() != leaf.hash:
            wrong.append(f"The entry at place {leaf.number} of the record is not what was sealed.")
        if leaf.number != frontier.size:
            wrong.append(f"Place {frontier.size} of the record is empty.")
        frontier, entries = frontier.grown([hashed or bytes(32)]), entries + 1
        wrong += _wrong_with(heads.pop(frontier.size, []), frontier)
    for size, of_size in heads.items():
        wrong += [
            f"The head of {head.size} leaves commits to {size} entries, but so many are not sealed." for head in of_size
        ]
    return SealReport(entries, tuple(wrong))


def _hash_of(entry: Entry) -> bytes | None:
    try:
        return leaf_hash(leaf_of(entry.body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _wrong_with(heads: list[LogHead], frontier: Frontier) -> Iterator[str]:
    for head in heads:
        if head.record_root != frontier.root.hex():
            yield f"The head of {head.size} leaves commits to another record than this one."
        if head.record_frontier != [item.hex() for item in frontier.heads]:
            yield f"The record's frontier kept with the head of {head.size} leaves is not the one of its entries."
