"""Whether partners accept the Coalition's commitments: a contact's way to say so, and what it said; never public."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.permissions import Actor
from signoff.models.base import Base, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Contact
from signoff.models.principles import PrinciplesEdition


class AcceptanceLink(Base):
    """One contact's way to accept the commitments of one edition: a nonce and a look-up value."""

    __tablename__ = "acceptance_link"
    __table_args__ = (
        ForeignKeyConstraint(["contact_id", "partner_id"], ["contact.id", "contact.partner_id"], ondelete="RESTRICT"),
        UniqueConstraint("id", "edition_id", "partner_id"),
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        Index(
            "uq_acceptance_link_live",
            "edition_id",
            "contact_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_acceptance_link_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = to("principles_edition.id")
    partner_id: Mapped[int]
    contact_id: Mapped[int]
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = to("staff_user.id")
    asked_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    edition: Mapped[PrinciplesEdition] = relationship()
    contact: Mapped[Contact] = relationship(
        primaryjoin="AcceptanceLink.contact_id == Contact.id",
        foreign_keys="AcceptanceLink.contact_id",
        lazy="joined",
    )

    @property
    def actor(self) -> Actor:
        """The contact whose link it is, as who acts through it."""
        return Actor("contact", self.contact_id)

    @property
    def is_dead(self) -> bool:
        """Whether it opens nothing anymore: a newer one was sent, or its contact was removed."""
        return self.revoked_at is not None or self.contact.removed_at is not None


class Acceptance(Base):
    """What a contact said for its partner about the commitments of an edition; the last one stands.

    Who signed it can be erased.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["link_id", "edition_id", "partner_id"],
            ["acceptance_link.id", "acceptance_link.edition_id", "acceptance_link.partner_id"],
            ondelete="RESTRICT",
        ),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("accepted IN (0, 1)", name="accepted_yes_or_no"),
        Index("ix_acceptance_partner", "partner_id", "edition_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int]
    partner_id: Mapped[int]
    link_id: Mapped[int]
    # Of the commitments that were shown.
    digest: Mapped[str]
    accepted: Mapped[int]
    full_name: Mapped[str | None]
    job_title: Mapped[str | None]
    at: Mapped[datetime]

    link: Mapped[AcceptanceLink] = relationship(
        primaryjoin="Acceptance.link_id == AcceptanceLink.id", foreign_keys="Acceptance.link_id", lazy="joined"
    )


GUARDS: tuple[Guard, ...] = (
    *guarded(AcceptanceLink, ends=[Ending("revoked_at", "a revoked link is never revived")]),
    *guarded(Acceptance, erases="full_name job_title"),
    Guard(
        "acceptance_through_live_link",
        "acceptance",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM acceptance_link l JOIN contact c ON c.id = l.contact_id
            JOIN partner p ON p.id = c.partner_id
            WHERE l.id = NEW.link_id AND l.revoked_at IS NULL AND l.asked_at <= NEW.at AND p.left_at IS NULL
            AND c.removed_at IS NULL AND c.may_answer = 1 AND c.answers_from <= NEW.at
            AND NOT EXISTS (SELECT 1 FROM partner_merge m WHERE m.from_id = c.partner_id AND m.undone_at IS NULL
                AND m.answers_from > NEW.at))""",
        "acceptance: the link or its contact does not speak for the partner",
    ),
    Guard(
        "acceptance_of_edition_in_force",
        "acceptance",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM principles_edition e WHERE e.id = NEW.edition_id AND e.commitments <> '')
        OR EXISTS (SELECT 1 FROM principles_edition e JOIN principles_edition later ON later.number > e.number
            WHERE e.id = NEW.edition_id)""",
        "acceptance: these commitments are not asked about anymore",
    ),
)
