"""The record: every act adds one entry in its own transaction; entries are read in order."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Actor
from signoff.domain.record import ensure_facts
from signoff.evidence.canonical import canonical_json
from signoff.models import Entry, Partner, Position

FORMAT = "signoff-entry/1"


def record(
    session: Session, kind: str, *, by: Actor, at: datetime, facts: dict[str, Any], position: Position | None = None
) -> Entry:
    """Add an entry to the record: what happened, when, by whom, with exactly the facts its kind carries."""
    ensure_facts(kind, facts)
    # Each entry is salted, so that nobody can guess an unpublished one from a digest.
    body = canonical_json(
        {
            "format": FORMAT,
            "kind": kind,
            "at": rfc3339(at),
            "by": by.label,
            "facts": facts,
            "salt": secrets.token_hex(16),
        }
    )
    entry = Entry(kind=kind, at=at, actor=by.label, position_id=position.id if position else None, body=body)
    session.add(entry)
    session.flush()
    _index(session, entry)
    return entry


def _index(session: Session, entry: Entry) -> None:
    # PostgreSQL's index sees to it by itself.
    if session.get_bind().dialect.name == "sqlite":
        indexed = {"id": entry.id, "body": entry.body}
        session.execute(text("INSERT INTO entry_words (rowid, body) VALUES (:id, :body)"), indexed)


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


def partner_names_in(session: Session, found: Sequence[Entry]) -> dict[str, str]:
    """The present names of the partners these entries tell of, by slug."""
    slugs = {facts["partner"] for facts in map(facts_of, found) if "partner" in facts}
    return dict(session.execute(select(Partner.slug, Partner.name).where(Partner.slug.in_(slugs))).all())


def facts_of(entry: Entry) -> dict[str, Any]:
    """The facts an entry carries, read from its canonical bytes."""
    facts: dict[str, Any] = json.loads(entry.body)["facts"]
    return facts
