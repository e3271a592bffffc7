"""The record: one entry for everything that happened, in canonical bytes that never change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Guard, guarded
from signoff.models.positions import Position


class Entry(Base):
    """One line of the record. `leaf` is the hash of what is sealed of `body`; the other columns only find it."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("length(leaf) = 64", name="leaf_whole"),
        Index("ix_entry_position", "position_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = to("entry_kind.kind")
    at: Mapped[datetime]
    actor: Mapped[str]
    position_id: Mapped[int | None] = to("position.id")
    leaf: Mapped[str]
    body: Mapped[str]
    # Made of the leaf with the sealing key; someone who writes past the program cannot make it.
    code: Mapped[str]

    position: Mapped[Position | None] = relationship()


GUARDS: tuple[Guard, ...] = (*guarded(Entry),)
