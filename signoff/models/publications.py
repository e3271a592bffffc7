"""Publications: the act of making one version public, and how it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.states import PublicationEnd
from signoff.models.base import Base, one_of, to
from signoff.models.positions import Position, Version


class Publication(Base):
    """One version made public; one live publication per position. Its names are computed, not kept here."""

    __tablename__ = "publication"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position_id"], ["version.id", "version.position_id"], ondelete="RESTRICT"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint("ended_at IS NULL OR ended_at >= published_at", name="ended_later"),
        one_of("ended_as", PublicationEnd),
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

    position: Mapped[Position] = relationship(foreign_keys="Publication.position_id", overlaps="version")
    version: Mapped[Version] = relationship(
        primaryjoin="Publication.version_id == Version.id", foreign_keys="Publication.version_id", lazy="joined"
    )
