"""Pauses of the mail: why no letter leaves at the moment, noted by the worker, read on every staff page."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from signoff.domain.moments import Clock
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.models import MailPause
from signoff.services.record import record


def find_pause(session: Session) -> MailPause | None:
    """Why no letter leaves at the moment, if that is so."""
    return session.get(MailPause, 1)


def tries_in_a_row(session: Session) -> int:
    """How often in a row the mail server has turned letters away."""
    found = find_pause(session)
    return found.tries if found else 0


def note_pause(session: Session, reason: str, *, at: datetime, try_again_at: datetime | None) -> None:
    """No letter leaves until a moment, or without one until a person has looked."""
    found = find_pause(session)
    if found is None:
        session.add(MailPause(id=1, reason=reason, since=at, tries=1, try_again_at=try_again_at))
        return
    found.reason, found.tries, found.try_again_at = reason, found.tries + 1, try_again_at


def end_pause(session: Session) -> None:
    """Letters leave again."""
    session.execute(delete(MailPause))


def resume(session: Session, *, by: Actor, clock: Clock) -> bool:
    """Have the worker try the mail server again now; False when no pause was noted."""
    ensure_may(by, Act.TEND_LETTERS)
    found = find_pause(session)
    if found is None:
        return False
    at = clock()
    found.try_again_at = at
    record(session, "mail_resumed", by=by, at=at, facts={"reason": found.reason})
    return True
