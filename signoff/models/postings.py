"""What partners say of themselves in public: a description, a logo, and notices of where they begin."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.partners.places import PLACES, Place
from signoff.domain.partners.postings import PostingKind
from signoff.models.base import Base, Day, one_of, to
from signoff.models.coalition import Logo
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Partner


class PartnerPosting(Base):
    """One thing that a contact, or staff for the partner, proposed to show; it is public from when staff accepted it.

    Of descriptions and logos a partner has one at a time; notices stand beside each other.
    """

    __tablename__ = "partner_posting"
    __table_args__ = (
        one_of("kind", PostingKind),
        one_of("state", PLACES),
        CheckConstraint("(kind = 'logo') = (logo_id IS NOT NULL)", name="logo_has_a_picture"),
        CheckConstraint("(kind = 'notice') = (state IS NOT NULL)", name="notice_has_a_place"),
        CheckConstraint("(kind = 'notice') = (month IS NOT NULL)", name="notice_has_a_month"),
        CheckConstraint("(link_id IS NULL) <> (typed_by IS NULL)", name="proposed_by_someone"),
        CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="settled_whole"),
        CheckConstraint("accepted IN (0, 1)", name="accepted_yes_or_no"),
        CheckConstraint("ended_by IS NULL OR until IS NOT NULL", name="ended_once_over"),
        Index("ix_partner_posting_partner", "partner_id", "kind"),
        Index("ix_partner_posting_kind", "kind", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    kind: Mapped[str]
    words: Mapped[str | None]
    logo_id: Mapped[int | None] = to("logo.id")
    # Of a notice: where the partner begins, and the first day of the month in which.
    state: Mapped[str | None]
    county: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    month: Mapped[date | None] = mapped_column(Day)
    link_id: Mapped[int | None] = to("link.id")
    typed_by: Mapped[int | None] = to("staff_user.id")
    proposed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = to("staff_user.id")
    accepted: Mapped[int | None]
    reason: Mapped[str | None]
    # Taken back by the partner or followed by another; by staff where `ended_by` says so, for `ended_reason`.
    until: Mapped[datetime | None]
    ended_by: Mapped[int | None] = to("staff_user.id")
    ended_reason: Mapped[str | None]

    partner: Mapped[Partner] = relationship(lazy="joined", innerjoin=True)
    logo: Mapped[Logo | None] = relationship(lazy="joined")

    @property
    def place(self) -> Place:
        """Where a notice says that the partner begins."""
        return Place(self.state or "", self.county, self.city)

    @property
    def is_waiting(self) -> bool:
        """Whether staff are still to decide about it."""
        return self.settled_at is None and self.until is None

    @property
    def is_shown(self) -> bool:
        """Whether it is public while its partner has a public page."""
        return self.accepted == 1 and self.until is None


def is_shown() -> ColumnElement[bool]:
    """The condition that a posting is public while its partner has a public page."""
    return and_(PartnerPosting.accepted == 1, PartnerPosting.until.is_(None))


GUARDS: tuple[Guard, ...] = (
    *guarded(
        PartnerPosting,
        erases="words",
        ends=[
            Ending("settled_at", "a posting is settled once", along="settled_by accepted", empties="reason"),
            Ending("until", "what was taken back is not shown again", along="ended_by", empties="ended_reason"),
        ],
    ),
)
