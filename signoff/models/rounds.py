"""Rounds, the requests they consist of, and the contacts' links to them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.permissions import Actor
from signoff.domain.positions.status import RoundEnd
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Instant, Json, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Contact, Partner
from signoff.models.positions import Version
from signoff.models.views import VIEW_METADATA


class Round(Base):
    """The asking of partners to approve one version; one per version, one open per position."""

    __tablename__ = "round"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position_id"], ["version.id", "version.position_id"], ondelete="RESTRICT"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint("minimum >= 0", name="minimum_not_negative"),
        CheckConstraint("deadline > opened_at", name="deadline_later"),
        one_of("ended_as", RoundEnd),
        Index(
            "uq_round_open",
            "position_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int]
    version_id: Mapped[int] = mapped_column(unique=True)
    deadline: Mapped[datetime]
    minimum: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    # Days before the deadline on which those still waiting are reminded.
    reminder_days: Mapped[list[int]] = mapped_column(Json)
    opened_by: Mapped[int] = to("staff_user.id")
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]
    ended_reason: Mapped[str] = mapped_column(default="")

    version: Mapped[Version] = relationship(lazy="joined")
    opener: Mapped[StaffUser] = relationship()


class Request(Base):
    """The question to one partner about one version. It has no status: the last answer says what stands."""

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("version_id", "partner_id"),
        UniqueConstraint("id", "version_id", "partner_id"),
        UniqueConstraint("id", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = to("round.version_id")
    partner_id: Mapped[int] = to("partner.id", index=True)
    added_at: Mapped[datetime]
    # When it was asked last: later than added_at only for a partner that was dropped in between.
    asked_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]
    dropped_reason: Mapped[str] = mapped_column(default="")

    partner: Mapped[Partner] = relationship(lazy="joined")
    version: Mapped[Version] = relationship(
        primaryjoin="Request.version_id == Version.id", foreign_keys="Request.version_id", viewonly=True
    )


class AddedRequest(NamedTuple):
    """What has to be known of a request that was added with thousands of others."""

    id: int
    partner_id: int
    version_id: int


class Link(Base):
    """One contact's way to one request: a nonce and a look-up value, never the secret itself."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("id", "request_id"),
        ForeignKeyConstraint(["request_id", "partner_id"], ["request.id", "request.partner_id"], ondelete="RESTRICT"),
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        Index(
            "uq_link_live",
            "request_id",
            "contact_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_link_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int]
    partner_id: Mapped[int]
    contact_id: Mapped[int] = to("contact.id")  # of the same partner, or of one that it was merged with
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    referred_at: Mapped[datetime | None]

    request: Mapped[Request] = relationship(
        primaryjoin="Link.request_id == Request.id", foreign_keys="Link.request_id", lazy="joined"
    )
    contact: Mapped[Contact] = relationship(
        primaryjoin="Link.contact_id == Contact.id", foreign_keys="Link.contact_id", lazy="joined"
    )

    @property
    def actor(self) -> Actor:
        """The contact whose link it is, as who acts through it."""
        return Actor("contact", self.contact_id)

    @property
    def is_dead(self) -> bool:
        """Whether it opens nothing anymore: re-issued or ended, or its contact was removed."""
        return self.revoked_at is not None or self.contact.removed_at is not None


class IssuedLink(NamedTuple):
    """What has to be known of a link that was issued with thousands of others."""

    id: int
    partner_id: int
    contact_id: int


# A published version keeps the check it was published with, whatever edition its position is under now.
_UNCHECKED = """NOT EXISTS (SELECT 1 FROM version_check done JOIN position p ON p.id = NEW.position_id
    WHERE done.version_id = NEW.version_id AND done.edition_id = p.edition_id)
    AND NOT EXISTS (SELECT 1 FROM publication made WHERE made.version_id = NEW.version_id)"""

# A colleague whom the holder of a link named is not taken back, or none was ever named.
_NAMES_A_COLLEAGUE = """(NOT EXISTS (SELECT 1 FROM referral back JOIN link own ON own.id = back.link_id
    WHERE own.request_id = NEW.request_id AND own.contact_id = NEW.contact_id AND back.taken_back_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM referral counts JOIN link own ON own.id = counts.link_id
    WHERE own.request_id = NEW.request_id AND own.contact_id = NEW.contact_id
    AND counts.accepted = 1 AND counts.taken_back_at IS NULL))"""

GUARDS: tuple[Guard, ...] = (
    *guarded(Round, changes="deadline ended_at ended_as ended_reason"),
    Guard(
        "round_needs_check",
        "round",
        "INSERT",
        _UNCHECKED,
        "round: the check of this version is not completed",
    ),
    Guard(
        "round_reopens_with_check",
        "round",
        "UPDATE",
        f"(NEW.ended_at IS NULL AND OLD.ended_at IS NOT NULL OR NEW.deadline > OLD.deadline) AND {_UNCHECKED}",
        "round: the check of this version does not count anymore",
    ),
    Guard(
        "round_ended_for_good",
        "round",
        "UPDATE",
        """OLD.ended_as IN ('recalled', 'replaced')
        AND (NEW.ended_as {differs} OLD.ended_as OR NEW.ended_at {differs} OLD.ended_at)""",
        "round: a recalled or replaced round is never reopened",
    ),
    *guarded(Request, changes="asked_at dropped_at dropped_reason"),
    *guarded(
        Link,
        changes="referred_at",
        ends=[Ending("revoked_at", "a revoked link is never revived")],
    ),
    Guard(
        "link_of_referrer_answers_once_taken_back",
        "link",
        "UPDATE",
        f"""OLD.referred_at IS NOT NULL AND NEW.referred_at {{differs}} OLD.referred_at
            AND (NEW.referred_at IS NOT NULL OR {_NAMES_A_COLLEAGUE})""",
        "link: who named a colleague answers again only after taking that back",
    ),
    Guard(
        "link_of_referrer_reads_only",
        "link",
        "INSERT",
        """NEW.referred_at IS NULL AND EXISTS (SELECT 1 FROM link was WHERE was.request_id = NEW.request_id
            AND was.contact_id = NEW.contact_id AND was.referred_at IS NOT NULL)""",
        "link: who named a colleague answers no more, through a fresh link either",
    ),
)


request_state = Table(
    "request_state",
    VIEW_METADATA,
    Column("request_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("answer_id", Integer),
    Column("answered_at", Instant),
    Column("status", Text),
)
