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
        "NEW.number <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)",
        "leaf: places in the record follow one another",
    ),
)
