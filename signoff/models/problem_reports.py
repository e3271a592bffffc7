"""Reports of a problem with a public list, typed by anyone; only staff read them, and they change nothing."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.publications import Publication


class ProblemReport(Base):
    """What someone says is wrong with a publication's list; open until staff settle it. Its words can be erased."""

    __tablename__ = "problem_report"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        CheckConstraint("settled_at IS NULL OR settled_at >= reported_at", name="settled_later"),
        Index("ix_problem_report_reported_at", "reported_at"),
        Index("ix_problem_report_publication", "publication_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = to("publication.id")
    words: Mapped[str | None]
    full_name: Mapped[str | None]
    email: Mapped[str | None]
    # From where it was sent, as a keyed digest: only to count how many come from there within an hour.
    network: Mapped[str | None]
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")

    publication: Mapped[Publication] = relationship(lazy="joined")
    settler: Mapped[StaffUser | None] = relationship()


GUARDS: tuple[Guard, ...] = (
    *guarded(
        ProblemReport,
        erases="words full_name email network",
        ends=[Ending("settled_at", "a report is settled once", along="settled_by")],
    ),
)
