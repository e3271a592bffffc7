"""The worker's sign of life, and why no letter leaves at the moment: one row each at most."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base
from signoff.models.guard_kinds import Guard, guarded


class WorkerBeat(Base):
    """When the worker last looked for work."""

    __tablename__ = "worker_beat"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    at: Mapped[datetime]


class MailPause(Base):
    """No letter leaves: since when, why, and when the mail server is tried again by itself; never, without a moment."""

    __tablename__ = "mail_pause"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), CheckConstraint("tries >= 1", name="tried"))

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    reason: Mapped[str]
    since: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)
    try_again_at: Mapped[datetime | None]


GUARDS: tuple[Guard, ...] = (
    *guarded(WorkerBeat, changes="at", goes=True),
    *guarded(MailPause, changes="reason tries try_again_at", goes=True),
)
