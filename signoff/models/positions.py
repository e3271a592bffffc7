"""Positions, their versions, and the checks of those versions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.positions.fields import FIELD_NAMES, Kind
from signoff.domain.positions.text import Wording, ensure_decided
from signoff.domain.principles.principles import Finding
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, one_of, to
from signoff.models.guard_kinds import AUTHOR, Ending, Guard, guarded
from signoff.models.principles import Criterion, PrinciplesEdition


class Position(Base):
    """A matter on which the Coalition wants a common text; its slug never changes once it was published."""

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
    date_line: Mapped[str]
    salutation: Mapped[str]
    closing: Mapped[str]
    copies: Mapped[str]
    enclosures: Mapped[str]
    press_contact: Mapped[str]
    docket: Mapped[str]
    hearing: Mapped[str]
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
ensure_decided(
    (column.name for column in Version.__table__.columns if column.name not in BESIDES_THE_TEXT),
    "The columns of the table version",
)


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


class ReviewAssignment(Base):
    """Who was asked by name to check a position; one at a time, until the check is complete or another is asked."""

    __tablename__ = "review_assignment"
    __table_args__ = (
        Index(
            "uq_review_assignment_live",
            "position_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = to("position.id")
    reviewer_id: Mapped[int] = to("staff_user.id")
    asked_by: Mapped[int] = to("staff_user.id")
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    reviewer: Mapped[StaffUser] = relationship(foreign_keys=[reviewer_id])
    asker: Mapped[StaffUser] = relationship(foreign_keys=[asked_by])


GUARDS: tuple[Guard, ...] = (
    *guarded(Position, changes="edition_id slug"),
    Guard(
        "position_address_stays",
        "position",
        "UPDATE",
        "NEW.slug {differs} OLD.slug AND EXISTS (SELECT 1 FROM publication p WHERE p.position_id = OLD.id)",
        "position: an address under which something was published stays",
    ),
    Guard(
        "position_edition_forward",
        "position",
        "UPDATE",
        """NEW.edition_id <> OLD.edition_id AND NOT EXISTS (SELECT 1 FROM principles_edition was
            JOIN principles_edition now ON now.number > was.number
            WHERE was.id = OLD.edition_id AND now.id = NEW.edition_id)""",
        "position: it moves to a newer principles edition only",
    ),
    Guard(
        "position_edition_not_while_asking",
        "position",
        "UPDATE",
        """NEW.edition_id <> OLD.edition_id AND EXISTS (SELECT 1 FROM round r WHERE r.position_id = NEW.id
            AND r.ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.version_id = r.version_id))""",
        "position: partners are being asked beside the check of the present edition",
    ),
    *guarded(Version),
    Guard(
        "version_in_sequence",
        "version",
        "INSERT",
        "NEW.number <> 1 + COALESCE((SELECT MAX(v.number) FROM version v WHERE v.position_id = NEW.position_id), 0)",
        "version: numbers follow one another",
    ),
    Guard(
        "version_says_something_new",
        "version",
        "INSERT",
        """NEW.digest = (SELECT v.digest FROM version v WHERE v.position_id = NEW.position_id
        ORDER BY v.number DESC LIMIT 1)""",
        "version: saving without a change makes no version",
    ),
    *guarded(FindingRow, changes="verdict rationale quotes found_by found_at"),
    Guard(
        "finding_before_publication",
        "finding",
        "INSERT",
        "EXISTS (SELECT 1 FROM publication p WHERE p.version_id = NEW.version_id)",
        "finding: the version was published with the check it has",
    ),
    Guard(
        "finding_of_its_edition",
        "finding",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version v JOIN position p ON p.id = v.position_id
            JOIN criterion c ON c.edition_id = p.edition_id
            WHERE v.id = NEW.version_id AND c.id = NEW.criterion_id)""",
        "finding: the position is checked against another edition",
    ),
    Guard(
        "finding_before_completion",
        "finding",
        "INSERT",
        """EXISTS (SELECT 1 FROM version_check done JOIN criterion c ON c.edition_id = done.edition_id
        WHERE done.version_id = NEW.version_id AND c.id = NEW.criterion_id)""",
        "finding: the check of this version is completed",
    ),
    Guard(
        "finding_unchanged_after_completion",
        "finding",
        "UPDATE",
        """EXISTS (SELECT 1 FROM version_check done JOIN criterion c ON c.edition_id = done.edition_id
        WHERE done.version_id = OLD.version_id AND c.id = OLD.criterion_id)""",
        "finding: the check of this version is completed",
    ),
    Guard("finding_by_another", "finding", "INSERT", AUTHOR.format(column="found_by"), "finding: authors do not check"),
    Guard(
        "finding_by_another_again",
        "finding",
        "UPDATE",
        AUTHOR.format(column="found_by"),
        "finding: authors do not check",
    ),
    *guarded(VersionCheck),
    Guard(
        "check_of_its_edition",
        "version_check",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version v JOIN position p ON p.id = v.position_id
            WHERE v.id = NEW.version_id AND p.edition_id = NEW.edition_id)""",
        "version_check: the position is checked against another edition",
    ),
    Guard(
        "check_by_another",
        "version_check",
        "INSERT",
        AUTHOR.format(column="completed_by"),
        "version_check: authors do not check",
    ),
    Guard(
        "check_whole",
        "version_check",
        "INSERT",
        """EXISTS (SELECT 1 FROM criterion c WHERE c.edition_id = NEW.edition_id AND NOT EXISTS (
            SELECT 1 FROM finding f WHERE f.version_id = NEW.version_id AND f.criterion_id = c.id
            AND f.verdict IN ('advances', 'not_engaged')))""",
        "version_check: a criterion has no finding, or one that stands in the way",
    ),
    Guard(
        "check_advances",
        "version_check",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM criterion c JOIN finding f ON f.criterion_id = c.id
            WHERE c.edition_id = NEW.edition_id AND f.version_id = NEW.version_id AND f.verdict = 'advances')""",
        "version_check: nothing is advanced",
    ),
    *guarded(ReviewAssignment, ends=[Ending("ended_at", "an assignment that ended is never revived")]),
    Guard(
        "assignment_to_another",
        "review_assignment",
        "INSERT",
        "EXISTS (SELECT 1 FROM version own WHERE own.position_id = NEW.position_id AND own.saved_by = NEW.reviewer_id)",
        "review_assignment: authors do not check",
    ),
)
