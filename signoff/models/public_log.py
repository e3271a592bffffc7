"""The public log: its leaves, its signed heads with their cosignatures, and the salt of each list as it is now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base, Json, one_of, to
from signoff.models.guard_kinds import Guard, guarded

LEAF_KINDS = ("key", "published", "signatories", "retired", "superseded", "state")


class LogLeaf(Base):
    """A public fact at its place in the log, counted from 0; `content` is hashed and served as it is.

    `kind` and `publication_id` only find it.
    """

    __tablename__ = "log_leaf"
    __table_args__ = (
        one_of("kind", LEAF_KINDS),
        CheckConstraint("length(hash) = 64", name="hash_whole"),
        Index("ix_log_leaf_kind", "kind", "number"),
        Index("ix_log_leaf_publication", "publication_id"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    publication_id: Mapped[int | None] = to("publication.id")
    content: Mapped[str]
    hash: Mapped[str]


class LogHead(Base):
    """A signed head of the log, and the head of the private record that its state commits to.

    The frontiers let both trees grow without being read again; no one trusts them before they give the signed roots.
    """

    __tablename__ = "log_head"
    __table_args__ = (
        CheckConstraint("length(root) = 64", name="root_whole"),
        CheckConstraint("length(record_root) = 64 AND length(record_salt) = 64", name="record_whole"),
    )

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str]
    frontier: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str]
    time: Mapped[datetime]
    record_size: Mapped[int]
    record_root: Mapped[str]
    record_salt: Mapped[str]
    record_frontier: Mapped[list[str]] = mapped_column(Json)


class LogList(Base):
    """The salt of a publication's list as the log last told it. Salts of earlier lists are kept nowhere."""

    __tablename__ = "log_list"
    __table_args__ = (CheckConstraint("length(salt) = 64", name="salt_whole"),)

    publication_id: Mapped[int] = to("publication.id", primary_key=True, autoincrement=False)
    salt: Mapped[str]


class Cosignature(Base):
    """The line by which a witness cosigned a head; `witness` is the witness's public key as it is printed."""

    __tablename__ = "cosignature"
    __table_args__ = (CheckConstraint("length(line) > 0", name="line_present"),)

    size: Mapped[int] = to("log_head.size", primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]


class WitnessProblem(Base):
    """Why a witness, named by its public key, did not cosign when it was last asked; gone once it does."""

    __tablename__ = "witness_problem"

    witness: Mapped[str] = mapped_column(primary_key=True)
    problem: Mapped[str]
    since: Mapped[datetime]
    tried_at: Mapped[datetime]


GUARDS: tuple[Guard, ...] = (
    *guarded(LogLeaf),
    Guard(
        "log_leaf_in_sequence",
        "log_leaf",
        "INSERT",
        "NEW.number < 0 OR NEW.number > 1 + COALESCE((SELECT MAX(l.number) FROM log_leaf l), -1)",
        "log_leaf: places in the log follow one another",
    ),
    *guarded(LogHead),
    Guard(
        "log_head_ends_with_state",
        "log_head",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM log_leaf l WHERE l.number = NEW.size - 1 AND l.kind = 'state'
            AND NOT EXISTS (SELECT 1 FROM log_leaf later WHERE later.number = NEW.size))""",
        "log_head: it heads every leaf there is, and the last of them is a state",
    ),
    *guarded(LogList, changes="salt"),
    *guarded(Cosignature),
    *guarded(WitnessProblem, changes="problem tried_at", goes=True),
)
