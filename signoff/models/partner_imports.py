"""Imports of partners that the worker carries out: how far each is, and its file for as long as it is under way."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class PartnerImport(Base):
    """An import that someone started: of `wanted` partners and contacts, so many are done; a user has one at a time.

    `digest` is the SHA-256 of what its file holds, so that no other file is imported in the user's name.
    """

    __tablename__ = "partner_import"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("done >= 0 AND done <= wanted", name="done_of_wanted"),
        CheckConstraint("reason = '' OR ended_at IS NOT NULL", name="reason_once_ended"),
        Index(
            "uq_partner_import_under_way",
            "begun_by",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_by: Mapped[int] = to("staff_user.id")
    begun_at: Mapped[datetime]
    digest: Mapped[str]
    wanted: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # why it stopped early; empty when everything was done

    beginner: Mapped[StaffUser] = relationship(foreign_keys=[begun_by])


class ImportFile(Base):
    """What an import under way needs: the file, how it is read, and what was shown of it; deleted when it ends."""

    __tablename__ = "import_file"

    import_id: Mapped[int] = to("partner_import.id", primary_key=True)
    content: Mapped[bytes]


GUARDS: tuple[Guard, ...] = (
    *guarded(
        PartnerImport,
        ends=[Ending("ended_at", "an import that ended is not begun again", along="done reason")],
    ),
    *guarded(ImportFile, goes=True),
)
