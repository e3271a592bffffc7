"""The duty to write: letters are queued here as rows; their text is made when they are delivered."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind
from signoff.models import Contact, Letter, Link, StaffUser, Version


def queue_request_letters(session: Session, version: Version, links: Iterable[Link], *, at: datetime) -> int:
    """One request letter for each link; returns how many."""
    rows = [_row(LetterKind.REQUEST, version, at, contact_id=link.contact_id, link_id=link.id) for link in links]
    if rows:
        session.execute(insert(Letter), rows)
    return len(rows)


def queue_contact_letters(
    session: Session,
    kind: LetterKind,
    version: Version,
    contacts: Iterable[tuple[Contact, Link | None]],
    *,
    at: datetime,
    answer_id: int | None = None,
) -> int:
    """One letter for each contact, with the link it may carry; returns how many."""
    rows = [
        _row(kind, version, at, contact_id=contact.id, link_id=link.id if link else None, answer_id=answer_id)
        for contact, link in contacts
    ]
    if rows:
        session.execute(insert(Letter), rows)
    return len(rows)


def queue_staff_letter(
    session: Session, kind: LetterKind, version: Version, user: StaffUser, *, at: datetime, answer_id: int | None
) -> None:
    """A letter to a staff member, unless they have left."""
    if user.deactivated_at is None:
        session.execute(insert(Letter), [_row(kind, version, at, user_id=user.id, answer_id=answer_id)])


def _row(kind: LetterKind, version: Version, at: datetime, **addressee: Any) -> dict[str, Any]:
    whom = {"contact_id": None, "user_id": None, "link_id": None, "answer_id": None}
    return {
        "kind": kind.value,
        "version_id": version.id,
        "message_id": secrets.token_hex(16),
        "queued_at": at,
        "due_at": at,
        **whom,
        **addressee,
    }
