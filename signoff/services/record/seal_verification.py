"""Verifies the seals: each stored leaf is its entry's, and the heads of the public log commit to the tree of leaves."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import leaf_hash
from signoff.models import Entry, Leaf
from signoff.services.record.tree_walk import AT_ONCE, Progress, record_faults, unheard


@dataclass(frozen=True)
class SealReport:
    """How many entries are sealed, and every sentence about what is wrong."""

    entries: int
    wrong: tuple[str, ...]


def verify_seals(session: Session, tell: Progress = unheard) -> SealReport:
    """Derive each leaf from its entry again, and compare the tree of leaves with what every head committed to."""
    sealed = session.scalar(select(func.count()).select_from(Leaf)) or 0
    return SealReport(sealed, (*_not_as_recorded(session, tell), *record_faults(session)))


def _not_as_recorded(session: Session, tell: Progress) -> Iterator[str]:
    entries = select(Leaf.number, Entry.id, Entry.leaf, Entry.body).select_from(Entry)
    rows = session.execute(entries.outerjoin(Leaf, Leaf.entry_id == Entry.id).execution_options(yield_per=AT_ONCE))
    gone_over = 0
    for some in rows.partitions():
        for place, number, kept, body in some:
            if _derived(body) != kept:
                what = f"Entry {number}" if place is None else f"The entry at place {place}"
                yield f"{what} of the record is not what was {'recorded' if place is None else 'sealed'}."
        gone_over += len(some)
        tell(gone_over)


def _derived(body: str) -> str:
    try:
        return leaf_hash(leaf_of(body)).hex()
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
