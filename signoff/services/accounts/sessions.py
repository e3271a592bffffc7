"""Server-side sessions: started, found, proven again, ended."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.domain.accounts import PROOF_LASTS
from signoff.domain.errors import NotSignedIn
from signoff.domain.permissions import ensure_own
from signoff.domain.text_input import clean_line
from signoff.domain.time import Clock
from signoff.evidence.canonical import sha256_hex
from signoff.models import StaffSession, StaffUser
from signoff.models.base import among
from signoff.services.accounts.written_rows import are_roles_as_written
from signoff.services.act import ActContext
from signoff.services.locks import hold_user
from signoff.services.record.record import record

SESSION_LASTS = timedelta(hours=12)


_LONGEST_BROWSER = 300


def start_session(session: Session, user: StaffUser, *, clock: Clock, browser: str = "") -> str:
    """Begin a session for a user who signed in; returns the secret for the cookie, stored nowhere."""
    # It says whose it is, so that a session that is given to another user in the database is no one's.
    secret, at = f"{user.id}.{secrets.token_urlsafe(32)}", clock()
    begun = StaffSession(
        user_id=user.id,
        lookup=sha256_hex(secret),
        started_at=at,
        expires_at=at + SESSION_LASTS,
        proven_at=at,
        browser=clean_line(browser).replace("\0", "")[:_LONGEST_BROWSER],
    )
    session.add(begun)
    return secret


def ensure_live(staff_session: StaffSession) -> None:
    """Refuse with NotSignedIn a session that has ended meanwhile."""
    if staff_session.ended_at is not None:
        raise NotSignedIn


def user_still_signed_in(session: Session, staff_session: StaffSession) -> StaffUser:
    """The user of a session, whose account no one else changes meanwhile; NotSignedIn when the session has ended."""
    hold_user(session, staff_session.user)
    session.refresh(staff_session)
    ensure_live(staff_session)
    return staff_session.user


def is_proven(staff_session: StaffSession, *, clock: Clock) -> bool:
    """Whether the user of a session proved lately enough who they are for a grave act."""
    return clock() - staff_session.proven_at < PROOF_LASTS


def renew_proof(staff_session: StaffSession, *, clock: Clock) -> None:
    """Note that the user of a session has just given the password again."""
    staff_session.proven_at = clock()


def find_session(session: Session, secret: str, *, clock: Clock) -> StaffSession | None:
    """The session behind a cookie's secret, while it lasts and its user is active.

    None, too, when it was given to another user past the program, or a role of its user was.
    """
    staff_session = session.scalar(
        select(StaffSession).where(
            StaffSession.lookup == sha256_hex(secret),
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > clock(),
        )
    )
    if staff_session is None or staff_session.user.deactivated_at is not None:
        return None
    is_own = secret.startswith(f"{staff_session.user_id}.")
    return staff_session if is_own and are_roles_as_written(session, staff_session.user) else None


def end_session(session: Session, secret: str, *, clock: Clock) -> None:
    """End a session for good: a copy of its cookie opens nothing anymore."""
    staff_session = find_session(session, secret, clock=clock)
    if staff_session:
        staff_session.ended_at = clock()


def live_sessions(session: Session, user: StaffUser, *, clock: Clock) -> Sequence[StaffSession]:
    """Where a user is signed in at present, newest first."""
    return session.scalars(
        select(StaffSession)
        .where(StaffSession.user_id == user.id, StaffSession.ended_at.is_(None), StaffSession.expires_at > clock())
        .order_by(StaffSession.id.desc())
    ).all()


def end_sessions(act: ActContext, user: StaffUser, ids: Collection[int]) -> int:
    """End some of one's own sessions; returns how many. None is no act."""
    ensure_own(act.by, user.actor, "Only the user can end their own sessions.")
    at = act.at()
    ended = drop_sessions(act.session, user, only=ids, at=at)
    if ended:
        record(act.session, "sessions_ended", by=act.by, at=at, facts={"user": user.id, "sessions": ended})
    return len(ended)


def drop_sessions(
    session: Session, user: StaffUser, *, at: datetime, only: Collection[int] | None = None, keep: str = ""
) -> list[int]:
    """End a user's sessions, `only` some or all but the one whose look-up is `keep`; part of an act with its entry."""
    which = [StaffSession.user_id == user.id, StaffSession.ended_at.is_(None), StaffSession.lookup != keep]
    if only is not None:
        which.append(among(StaffSession.id, only))
    ended = update(StaffSession).where(*which).values(ended_at=at).returning(StaffSession.id)
    return sorted(session.scalars(ended.execution_options(synchronize_session=False)))
