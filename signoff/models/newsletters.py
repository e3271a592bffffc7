"""Newsletters to partners: what staff wrote and chose to tell of, until it is sent or discarded."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class Newsletter(Base):
    """One newsletter. It tells of what happened after `since`, up to `until`; `revision` counts its states."""

    __tablename__ = "newsletter"
    __table_args__ = (
        CheckConstraint("since <= until", name="since_not_after_until"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        CheckConstraint("(due_at IS NULL AND sent_at IS NULL) OR sender_id IS NOT NULL", name="sender_known"),
        CheckConstraint("sent_at IS NULL OR discarded_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    # In the dialect of positions' texts, as are the words of the parts.
    opening: Mapped[str]
    # In order: the key of what is told of, and the words about it.
    parts: Mapped[list[tuple[str, str]]] = mapped_column(Json)
    since: Mapped[datetime]
    until: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[int] = to("staff_user.id")
    written_at: Mapped[datetime]
    # When it is to be sent, in the name and with the rights of whom; of one that was sent, who sent it.
    due_at: Mapped[datetime | None]
    sender_id: Mapped[int | None] = to("staff_user.id")
    # Why it was not sent when it was due.
    problem: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]

    sender: Mapped[StaffUser | None] = relationship(foreign_keys=[sender_id])


_WORDS = "subject opening parts since until revision due_at sender_id problem"
GUARDS: tuple[Guard, ...] = (
    *guarded(
        Newsletter,
        ends=[
            Ending("sent_at", "what was sent is never changed", along=_WORDS),
            Ending("discarded_at", "what was discarded is not taken up again"),
        ],
    ),
)
