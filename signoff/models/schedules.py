"""What was scheduled: a round to send or a version to publish at an instant, exactly as it was shown."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.positions.status import ScheduledKind, ScheduleEnd
from signoff.domain.publications.name_groups import Grouping
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.positions import Version


class ScheduledAct(Base):
    """An act that the worker does once, in the name of who scheduled it; one waits for each position.

    `shown` is the digest of what was shown, `state` that of what else must not have moved.
    """

    __tablename__ = "scheduled_act"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position_id"], ["version.id", "version.position_id"], ondelete="RESTRICT"),
        one_of("kind", ScheduledKind),
        one_of("ended_as", ScheduleEnd),
        CheckConstraint("due_at > scheduled_at", name="due_later"),
        CheckConstraint("(kind = 'ask') = (deadline IS NOT NULL)", name="deadline_when_asking"),
        one_of("grouping", Grouping),
        CheckConstraint("(kind = 'publish') = (grouping IS NOT NULL)", name="grouping_when_publishing"),
        CheckConstraint("deadline > due_at", name="deadline_after_due"),
        CheckConstraint("length(shown) = 64 AND length(state) = 64", name="shown_whole"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint(
            "CASE WHEN ended_as = 'failed' THEN 1 ELSE 0 END = CASE WHEN reasons = '[]' THEN 0 ELSE 1 END",
            name="failed_for_reasons",
        ),
        Index(
            "uq_scheduled_act_waiting",
            "position_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    position_id: Mapped[int]
    version_id: Mapped[int]
    due_at: Mapped[datetime]
    shown: Mapped[str]
    state: Mapped[str]
    partner_ids: Mapped[list[int]] = mapped_column(Json)
    deadline: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(default="")
    minimum: Mapped[int] = mapped_column(default=0)
    reminder_days: Mapped[list[int]] = mapped_column(Json)
    grouping: Mapped[str | None]  # of the names on sheets, once it is published
    scheduled_by: Mapped[int] = to("staff_user.id")
    scheduled_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]
    # Who canceled it; empty when the worker ended it.
    ended_by: Mapped[int | None] = to("staff_user.id")
    reasons: Mapped[list[str]] = mapped_column(Json)

    version: Mapped[Version] = relationship(lazy="joined")
    scheduler: Mapped[StaffUser] = relationship(foreign_keys=[scheduled_by])

    def is_overtaken_by(self, newest: Version) -> bool:
        """Whether the position's newest version was saved since this was scheduled, for an earlier one."""
        return newest.number > self.version.number and newest.saved_at >= self.scheduled_at


GUARDS: tuple[Guard, ...] = (
    *guarded(
        ScheduledAct,
        ends=[Ending("ended_at", "what ended is never done again", along="ended_as ended_by reasons")],
    ),
    Guard(
        "schedule_done_when_done",
        "scheduled_act",
        "UPDATE",
        """NEW.ended_as = 'done'
        AND NOT (NEW.kind = 'ask' AND EXISTS (SELECT 1 FROM round r WHERE r.version_id = NEW.version_id))
        AND NOT (NEW.kind = 'publish' AND EXISTS (SELECT 1 FROM publication p WHERE p.version_id = NEW.version_id))""",
        "scheduled_act: it was not done",
    ),
)
