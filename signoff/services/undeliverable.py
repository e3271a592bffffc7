"""Tells staff of letters that did not arrive: one letter for a whole wave of them, not one each."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind, LetterState
from signoff.models import Letter, Round
from signoff.services.letter_queue import queue_staff_letter

# Failures come in waves; what fails within this time stands in one letter.
_COLLECTED = timedelta(minutes=2)


def tell_undeliverable(session: Session, letter: Letter, *, at: datetime) -> None:
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
        Letter.state.in_((LetterState.QUEUED, LetterState.SENDING)),
    )
    if session.scalar(waits.limit(1)) is None:
        queue_staff_letter(
            session, LetterKind.UNDELIVERABLE, letter.version, asked.opener, at=at, due_at=at + _COLLECTED
        )
