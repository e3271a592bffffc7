"""Letters: each row is the duty to write one mail; its text is made at delivery and no link rests here."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.letters import LetterKind, LetterState
from signoff.models.answers import Answer
from signoff.models.base import Base, one_of, to
from signoff.models.partners import Contact
from signoff.models.positions import Version
from signoff.models.rounds import Link
from signoff.models.staff import StaffUser


class Letter(Base):
    """One mail: which letter, to whom, about what, and how far it came."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        one_of("state", LetterState),
        CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="one_addressee"),
        CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="claimed_when_sending"),
        CheckConstraint("kind <> 'request' OR link_id IS NOT NULL", name="request_has_link"),
        ForeignKeyConstraint(["answer_id"], ["answer.id"], ondelete="RESTRICT"),
        Index("ix_letter_due", "state", "due_at"),
        Index("ix_letter_version", "version_id", "kind"),
        Index("ix_letter_link", "link_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    contact_id: Mapped[int | None] = to("contact.id")
    user_id: Mapped[int | None] = to("staff_user.id")
    version_id: Mapped[int] = to("version.id")
    link_id: Mapped[int | None] = to("link.id")
    answer_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=LetterState.QUEUED.value)
    message_id: Mapped[str] = mapped_column(unique=True)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_reply: Mapped[str] = mapped_column(default="")

    contact: Mapped[Contact | None] = relationship(lazy="joined")
    user: Mapped[StaffUser | None] = relationship(lazy="joined")
    version: Mapped[Version] = relationship(lazy="joined")
    link: Mapped[Link | None] = relationship(lazy="joined")
    answer: Mapped[Answer | None] = relationship(lazy="joined")
