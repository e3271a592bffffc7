"""Principles editions, their criteria and drafts; adopted, the agreed words never change, the word lists may."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.principles.principles import CriterionKind
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Day, Json, one_of, to
from signoff.models.guard_kinds import Guard, guarded


class PrinciplesEdition(Base):
    """The agreed vision, mission and principles as adopted on a day."""

    __tablename__ = "principles_edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    adopted_on: Mapped[date] = mapped_column(Day)
    recorded_at: Mapped[datetime]
    vision: Mapped[str]
    mission: Mapped[str]
    preamble: Mapped[str]
    # What each partner agrees to.
    commitments: Mapped[str]
    source: Mapped[str]

    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.rank", lazy="selectin")

    @property
    def name(self) -> str:
        """How people call it, as in “against the …”."""
        return f"principles of {self.adopted_on:%B %Y}, edition {self.number}"


def in_force() -> ColumnElement[bool]:
    """The condition that an edition is the newest one, by which positions are started and partners asked."""
    newest = select(func.max(PrinciplesEdition.number)).scalar_subquery()
    return PrinciplesEdition.number == newest


class Criterion(Base):
    """One thing a version is checked against."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("edition_id", "key"),
        UniqueConstraint("edition_id", "rank"),
        UniqueConstraint("id", "edition_id"),
        one_of("kind", CriterionKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = to("principles_edition.id")
    rank: Mapped[int]
    key: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    statement: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(Json)

    word_list: Mapped["WordList"] = relationship(lazy="joined")


class WordList(Base):
    """What suggestions look for on behalf of one criterion; no part of what was agreed, so staff may change it."""

    __tablename__ = "word_list"

    criterion_id: Mapped[int] = to("criterion.id", primary_key=True)
    words: Mapped[list[str]] = mapped_column(Json)
    deceptive: Mapped[list[dict[str, str]]] = mapped_column(Json)
    changed_at: Mapped[datetime]


class EditionDraft(Base):
    """An edition that is being written; it ends as an adopted edition, or is discarded."""

    __tablename__ = "edition_draft"
    __table_args__ = (
        CheckConstraint("edition_id IS NULL OR discarded_at IS NULL", name="ended_once"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int]
    started_by: Mapped[int] = to("staff_user.id")
    started_at: Mapped[datetime]
    changed_by: Mapped[int] = to("staff_user.id")
    changed_at: Mapped[datetime]
    edition_id: Mapped[int | None] = to("principles_edition.id", unique=True)
    discarded_at: Mapped[datetime | None]

    changer: Mapped[StaffUser] = relationship(foreign_keys="EditionDraft.changed_by")


GUARDS: tuple[Guard, ...] = (
    *guarded(PrinciplesEdition),
    *guarded(Criterion),
    Guard(
        "criterion_before_use",
        "criterion",
        "INSERT",
        "EXISTS (SELECT 1 FROM position p WHERE p.edition_id = NEW.edition_id)",
        "criterion: an edition in use does not grow",
    ),
    *guarded(WordList, changes="words deceptive changed_at"),
    *guarded(EditionDraft, changes="content revision changed_by changed_at edition_id discarded_at"),
    Guard(
        "edition_draft_ended",
        "edition_draft",
        "UPDATE",
        "OLD.edition_id IS NOT NULL OR OLD.discarded_at IS NOT NULL",
        "edition_draft: what was adopted or discarded is not edited anymore",
    ),
)
