"""What seals the record: a leaf for each entry in the order of sealing, and the signed heads of their tree."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, Json, to
from signoff.models.guard_kinds import Guard, guarded


class Leaf(Base):
    """A place in the tree, counted from 0, and the hash that stands there: an entry's, or one drawn by chance.

    What was drawn stands for nothing; it keeps the distance of two proofs from telling what happened between them.
    """

    __tablename__ = "leaf"
    __table_args__ = (CheckConstraint("length(hash) = 64", name="hash_whole"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int | None] = to("entry.id", unique=True)
    hash: Mapped[str]


class Checkpoint(Base):
    """The head of the tree at a size, as it was signed; `frontier` lets the tree grow without reading it all."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        CheckConstraint("size >= 1", name="size_from_one"),
        CheckConstraint("length(root) = 64", name="root_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(unique=True)
    root: Mapped[str]
    frontier: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str]
    signed_at: Mapped[datetime]


GUARDS: tuple[Guard, ...] = (
    *guarded(Leaf),
    Guard(
        "leaf_in_sequence",
        "leaf",
        "INSERT",
        "NEW.number <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)",
        "leaf: places in the record follow one another",
    ),
    *guarded(Checkpoint),
    Guard(
        "checkpoint_of_what_is_sealed",
        "checkpoint",
        "INSERT",
        "NEW.size <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)",
        "checkpoint: it heads every leaf there is",
    ),
)
