"""What seals the record: a leaf for each entry, in the order of sealing. The public log's heads commit to the tree."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Guard, guarded


class Leaf(Base):
    """A place in the record's private tree, counted from 0, with its entry and the hash of that entry's leaf."""

    __tablename__ = "leaf"
    __table_args__ = (CheckConstraint("length(hash) = 64", name="hash_whole"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = to("entry.id", unique=True)
    hash: Mapped[str]


GUARDS: tuple[Guard, ...] = (
    *guarded(Leaf),
    Guard(
        "leaf_in_sequence",
        "leaf",
        "INSERT",
        "NEW.number <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)",
        "leaf: places in the record follow one another",
    ),
)
