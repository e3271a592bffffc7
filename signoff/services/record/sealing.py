"""Sealing: entries become leaves of the record's private tree, which each head of the public log commits to."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from signoff.evidence.codes import SealingKeys
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.models import Answer, Entry, Leaf, LogHead
from signoff.models.base import among
from signoff.services.record.answer_codes import sealed_facts

MOST_AT_ONCE = 5_000
SEALED_WITHIN = timedelta(seconds=90)  # a beat of the heads, and some time to work
ANSWER_KINDS = ("partner_answered", "name_removed")


class SealingStopped(Exception):
    """Something is not as it was recorded; nothing is signed until an operator has looked at it."""


def seal_entries(session: Session, last: LogHead | None, *, keys: SealingKeys) -> int:
    """Seal up to `MOST_AT_ONCE` entries that are not sealed yet, in order; returns how many.

    SealingStopped when an entry tells of an answer that this installation did not record, or when fewer are sealed than
    the last head commits to.
    """
    entries = session.scalars(_unsealed().order_by(Entry.id).limit(MOST_AT_ONCE)).all()
    ensure_recorded(session, entries, keys=keys)
    newest = session.scalar(select(func.max(Leaf.number)))
    first = 0 if newest is None else newest + 1
    if last and first < last.record_size:
        raise SealingStopped("Leaves of the record are missing.")
    for number, entry in enumerate(entries, start=first):
        session.add(Leaf(number=number, entry_id=entry.id, hash=_hash_of(entry).hex()))
    session.flush()
    return len(entries)


def _unsealed() -> Select[Entry]:
    return select(Entry).outerjoin(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number.is_(None))


def _hash_of(entry: Entry) -> bytes:
    try:
        return leaf_hash(leaf_of(entry.body))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SealingStopped(f"An entry of the record{_about(entry)} cannot be read.") from None


def _about(entry: Entry) -> str:
    return f" about “{entry.position.slug}”" if entry.position else ""


def ensure_recorded(session: Session, entries: Iterable[Entry], *, keys: SealingKeys) -> None:
    """SealingStopped unless each of these entries that tells of an answer has it, with this installation's code."""
    telling = [entry for entry in entries if entry.kind in ANSWER_KINDS]
    answers = _answers_of(session, [entry.id for entry in telling])
    for entry in telling:
        answer = answers.get(entry.id)
        if answer is None:
            raise SealingStopped(f"The record tells of an answer{_about(entry)} that is not there.")
        if not keys.is_code(answer.mac, sealed_facts(answer, entry_body=entry.body)):
            raise SealingStopped(f"An answer{_about(entry)} does not have the code of this installation.")


def _answers_of(session: Session, entry_ids: Sequence[int]) -> Mapping[int, Answer]:
    found = session.scalars(select(Answer).where(among(Answer.entry_id, entry_ids))) if entry_ids else ()
    return {answer.entry_id: answer for answer in found}


def checked_frontier(size: int, heads: Sequence[str], root: str) -> Frontier:
    """A stored frontier that gives the root of the tree of this size; SealingStopped for any other."""
    frontier = Frontier(size, tuple(map(bytes.fromhex, heads)))
    if len(heads) != size.bit_count() or frontier.root.hex() != root:
        raise SealingStopped("A stored frontier does not give the root that was signed.")
    return frontier


def grown_record(session: Session, last: LogHead | None) -> Frontier:
    """The record's tree with every leaf, grown from what the last head committed to.

    SealingStopped when a leaf since then is not its entry's, or leaves are missing.
    """
    frontier = checked_frontier(last.record_size, last.record_frontier, last.record_root) if last else Frontier()
    newer = select(Leaf, Entry).outerjoin(Entry, Entry.id == Leaf.entry_id).where(Leaf.number >= frontier.size)
    hashes = list[bytes]()
    with closing(session.execute(newer.order_by(Leaf.number).execution_options(yield_per=500))) as rows:
        for leaf, entry in rows:
            if entry is None or _hash_of(entry).hex() != leaf.hash:
                raise SealingStopped("An entry of the record is not what was sealed.")
            hashes.append(bytes.fromhex(leaf.hash))
    frontier = frontier.grown(hashes)
    if session.scalar(select(func.count()).select_from(Leaf)) != frontier.size:
        raise SealingStopped("Leaves of the record are missing.")
    return frontier


def ensure_entries_are_there(session: Session) -> None:
    """SealingStopped when a sealed entry is not in the record any more."""
    gone = select(Leaf.number).outerjoin(Entry, Entry.id == Leaf.entry_id).where(Entry.id.is_(None))
    if session.scalar(gone.limit(1)) is not None:
        raise SealingStopped("A sealed entry is not in the record any more.")


def newest_act(session: Session, *, after: int) -> datetime | None:
    """When the latest of the entries with a place from `after` on was recorded."""
    return session.scalar(select(func.max(Entry.at)).join(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number >= after))


def oldest_unsealed(session: Session) -> datetime | None:
    """When the oldest entry that is not sealed yet was recorded; None when all are."""
    return session.scalar(
        select(func.min(Entry.at)).outerjoin(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number.is_(None))
    )


def positions_waiting(session: Session) -> set[int | None]:
    """The positions that entries which are not sealed yet are about."""
    waiting = select(Entry.position_id).outerjoin(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number.is_(None))
    return set(session.scalars(waiting.distinct()))
