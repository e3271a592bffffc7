"""What partners propose and staff settle: another name to stand under, a colleague in another mail domain.

And what reviewers record: words in a text that are not the partner whose name they contain.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, one_of, to
from signoff.models.guard_kinds import AUTHOR, Ending, Guard, guarded
from signoff.models.partners import Contact, Partner
from signoff.models.rounds import Link


class NameProposal(Base):
    """A name that a contact proposes for its partner; no one can approve under it until staff accepted it."""

    __tablename__ = "name_proposal"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="settled_whole"),
        CheckConstraint("accepted IN (0, 1)", name="accepted_yes_or_no"),
        Index("ix_name_proposal_partner", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    link_id: Mapped[int] = to("link.id")
    name: Mapped[str]
    proposed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")
    accepted: Mapped[int | None]

    partner: Mapped[Partner] = relationship(lazy="joined")
    link: Mapped[Link] = relationship(lazy="joined")


class Referral(Base):
    """A contact's word that someone else answers: in force once the colleague is a contact.

    With an empty address it names no one: the contact asks to be written to no more, and staff see to it.
    """

    __tablename__ = "referral"
    __table_args__ = (
        ForeignKeyConstraint(["link_id", "request_id"], ["link.id", "link.request_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["request_id", "partner_id"], ["request.id", "request.partner_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["contact_id", "partner_id"], ["contact.id", "contact.partner_id"], ondelete="RESTRICT"),
        CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="settled_whole"),
        CheckConstraint("accepted IN (0, 1)", name="accepted_yes_or_no"),
        CheckConstraint("contact_id IS NULL OR accepted = 1", name="colleague_once_accepted"),
        CheckConstraint("taken_back_at IS NULL OR settled_at IS NOT NULL", name="settled_when_taken_back"),
        Index("ix_referral_link", "link_id"),
        Index("ix_referral_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int]
    request_id: Mapped[int]
    partner_id: Mapped[int]
    full_name: Mapped[str | None]
    email: Mapped[str | None]
    job_title: Mapped[str | None]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")
    accepted: Mapped[int | None]
    contact_id: Mapped[int | None]
    taken_back_at: Mapped[datetime | None]

    @property
    def names_nobody(self) -> bool:
        """Whether the contact only asked not to be written to anymore; an erased address is none, not empty."""
        return self.email == ""

    link: Mapped[Link] = relationship(
        primaryjoin="Referral.link_id == Link.id", foreign_keys="Referral.link_id", lazy="joined"
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin="Referral.contact_id == Contact.id", foreign_keys="Referral.contact_id"
    )


WRITTEN, ORDINARY = "written", "ordinary"
SPELLINGS = (WRITTEN, ORDINARY)


class Exemption(Base):
    """A reviewer's word that some passages of a version are not the partner whose name they contain, and why.

    All passages that hold one name are exempted by their words, for this version alone. Those in ordinary spelling can
    be ticked by their sentences, for later versions of the position too, while the sentence is unchanged.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        CheckConstraint("reason <> '' OR spelling = 'ordinary'", name="reason_given"),
        one_of("spelling", SPELLINGS),
        Index("ix_exemption_version", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("version.id")
    partner_id: Mapped[int] = to("partner.id")
    spelling: Mapped[str] = mapped_column(default=WRITTEN)
    passages: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str]
    recorded_by: Mapped[int] = to("staff_user.id")
    recorded_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(lazy="joined")
    recorder: Mapped[StaffUser] = relationship(lazy="joined")


GUARDS: tuple[Guard, ...] = (
    *guarded(NameProposal, ends=[Ending("settled_at", "a proposal is settled once", along="settled_by accepted")]),
    *guarded(
        Referral,
        erases="full_name email job_title",
        ends=[
            Ending("settled_at", "a referral is settled once", along="settled_by accepted contact_id"),
            Ending("taken_back_at", "a referral that was taken back never counts again"),
        ],
    ),
    Guard(
        "referral_taken_back_in_time",
        "referral",
        "UPDATE",
        """NEW.taken_back_at {differs} OLD.taken_back_at AND EXISTS (SELECT 1 FROM answer said
            JOIN link own ON own.id = said.link_id
            WHERE own.request_id = NEW.request_id AND own.contact_id = NEW.contact_id)""",
        "referral: the colleague has answered",
    ),
    *guarded(Exemption),
    Guard(
        "exemption_in_time",
        "exemption",
        "INSERT",
        "EXISTS (SELECT 1 FROM publication p WHERE p.version_id = NEW.version_id)",
        "exemption: the version is published",
    ),
    Guard(
        "exemption_by_another",
        "exemption",
        "INSERT",
        AUTHOR.format(column="recorded_by"),
        "exemption: authors do not exempt their own words",
    ),
)
