"""What seals the record: a leaf for each entry, in the order of sealing. The public log's heads commit to the tree."""

from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Guard, guarded


class Leaf(Base):
    """A place in the record's private tree, counted from 0, and the entry whose leaf is there."""

    __tablename__ = "leaf"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = to("entry.id", unique=True)


GUARDS: tuple[Guard, ...] = (
    *guarded(Leaf),
    Guard(
        "leaf_in_sequence",
        "leaf",
        "INSERT",
        # Looking for the largest number takes as long as half of the insert.
        "COALESCE((SELECT l.number FROM leaf l WHERE l.number = NEW.number - 1), -1) <> NEW.number - 1",
        "leaf: places in the record follow one another",
    ),
)
