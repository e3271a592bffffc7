"""How the mail is: whether letters leave, why not, what waits longest; noted by the worker, read on staff pages."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterState
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Letter, MailPause, Restoration, WorkerBeat
from signoff.models.base import Instant
from signoff.services.act import ActContext
from signoff.services.outbox.complaints import is_stopped
from signoff.services.outbox.proof_queue import waits_for_proof
from signoff.services.record.record import record

BEAT_OLD_AFTER = timedelta(minutes=5)
_ADDRESS = re.compile(r"[^\s<>\"'():;,]+@[^\s<>\"'():;,]+")
_LONG = timedelta(minutes=10)  # that a letter which is due may wait


@dataclass(frozen=True)
class MailState:
    """The worker's last sign of life, since when the oldest letter that is due waits, and the pause if there is one.

    `again_at` is when the mail server is tried by itself; during a pause without it, never. `is_closed` is whether a
    copy was put back and is not opened yet, so that nothing leaves.
    """

    at: datetime
    worker_seen_at: datetime | None
    oldest_due_at: datetime | None
    paused_since: datetime | None
    reason: str | None
    again_at: datetime | None
    is_closed: bool

    @property
    def worker_is_missing(self) -> bool:
        """Whether no one delivers: no worker was seen for five minutes."""
        return self.worker_seen_at is None or self.at - self.worker_seen_at > BEAT_OLD_AFTER

    @property
    def waits_long(self) -> bool:
        """Whether a letter that is due has waited for ten minutes."""
        return self.oldest_due_at is not None and self.at - self.oldest_due_at > _LONG


def mail_state(session: Session, *, at: datetime) -> MailState:
    """How the mail is at a moment (aware UTC); one query."""
    beat = select(WorkerBeat.at).scalar_subquery()
    is_due = (Letter.state == LetterState.QUEUED, Letter.due_at <= at, ~waits_for_proof(at), ~is_stopped())
    oldest = select(func.min(Letter.due_at)).where(*is_due)
    pause = (select(column).scalar_subquery() for column in (MailPause.since, MailPause.reason, MailPause.try_again_at))
    closed = select(Restoration.number).where(Restoration.opened_at.is_(None)).exists()
    return MailState(at, *session.execute(select(beat, oldest.scalar_subquery(), *pause, closed)).one())


def mail_problems(mail: MailState, *, in_public: bool = False) -> list[str]:
    """What keeps email from leaving, a sentence each; `in_public` without times and the mail server's words."""
    problems = []
    if mail.worker_is_missing:
        problems.append("The background worker has not been seen for five minutes; start `signoff worker`.")
    if mail.paused_since is not None:
        problems.append("Email is paused; see the staff pages." if in_public else _pause_in_full(mail))
    if mail.waits_long and not in_public:
        problems.append(f"An email has been due since {_minute(mail.oldest_due_at)} and has not left.")
    return problems


def _pause_in_full(mail: MailState) -> str:
    since = _minute(mail.paused_since)
    if mail.is_closed:
        return f"Email has been paused since {since}, until an administrator opens the restored copy."
    again = _minute(mail.again_at) if mail.again_at else "you run `signoff letters retry`"
    return f"Email has been paused since {since}, until {again}. {mail.reason}"


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def find_pause(session: Session) -> MailPause | None:
    """Why no letter leaves at the moment, if that is so."""
    return session.get(MailPause, 1)


def tries_in_a_row(session: Session) -> int:
    """How often in a row the mail server has turned letters away."""
    pause = find_pause(session)
    return pause.tries if pause else 0


def note_pause(session: Session, reason: str, *, at: datetime, try_again_at: datetime | None) -> None:
    """No letter leaves until a moment, or without one until a person has looked."""
    # The record keeps the reason for good once staff resume, so it may hold no one's address.
    session.execute(_PAUSE, {"reason": without_addresses(reason), "at": at, "again": try_again_at})


def without_addresses(words: str) -> str:
    """What a mail server said, with no one's email address."""
    return _ADDRESS.sub("an address", words)


# Several workers may find the server gone at once.
_PAUSE = text(
    "INSERT INTO mail_pause (id, reason, since, tries, try_again_at) VALUES (1, :reason, :at, 1, :again) "
    "ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, tries = mail_pause.tries + 1, "
    "try_again_at = excluded.try_again_at"
).bindparams(bindparam("at", type_=Instant()), bindparam("again", type_=Instant()))


def end_pause(session: Session) -> None:
    """Letters leave again."""
    session.execute(delete(MailPause))


def resume(act: ActContext) -> bool:
    """Have the worker try the mail server again now; False when no pause was noted."""
    ensure_may(act.by, Act.TEND_LETTERS)
    at = act.at()
    reason = try_server_now(act.session, at=at)
    if reason is None:
        return False
    record(act.session, "mail_resumed", by=act.by, at=at, facts={"reason": reason})
    return True


def try_server_now(session: Session, *, at: datetime) -> str | None:
    """Let the pause end by a try now; answers why it was noted, None when there is none."""
    return session.scalar(update(MailPause).values(try_again_at=at).returning(MailPause.reason))
