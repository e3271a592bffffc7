"""The record: every act adds one entry in its own transaction; entries are read in order."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.orm import Session, joinedload

from signoff.domain.permissions import Actor
from signoff.domain.record import ensure_facts
from signoff.domain.time import rfc3339
from signoff.evidence.canonical import canonical_json
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import leaf_hash
from signoff.models import Base, Entry, Partner, Position
from signoff.services.record.row_codes import keys_of

FORMAT = "signoff-entry/1"


def record(
    session: Session, kind: str, *, by: Actor, at: datetime, facts: dict[str, Any], position: Position | None = None
) -> Entry:
    """Add an entry to the record: what happened, when, by whom, with exactly the facts its kind carries."""
    at_place = {"position_id": position.id} if position else {}
    entry = Entry(**_row(session, kind, by=by, at=at, facts=facts), **at_place)
    session.add(entry)
    session.flush()
    _index(session, after=entry.id - 1)
    return entry


def record_all(session: Session, kind: str, *, by: Actor, at: datetime, facts: Sequence[dict[str, Any]]) -> None:
    """Add an entry for each of many acts of one kind, in their order."""
    before = session.scalar(select(func.max(Entry.id))) or 0
    session.execute(
        insert(Base.metadata.tables[Entry.__tablename__]),
        [_row(session, kind, by=by, at=at, facts=each) for each in facts],
    )
    _index(session, after=before)


def _row(session: Session, kind: str, *, by: Actor, at: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    ensure_facts(kind, facts)
    # Each entry is salted, so that no one can guess an unpublished one from a digest.
    content = {
        "format": FORMAT,
        "kind": kind,
        "at": rfc3339(at),
        "by": by.label,
        "facts": facts,
        "salt": secrets.token_hex(16),
    }
    body = canonical_json(content)
    # Derived once, here; sealing is then no more than reading it.
    leaf = leaf_hash(leaf_of(body)).hex()
    code = keys_of(session).code_of_entry(leaf)
    return {"kind": kind, "at": at, "actor": by.label, "leaf": leaf, "body": body, "code": code}


def _index(session: Session, *, after: int) -> None:
    # PostgreSQL's index sees to it by itself.
    if session.get_bind().dialect.name == "sqlite":
        added = text("INSERT INTO entry_words (rowid, body) SELECT id, body FROM entry WHERE id > :after")
        session.execute(added, {"after": after})


def entries(
    session: Session, *, after: int = 0, limit: int = 100, position: Position | None = None, newest_first: bool = False
) -> Sequence[Entry]:
    """Up to `limit` entries: those with an id above `after` in order, or the newest first."""
    query = select(Entry).options(joinedload(Entry.position)).limit(limit)
    if position is not None:
        query = query.where(Entry.position_id == position.id)
    if newest_first:
        query = query.order_by(Entry.id.desc())
        return session.scalars(query.where(Entry.id < after) if after else query).all()
    return session.scalars(query.where(Entry.id > after).order_by(Entry.id)).all()


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are looked for; empty means all. `by` is as entries name who acted; the days are whole, UTC."""

    kind: str = ""
    by: str = ""
    position: Position | None = None
    since: datetime | None = None
    before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions of a query."""
        outside = self.by in ("contact", "applicant", "subscriber")
        by = Entry.actor.like(f"{self.by}:%") if outside else Entry.actor == self.by
        return [
            *([Entry.kind == self.kind] if self.kind else []),
            *([by] if self.by else []),
            *([Entry.position_id == self.position.id] if self.position else []),
            *([Entry.at >= self.since] if self.since else []),
            *([Entry.at < self.before] if self.before else []),
        ]


def find_entries(session: Session, entry_filter: EntryFilter, *, after: int = 0, limit: int = 100) -> Sequence[Entry]:
    """The newest entries that are looked for, those with an id below `after` when it is given."""
    query = select(Entry).options(joinedload(Entry.position)).where(*entry_filter.conditions())
    query = query.where(Entry.id < after) if after else query
    return session.scalars(query.order_by(Entry.id.desc()).limit(limit)).all()


def count_entries(session: Session, position: Position) -> int:
    """How many entries tell of a position."""
    query = select(func.count()).select_from(Entry).where(Entry.position_id == position.id)
    return session.scalar(query) or 0


def partner_names_in(session: Session, entries: Sequence[Entry]) -> dict[str, str]:
    """The present names of the partners these entries tell of, by slug."""
    slugs = {facts[key] for facts in map(facts_of, entries) for key in ("partner", "double") if key in facts}
    return dict(session.execute(select(Partner.slug, Partner.name).where(Partner.slug.in_(slugs))).all())


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts an entry carries, read from its canonical bytes."""
    facts: dict[str, Any] = json.loads(entry.body)["facts"]
    return facts
