"""What comes back from mail systems: complaints about letters, and which reports of mail services were taken."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.base import Base, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Contact


class Complaint(Base):
    """A contact's mailbox reported a letter as unwanted; until staff settle it, no letter leaves for the contact."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        Index("ix_complaint_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = to("contact.id")
    letter_id: Mapped[int] = to("letter.id", unique=True)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")

    contact: Mapped[Contact] = relationship(lazy="joined")


class MailReport(Base):
    """A report of a mail service that was taken, by the digest of the service's own number for it: taken once."""

    __tablename__ = "mail_report"

    lookup: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


GUARDS: tuple[Guard, ...] = (
    *guarded(Complaint, ends=[Ending("settled_at", "a complaint is settled once", along="settled_by")]),
    *guarded(MailReport, goes=True),
)
