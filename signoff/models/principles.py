"""Principles editions and their criteria: the agreed document, as data; adopted, it never changes."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.principles import CriterionKind
from signoff.models.base import Base, Day, Lines, one_of, to


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
    source: Mapped[str]

    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.rank", lazy="selectin")


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
    questions: Mapped[list[str]] = mapped_column(Lines)
