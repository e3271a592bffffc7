"""Who works on a position: who has its editor open, and who was told that it is their turn."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Guard, guarded


class DraftPresence(Base):
    """A user has the editor of a position open, as its page said last; rows are forgotten soon after."""

    __tablename__ = "draft_presence"

    position_id: Mapped[int] = to("position.id", primary_key=True)
    user_id: Mapped[int] = to("staff_user.id", primary_key=True)
    seen_at: Mapped[datetime]


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
    *guarded(DraftPresence, changes="seen_at", goes=True),
)
