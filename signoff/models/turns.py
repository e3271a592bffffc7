"""Who works on a position: who has its editor open, the draft they share, and who was told that it is their turn."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class DraftPresence(Base):
    """A user has the editor of a position open, as its page said last; rows are forgotten soon after."""

    __tablename__ = "draft_presence"

    position_id: Mapped[int] = to("position.id", primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", primary_key=True)
    seen_at: Mapped[datetime]


class FirstDraftPresence(Base):
    """The same of the draft of a position that is still to be started."""

    __tablename__ = "first_draft_presence"

    first_draft_id: Mapped[int] = to("first_draft.id", primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", primary_key=True)
    seen_at: Mapped[datetime]


class FirstDraft(Base):
    """The draft of a position that is still to be started; it ends when version 1 is saved from it."""

    __tablename__ = "first_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_by: Mapped[int] = to("staff_user.id")
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DraftState(Base):
    """One state of a shared draft; the last five are kept until the draft ends.

    The draft is of a position's next version, or of a position that is still to be started.
    """

    __tablename__ = "draft_state"
    __table_args__ = (
        UniqueConstraint("position_id", "number"),
        UniqueConstraint("first_draft_id", "number"),
        CheckConstraint("(position_id IS NULL) <> (first_draft_id IS NULL)", name="of_one_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int | None] = to("position.id")
    first_draft_id: Mapped[int | None] = to("first_draft.id")
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_by: Mapped[int] = to("staff_user.id")
    saved_at: Mapped[datetime]

    saver: Mapped[StaffUser] = relationship()


class TurnNotice(Base):
    """Whose turn it was with a version was told, by letters of this kind, to all who wanted to hear of it."""

    __tablename__ = "turn_notice"
    __table_args__ = (Index("ix_turn_notice_version", "version_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("version.id")
    kind: Mapped[str] = to("letter_kind.kind")
    at: Mapped[datetime]


GUARDS: tuple[Guard, ...] = (
    *guarded(TurnNotice),
    *guarded(FirstDraft, ends=[Ending("ended_at", "a draft that became a version or was discarded is over")]),
    *guarded(DraftState, goes=True),
    *guarded(DraftPresence, changes="seen_at", goes=True),
    *guarded(FirstDraftPresence, changes="seen_at", goes=True),
)
