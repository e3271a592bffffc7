"""Letters that did not arrive: whom none reached, and one letter to staff for a whole wave of them."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from signoff.domain.letters import TO_SUBSCRIBERS, UNDELIVERED, LetterKind, LetterState
from signoff.models import Base, Contact, Letter, Round
from signoff.services.outbox.letter_queue import queue_staff_letter

# Failures come in waves; what fails within this time is told in one letter.
_LATER = Base.metadata.tables["letter"].alias()
_COLLECTED = timedelta(minutes=2)


def still_undelivered() -> ColumnElement[bool]:
    """The condition that a letter did not arrive and that this still matters; to be used where Contact is joined.

    It does not any more when its contact left or has another address now, or when a later letter about the same
    version reached it.
    """
    reached = exists().where(
        _LATER.c.contact_id == Letter.contact_id,
        _LATER.c.version_id == Letter.version_id,
        _LATER.c.id > Letter.id,
        _LATER.c.state == LetterState.SENT,
    )
    is_there = Contact.removed_at.is_(None) & or_(
        Contact.address_changed_at.is_(None), Contact.address_changed_at <= Letter.queued_at
    )
    # What a stranger typed as an address is nothing that staff could mend.
    matters = Letter.kind.not_in((LetterKind.APPLICATION_CONFIRM, *TO_SUBSCRIBERS))
    return Letter.state.in_(UNDELIVERED) & matters & (Letter.contact_id.is_(None) | is_there) & ~reached


def notify_undeliverable(session: Session, letter: Letter, *, at: datetime) -> None:
    """Queue a letter to who asked about the version, unless one waits already; letters to staff are not told of."""
    if letter.contact_id is None or letter.version is None:
        return
    asked = session.scalar(select(Round).where(Round.version_id == letter.version_id))
    if asked is None:
        return
    waits = select(Letter.id).where(
        Letter.kind == LetterKind.UNDELIVERABLE,
        Letter.version_id == letter.version_id,
        Letter.user_id == asked.opened_by,
        # A claimed letter may already be written.
        Letter.state == LetterState.QUEUED,
    )
    if session.scalar(waits.limit(1)) is None:
        queue_staff_letter(
            session, LetterKind.UNDELIVERABLE, letter.version, asked.opener, at=at, due_at=at + _COLLECTED
        )
