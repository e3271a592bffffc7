"""Sealing: entries become leaves of the record's private tree, which each head of the public log commits to."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from signoff.evidence.codes import SealingKeys
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.models import Answer, Entry, Leaf, LogHead
from signoff.models.base import among, batched
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.stored_tree import read_hashes
from signoff.services.record.tree_walk import AT_ONCE

_MOST_AT_ONCE = 50_000
_MOST_ANSWERS = 2_000
SEALED_WITHIN = timedelta(seconds=90)  # a beat of the heads, and some time to work
ANSWER_KINDS = ("partner_answered", "name_removed")
_ANSWERS_AT_ONCE = 500
_LATE_AMONG = 10_000  # the newest entries; what commits later than that is found at the first head of the next day
_SEALED = aliased(Leaf)


class SealingStopped(Exception):
    """Something is not as it was recorded; nothing is signed until an operator has looked at it."""


def seal_entries(session: Session, last: LogHead | None, *, keys: SealingKeys, everywhere: bool = False) -> int:
    """Seal some entries that are not sealed yet, in order; returns how many, and `may_be_more` says whether all are.

    They are looked for among the newest entries, or `everywhere`. SealingStopped when an entry tells of an answer that
    this installation did not record, or when fewer are sealed than the last head commits to.
    """
    newest = session.scalar(select(func.max(Leaf.number)))
    first = 0 if newest is None else newest + 1
    if last and first < last.record_size:
        raise SealingStopped("Leaves of the record are missing.")
    waiting = _unsealed(Entry.id, Entry.kind, everywhere=everywhere).order_by(Entry.id).limit(_limit(session))
    sealed, telling = _place(session, first, waiting)
    if telling:
        _ensure_answers_recorded(session, first, keys)
    return sealed


def _place(session: Session, first: int, waiting: Select[Any]) -> tuple[int, int]:
    """Give these entries the places from `first` on; returns how many they are, and how many tell of answers."""
    some = waiting.subquery()
    number = some.c.id
    telling = func.count().filter(some.c.kind.in_(ANSWER_KINDS))
    sealed, least, most, tell = session.execute(
        select(func.count(), func.min(number), func.max(number), telling).select_from(some)
    ).one()
    if sealed and sealed == most - least + 1:
        # Without gaps between them, places need no counting, which takes a fifth of the insert.
        places = select(Entry.id + (first - least), Entry.id).where(Entry.id.between(least, most)).order_by(Entry.id)
    else:
        places = select(literal(first - 1) + func.row_number().over(order_by=number), number).order_by(number)
    session.execute(insert(Leaf).from_select(["number", "entry_id"], places))
    return sealed, tell


def may_be_more(sealed: int) -> bool:
    """Whether more entries may wait after so many were sealed at once."""
    return sealed in (_MOST_AT_ONCE, _MOST_ANSWERS)


def _limit(session: Session) -> int:
    # Each answer's code is looked at, and no one else writes to SQLite meanwhile.
    newest = select(func.coalesce(func.max(Leaf.entry_id), 0)).scalar_subquery()
    answers = session.scalar(select(func.count()).select_from(Answer).where(Answer.entry_id > newest)) or 0
    return _MOST_ANSWERS if answers > _MOST_ANSWERS else _MOST_AT_ONCE


def _ensure_answers_recorded(session: Session, first: int, keys: SealingKeys) -> None:
    telling = select(Entry.id).join(Leaf, Leaf.entry_id == Entry.id)
    telling = telling.where(Leaf.number >= first, Entry.kind.in_(ANSWER_KINDS))
    for some in batched(session.scalars(telling).all(), _ANSWERS_AT_ONCE):
        entries = session.scalars(select(Entry).where(among(Entry.id, some))).all()
        ensure_recorded(session, entries, keys=keys)
        for entry in entries:
            if _hash_of(entry).hex() != entry.leaf:
                raise SealingStopped(f"The leaf kept with an answer{_about(entry)} is not the one of its entry.")


def _unsealed(*columns: Any, everywhere: bool = False) -> Select[Any]:
    # On PostgreSQL an entry may be committed after others with higher numbers, but not after very many.
    newest = select(func.coalesce(func.max(_SEALED.entry_id), 0)).scalar_subquery()
    query = select(*columns).where(or_(Entry.id > newest, ~exists().where(_SEALED.entry_id == Entry.id)))
    return query if everywhere else query.where(Entry.id > newest - _LATE_AMONG)


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
    try:
        frontier = Frontier(size, tuple(map(bytes.fromhex, heads)))
    except (ValueError, TypeError):
        raise SealingStopped("A stored frontier cannot be read.") from None
    if len(heads) != size.bit_count() or frontier.root.hex() != root:
        raise SealingStopped("A stored frontier does not give the root that was signed.")
    return frontier


def grown_record(session: Session, last: LogHead | None, *, keys: SealingKeys) -> Frontier:
    """The record's tree with every leaf, grown from what the last head committed to.

    SealingStopped when an entry since then does not have this installation's code, or it or a leaf is missing.
    """
    frontier = checked_frontier(last.record_size, last.record_frontier, last.record_root) if last else Frontier()
    newer = select(Entry.leaf, Entry.code).select_from(Leaf).outerjoin(Entry, Entry.id == Leaf.entry_id)
    newer = newer.where(Leaf.number >= frontier.size).order_by(Leaf.number)
    with closing(session.connection().execute(newer.execution_options(yield_per=AT_ONCE))) as rows:
        for some in rows.partitions():
            try:
                frontier = frontier.grown(read_hashes([leaf for leaf, _ in some]))
            except ValueError:
                raise SealingStopped("A sealed entry, or its leaf, is no longer in the record.") from None
            if not keys.are_codes_of_entries(some):
                raise SealingStopped("An entry of the record does not have the code of this installation.")
    if session.scalar(select(func.count()).select_from(Leaf)) != frontier.size:
        raise SealingStopped("Leaves of the record are missing.")
    return frontier


def ensure_entries_are_there(session: Session) -> None:
    """SealingStopped when a sealed entry is no longer in the record."""
    gone = select(Leaf.number).outerjoin(Entry, Entry.id == Leaf.entry_id).where(Entry.id.is_(None))
    if session.scalar(gone.limit(1)) is not None:
        raise SealingStopped("A sealed entry is no longer in the record.")


def newest_act(session: Session, *, after: int) -> datetime | None:
    """When the latest of the entries with a place from `after` on was recorded."""
    return session.scalar(select(func.max(Entry.at)).join(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number >= after))


def positions_told_of(session: Session, *, after: int) -> set[int | None]:
    """The positions that the entries with a place from `after` on are about."""
    entries = select(Entry.position_id).join(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number >= after)
    return set(session.scalars(entries.distinct()))


def oldest_unsealed(session: Session) -> datetime | None:
    """When the oldest entry that is not sealed yet was recorded; None when all are."""
    oldest: datetime | None = session.scalar(_unsealed(func.min(Entry.at)))
    return oldest


def positions_waiting(session: Session) -> set[int | None]:
    """The positions that entries which are not sealed yet are about."""
    return set(session.scalars(_unsealed(Entry.position_id, everywhere=True).distinct()))
