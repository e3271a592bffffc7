"""Publications: the act of making one version public, and how it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.positions.status import PublicationEnd
from signoff.domain.publications.name_groups import Grouping
from signoff.models.base import Base, Instant, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.positions import Position, Version
from signoff.models.views import VIEW_METADATA


class Publication(Base):
    """One version made public; one live publication per position. Its names are computed, not kept here."""

    __tablename__ = "publication"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position_id"], ["version.id", "version.position_id"], ondelete="RESTRICT"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint("ended_at IS NULL OR ended_at >= published_at", name="ended_later"),
        one_of("ended_as", PublicationEnd),
        one_of("grouping", Grouping),
        Index(
            "uq_publication_live",
            "position_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = to("position.id")
    version_id: Mapped[int] = mapped_column(unique=True)
    published_by: Mapped[int] = to("staff_user.id")
    published_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]
    ended_reason: Mapped[str] = mapped_column(default="")
    grouping: Mapped[str] = mapped_column(default=Grouping.LEVEL.value)  # of the names on sheets

    position: Mapped[Position] = relationship(foreign_keys="Publication.position_id", overlaps="version")
    version: Mapped[Version] = relationship(
        primaryjoin="Publication.version_id == Version.id", foreign_keys="Publication.version_id", lazy="joined"
    )


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Publication,
        changes="grouping",
        ends=[Ending("ended_at", "an ended publication is never revived", along="ended_as ended_reason")],
    ),
    Guard(
        "publication_needs_check",
        "publication",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version_check done JOIN position p ON p.id = NEW.position_id
            WHERE done.version_id = NEW.version_id AND done.edition_id = p.edition_id)""",
        "publication: the check of this version is not completed",
    ),
    Guard(
        "publication_moves_forward",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM publication p JOIN version v ON v.id = p.version_id
            JOIN version new_version ON new_version.id = NEW.version_id
            WHERE p.position_id = NEW.position_id AND v.number > new_version.number)""",
        "publication: a later version has been published",
    ),
    Guard(
        "publication_begins_live",
        "publication",
        "INSERT",
        "NEW.ended_at IS NOT NULL",
        "publication: it begins before it ends",
    ),
    Guard(
        "publication_of_standing_round",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM round r WHERE r.version_id = NEW.version_id
            AND (r.ended_as IN ('recalled', 'replaced') OR r.minimum > (SELECT COUNT(*) FROM answer a
                WHERE a.version_id = NEW.version_id AND a.verdict = 'approve' AND NOT EXISTS (SELECT 1 FROM answer n
                    WHERE n.version_id = a.version_id AND n.partner_id = a.partner_id
                    AND n.sequence > a.sequence))))""",
        "publication: its round was taken back or has too few approvals",
    ),
    Guard(
        "publication_by_another",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM exemption e WHERE e.version_id = NEW.version_id
            AND e.spelling = 'written' AND e.recorded_by = NEW.published_by)""",
        "publication: who judged words like a partner's name does not publish them",
    ),
)


signatory = Table(
    "signatory",
    VIEW_METADATA,
    Column("publication_id", Integer),
    Column("position_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("answer_id", Integer),
    Column("public_name", Text),
    Column("order_key", LargeBinary),
    Column("public_note", Text),
    Column("approved_at", Instant),
    Column("partner", Text),
    Column("level", Text),
    Column("website", Text),
    Column("left_at", Instant),
)

listing = Table(
    "listing",
    VIEW_METADATA,
    Column("publication_id", Integer),
    Column("answer_id", Integer),
    Column("partner_id", Integer),
    Column("public_name", Text),
    Column("listed_from", Instant),
    Column("listed_until", Instant),
    Column("ended_by", Text),
)
