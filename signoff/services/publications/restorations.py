"""Restorations: a copy that was put back is closed to the public, and no email leaves, until someone opens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict
from signoff.domain.letters import LetterState
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.time import rfc3339
from signoff.models import Entry, Letter, Restoration, ScheduledAct
from signoff.services.act import ActContext
from signoff.services.outbox.mail_state import end_pause, note_pause
from signoff.services.publications.log_checks import current_signer
from signoff.services.publications.log_reading import log_keys, newest_head
from signoff.services.record.record import record
from signoff.services.record.sealing import SealingStopped

_LOOKED_AMONG = 100_000  # entries
_PAUSED = "The database was restored from a copy; an administrator has to open it first."


def is_closed(session: Session) -> bool:
    """Whether a copy was put back and is not opened yet: nothing public is shown then, and no email leaves."""
    closed = select(Restoration.number).where(Restoration.opened_at.is_(None)).limit(1)
    return session.scalar(closed) is not None


def find_closed(session: Session) -> Restoration | None:
    """The newest restoration, when it is not opened yet."""
    closed = select(Restoration).where(Restoration.opened_at.is_(None))
    return session.scalar(closed.order_by(Restoration.number.desc()).limit(1))


def close_older_copy(session: Session, *, at: datetime) -> None:
    """A copy was noticed: from here on nothing public is shown and no email leaves, until someone opens it."""
    head = newest_head(session)
    number = (session.scalar(select(func.max(Restoration.number))) or 0) + 1
    newest = session.scalar(select(func.max(Entry.id))) or 0
    size = head.size if head else 0
    session.add(Restoration(number=number, restored_at=at, newest_entry=newest, log_size=size))
    pause_restored(session, at=at)


def pause_restored(session: Session, *, at: datetime) -> None:
    """Email pauses until someone opens the copy that was put back."""
    note_pause(session, _PAUSED, at=at, try_again_at=None)


@dataclass(frozen=True)
class Signed:
    """What this machine had signed before a copy was put back: how many leaves, and the root of the newest head."""

    size: int = 0
    root: str = ""


def open_restored(act: ActContext, *, shown: int, signed: Signed) -> Restoration:
    """Show public pages and send email again.

    The record keeps how many leaves were `signed` beside those in the copy; what the copy lacks of them is given up.
    `shown` is the number of the restoration that was shown. Conflict when it is open or another one came meanwhile, and
    when the sealing key is not the one that signs the log: nothing could be recorded under it.
    """
    ensure_may(act.by, Act.OPEN_RESTORED)
    closed = find_closed(act.session)
    if closed is None:
        raise Conflict("Public pages are open already. Nothing was changed.")
    if closed.number != shown:
        raise Conflict("Another copy was restored in the meantime. Please review it first. Nothing was changed.")
    try:
        current_signer(log_keys(act.session), act.keys)
    except SealingStopped as problem:
        raise Conflict(f"{problem} Put the right file in its place first. Nothing was changed.") from None
    at = act.at()
    for one in act.session.scalars(select(Restoration).where(Restoration.opened_at.is_(None))):
        one.opened_at, one.opened_by, one.given_up = at, act.by.id, signed.root or None
    end_pause(act.session)
    facts = {
        "restored_at": rfc3339(closed.restored_at),
        "made_at": rfc3339(closed.made_at) if closed.made_at else "",
        "newest_entry": closed.newest_entry,
        "log_size": closed.log_size,
        "signed_size": max(signed.size, closed.log_size),
    }
    record(act.session, "restoration_opened", by=act.by, at=at, facts=facts)
    return closed


@dataclass(frozen=True)
class Waiting:
    """What the worker does once the copy is open: emails of each kind, due at once or later, and overdue acts."""

    letters: Sequence[tuple[str, int, int]]
    overdue_acts: int

    @property
    def due(self) -> int:
        """How many emails leave at once."""
        return sum(due for _, due, _ in self.letters)


def waiting_for_opening(session: Session, *, at: datetime) -> Waiting:
    """What leaves and what is done once the copy is open."""
    is_due = func.sum(case((Letter.due_at <= at, 1), else_=0))
    letters = select(Letter.kind, is_due, func.count() - is_due).group_by(Letter.kind).order_by(Letter.kind)
    waiting = letters.where(Letter.state.in_([LetterState.QUEUED, LetterState.SENDING]))
    overdue = select(func.count()).select_from(ScheduledAct)
    overdue = overdue.where(ScheduledAct.ended_at.is_(None), ScheduledAct.due_at <= at)
    rows = [(kind, due, later) for kind, due, later in session.execute(waiting)]
    return Waiting(rows, session.scalar(overdue) or 0)


def newest_entry_at(session: Session) -> datetime | None:
    """When the newest entry of the record was made."""
    return session.scalar(select(Entry.at).order_by(Entry.id.desc()).limit(1))


def last_backup_at(session: Session) -> datetime | None:
    """When `signoff backup` last made a backup; None when none of the newest hundred thousand entries tells of one."""
    newest = select(func.coalesce(func.max(Entry.id), 0)).scalar_subquery()
    # No index finds entries by kind, and a monitoring system asks every few seconds.
    made = select(Entry.at).where(Entry.id > newest - _LOOKED_AMONG, Entry.kind == "backup_made")
    return session.scalar(made.order_by(Entry.id.desc()).limit(1))
