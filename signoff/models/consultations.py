"""Consultations: invitations to comment on a version, the comments, and what became of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.positions.comments import CommentOutcome
from signoff.models.base import Base, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Contact, Partner
from signoff.models.positions import Version


class Invitation(Base):
    """One contact's way to comment on one version: a nonce and a look-up value; it can never answer."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["contact_id", "partner_id"], ["contact.id", "contact.partner_id"], ondelete="RESTRICT"),
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        Index(
            "uq_invitation_live",
            "version_id",
            "contact_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_invitation_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("version.id")
    partner_id: Mapped[int]
    contact_id: Mapped[int]
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = to("staff_user.id")
    invited_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    version: Mapped[Version] = relationship(lazy="joined")
    contact: Mapped[Contact] = relationship(
        primaryjoin="Invitation.contact_id == Contact.id", foreign_keys="Invitation.contact_id", lazy="joined"
    )

    @property
    def is_dead(self) -> bool:
        """Whether it opens nothing anymore: re-issued or ended, or its contact was removed."""
        return self.revoked_at is not None or self.contact.removed_at is not None


class Comment(Base):
    """What a contact said of a passage of one version; the words can be erased, never changed."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(["contact_id", "partner_id"], ["contact.id", "contact.partner_id"], ondelete="RESTRICT"),
        CheckConstraint("(link_id IS NULL) <> (invitation_id IS NULL)", name="one_way_here"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_whole"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        one_of("outcome", CommentOutcome),
        Index("ix_comment_version", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("version.id")
    partner_id: Mapped[int]
    contact_id: Mapped[int]
    link_id: Mapped[int | None] = to("link.id")
    invitation_id: Mapped[int | None] = to("invitation.id")
    quote: Mapped[str]
    words: Mapped[str | None]
    salt: Mapped[str | None]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")
    outcome: Mapped[str | None]
    outcome_note: Mapped[str | None] = mapped_column(default="")

    version: Mapped[Version] = relationship()
    partner: Mapped[Partner] = relationship(
        primaryjoin="Comment.partner_id == Partner.id", foreign_keys="Comment.partner_id", lazy="joined"
    )
    contact: Mapped[Contact] = relationship(
        primaryjoin="Comment.contact_id == Contact.id", foreign_keys="Comment.contact_id", lazy="joined"
    )


GUARDS: tuple[Guard, ...] = (
    *guarded(Invitation, ends=[Ending("revoked_at", "a revoked invitation is never revived")]),
    *guarded(
        Comment,
        erases="words salt",
        ends=[
            Ending(
                "settled_at",
                "what became of a comment is recorded once",
                along="settled_by outcome",
                empties="outcome_note",
            )
        ],
    ),
)
