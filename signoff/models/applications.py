"""Applications: a position opened to organizations that are no partners yet, and what they asked; never public."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.partners.applications import Decision
from signoff.domain.permissions import Actor
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Partner
from signoff.models.positions import Position


class SignOn(Base):
    """One time for which a publisher lets organizations apply to sign a position; at most one of a position lives."""

    __tablename__ = "sign_on"
    __table_args__ = (
        CheckConstraint("until > opened_at", name="until_later"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        Index(
            "uq_sign_on_live",
            "position_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = to("position.id")
    opened_by: Mapped[int] = to("staff_user.id")
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = to("staff_user.id")

    position: Mapped[Position] = relationship(lazy="joined")
    opener: Mapped[StaffUser] = relationship(foreign_keys=[opened_by], lazy="joined")


class Application(Base):
    """What one organization typed to ask whether it may sign; counts once its mailbox was proven, decided once.

    Linked to a partner, it waits for the word of one of that partner's contacts. What was typed can be erased.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("expires_at > applied_at", name="expires_later"),
        CheckConstraint("confirmed_at <= expires_at", name="confirmed_in_time"),
        one_of("decision", Decision),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_whole"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("decided_at IS NULL OR confirmed_at IS NOT NULL", name="decided_once_confirmed"),
        CheckConstraint(
            "(partner_id IS NOT NULL) = (decision IS NOT NULL AND decision <> 'reject')", name="partner_unless_rejected"
        ),
        CheckConstraint("agreed IN (0, 1)", name="agreed_yes_or_no"),
        CheckConstraint("(settled_at IS NULL) = (agreed IS NULL)", name="settled_whole"),
        CheckConstraint("(settled_at IS NULL) = (settled_link_id IS NULL)", name="settled_by_a_contact"),
        CheckConstraint("settled_at IS NULL OR (decision IS NOT NULL AND decision = 'link')", name="settled_if_linked"),
        Index("ix_application_sign_on", "sign_on_id"),
        Index("ix_application_email", "email", "applied_at"),
        Index("ix_application_network", "network", "applied_at"),
        Index("ix_application_partner", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_on_id: Mapped[int] = to("sign_on.id")
    organization: Mapped[str | None]
    website: Mapped[str | None]
    level: Mapped[str | None]
    state: Mapped[str | None]
    full_name: Mapped[str | None]
    email: Mapped[str | None]
    job_title: Mapped[str | None]
    # From where it was sent, as a keyed digest: only to count how many come from there.
    network: Mapped[str | None]
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    applied_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_by: Mapped[int | None] = to("staff_user.id")
    partner_id: Mapped[int | None] = to("partner.id")
    settled_at: Mapped[datetime | None]
    agreed: Mapped[int | None]
    settled_link_id: Mapped[int | None] = to("link.id")

    sign_on: Mapped[SignOn] = relationship(lazy="joined")
    partner: Mapped[Partner | None] = relationship()
    decider: Mapped[StaffUser | None] = relationship()

    @property
    def position(self) -> Position:
        """The position that the organization asks to sign."""
        return self.sign_on.position

    @property
    def actor(self) -> Actor:
        """The applicant as someone who acts."""
        return Actor("applicant", self.id)

    @property
    def is_erased(self) -> bool:
        """Whether what was typed of a person is no longer stored."""
        return self.email is None


GUARDS: tuple[Guard, ...] = (
    *guarded(SignOn, ends=[Ending("ended_at", "an opening that ended is never revived", along="ended_by")]),
    *guarded(
        Application,
        erases="organization website level state full_name email job_title network",
        ends=[
            Ending("confirmed_at", "an application is confirmed once"),
            Ending("decided_at", "an application is decided once", along="decision decided_by partner_id"),
            Ending("settled_at", "a contact's word about an applicant is final", along="agreed settled_link_id"),
        ],
    ),
    Guard(
        "application_while_open",
        "application",
        "INSERT",
        """EXISTS (SELECT 1 FROM sign_on s WHERE s.id = NEW.sign_on_id
            AND (s.ended_at IS NOT NULL OR NEW.applied_at > s.until))""",
        "application: the position is not open for applications",
    ),
    Guard(
        "application_confirmed_while_open",
        "application",
        "UPDATE",
        """OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sign_on s
            JOIN sign_on live ON live.position_id = s.position_id
            WHERE s.id = NEW.sign_on_id AND live.ended_at IS NULL AND NEW.confirmed_at <= live.until)""",
        "application: the position no longer takes applications",
    ),
    Guard(
        "application_settled_by_its_partner",
        "application",
        "UPDATE",
        """NEW.settled_link_id IS NOT NULL AND OLD.settled_link_id IS NULL AND NOT EXISTS (SELECT 1 FROM link l
            JOIN partner p ON p.id = l.partner_id JOIN partner own ON own.id = NEW.partner_id
            WHERE l.id = NEW.settled_link_id
            AND COALESCE(p.merged_into_id, p.id) = COALESCE(own.merged_into_id, own.id))""",
        "application: only a contact of the partner speaks for it",
    ),
)
