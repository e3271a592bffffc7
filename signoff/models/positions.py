"""Positions, their versions, and the checks of those versions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.principles import Finding
from signoff.domain.text import FIELD_NAMES, Kind, Wording, ensure_decided
from signoff.models.base import Base, Json, one_of, to
from signoff.models.principles import Criterion, PrinciplesEdition
from signoff.models.staff import StaffUser


class Position(Base):
    """A matter on which the Coalition wants a common text; its slug never changes."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int] = to("principles_edition.id")
    started_by: Mapped[int] = to("staff_user.id")
    started_at: Mapped[datetime]

    edition: Mapped[PrinciplesEdition] = relationship()
    starter: Mapped[StaffUser] = relationship()
    versions: Mapped[list["Version"]] = relationship(order_by="Version.number", back_populates="position")


class Version(Base):
    """One wording of a position; never changed once saved."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("position_id", "number"),
        UniqueConstraint("id", "digest"),
        UniqueConstraint("id", "position_id"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("title <> '' AND body <> ''", name="text_present"),
        one_of("kind", Kind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = to("position.id")
    number: Mapped[int]
    language: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    addressed_to: Mapped[str]
    reference: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    digest: Mapped[str]
    change_note: Mapped[str]
    saved_by: Mapped[int] = to("staff_user.id")
    saved_at: Mapped[datetime]

    position: Mapped[Position] = relationship(back_populates="versions")
    saver: Mapped[StaffUser] = relationship()

    @property
    def wording(self) -> Wording:
        """What this version says."""
        return Wording(**{name: getattr(self, name) for name in FIELD_NAMES})


# What a version has besides its text. A column that is neither listed here nor a field of the text stops the program.
BESIDES_THE_TEXT = ("id", "position_id", "number", "digest", "change_note", "saved_by", "saved_at")
ensure_decided(column.name for column in Version.__table__.columns if column.name not in BESIDES_THE_TEXT)


class FindingRow(Base):
    """A reviewer's finding for one criterion; may be put again until the check is completed."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("version_id", "criterion_id"),
        one_of("verdict", Finding),
        CheckConstraint("verdict = 'not_engaged' OR rationale <> ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("version.id")
    criterion_id: Mapped[int] = to("criterion.id")
    verdict: Mapped[str]
    rationale: Mapped[str]
    quotes: Mapped[list[str]] = mapped_column(Json)
    found_by: Mapped[int] = to("staff_user.id")
    found_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship(lazy="joined")
    finder: Mapped[StaffUser] = relationship()


class VersionCheck(Base):
    """A completed check of one version against one edition, by a named reviewer."""

    __tablename__ = "version_check"
    __table_args__ = (
        UniqueConstraint("version_id", "edition_id"),
        ForeignKeyConstraint(["version_id", "digest"], ["version.id", "version.digest"], ondelete="RESTRICT"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int]
    edition_id: Mapped[int] = to("principles_edition.id")
    digest: Mapped[str]
    completed_by: Mapped[int] = to("staff_user.id")
    completed_at: Mapped[datetime]

    completer: Mapped[StaffUser] = relationship()
    edition: Mapped[PrinciplesEdition] = relationship()
