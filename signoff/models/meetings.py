"""Meetings of partners: when and where, what is on the agenda, and of which state partners were told."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class Meeting(Base):
    """One meeting of the Coalition's partners. `revision` counts its states, `told_revision` is the last one mailed."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_at > begins_at", name="ends_later"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        CheckConstraint("is_public IN (0, 1)", name="public_yes_or_no"),
        CheckConstraint("told_revision BETWEEN 0 AND revision", name="told_of_what_was"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    link: Mapped[str]
    # In the dialect of positions' texts.
    agenda: Mapped[str]
    position_ids: Mapped[list[int]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)
    told_revision: Mapped[int] = mapped_column(default=0)
    # Whether anyone may read of it, but for its link.
    is_public: Mapped[int] = mapped_column(default=0)
    planned_by: Mapped[int] = to("staff_user.id")
    planned_at: Mapped[datetime]
    canceled_at: Mapped[datetime | None]

    planner: Mapped[StaffUser] = relationship()


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Meeting,
        changes="title begins_at ends_at place link agenda position_ids revision told_revision is_public",
        ends=[Ending("canceled_at", "a meeting that was canceled is not held after all")],
    ),
)
