"""The Coalition's own facts: one row, since one installation serves one coalition."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base
from signoff.models.guard_kinds import Guard, guarded


class Coalition(Base):
    """The coalition this installation serves, and the human who answers replies to its letters."""

    __tablename__ = "coalition"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]
    reply_to: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")


GUARDS: tuple[Guard, ...] = (*guarded(Coalition, changes="name reply_to website"),)
