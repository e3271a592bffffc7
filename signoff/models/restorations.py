"""Restorations: each time the database turned out to be a copy that was put back; public pages wait for its opening."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class Restoration(Base):
    """A copy that was put back: how far it went then, and when someone opened it; public pages are closed until then.

    `made_at` is when the backup was made; nothing where the copy came some other way and was noticed. `given_up` is the
    root of the newest head that the machine had signed when someone opened the copy, in it or not.
    """

    __tablename__ = "restoration"
    __table_args__ = (
        CheckConstraint("opened_by IS NULL OR opened_at IS NOT NULL", name="opened_whole"),
        CheckConstraint("given_up IS NULL OR opened_at IS NOT NULL", name="given_up_by_opening"),
        Index("ix_restoration_opened", "opened_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    restored_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    newest_entry: Mapped[int]  # 0 for none
    log_size: Mapped[int]  # leaves
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[int | None] = to("staff_user.id")  # no one for the command line
    given_up: Mapped[str | None]


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Restoration,
        ends=[Ending("opened_at", "what was opened is not closed again", along="opened_by given_up")],
    ),
)
