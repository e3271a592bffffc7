"""Word tables: the kinds and roles that rows of other tables may have. A new one is one INSERT in a migration."""

from collections.abc import Iterable

from sqlalchemy.orm import Mapped, mapped_column

from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Role
from signoff.domain.record import KINDS
from signoff.models.base import Base
from signoff.models.guard_kinds import Guard, guarded


class LetterKindWord(Base):
    """A kind of letter that there is."""

    __tablename__ = "letter_kind"

    kind: Mapped[str] = mapped_column(primary_key=True)


class EntryKindWord(Base):
    """A kind of entry that the record knows."""

    __tablename__ = "entry_kind"

    kind: Mapped[str] = mapped_column(primary_key=True)


class RoleWord(Base):
    """A role that staff can have."""

    __tablename__ = "role"

    role: Mapped[str] = mapped_column(primary_key=True)


# Word table → the words that the program knows. A database with others is refused (db/comparison.py).
WORDS: dict[str, Iterable[str]] = {
    "letter_kind": tuple(LetterKind),
    "entry_kind": tuple(KINDS),
    "role": tuple(Role),
}

GUARDS: tuple[Guard, ...] = (
    *guarded(LetterKindWord, grows=False),
    *guarded(EntryKindWord, grows=False),
    *guarded(RoleWord, grows=False),
)
