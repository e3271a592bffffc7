"""Subscriptions of anyone to news of positions, and the daily rounds of news that are mailed to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.permissions import Actor
from signoff.domain.publications.subscriptions import SubscriptionEnd
from signoff.models.base import Base, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Contact
from signoff.models.positions import Position


class Subscription(Base):
    """An email address that asked for news of one position, or of all; counts once it was confirmed from its mailbox.

    The address is kept while any of its subscriptions lives, and shown to no one. A contact of a partner has one
    without asking, for newsletters and meetings, and its address is the contact's.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("length(lookup) = 64", name="lookup_whole"),
        CheckConstraint("length(nonce) = 32", name="nonce_whole"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("expires_at > asked_at", name="expires_later"),
        CheckConstraint("confirmed_at IS NULL OR confirmed_at <= expires_at", name="confirmed_in_time"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint("ended_at IS NULL OR confirmed_at IS NOT NULL", name="ended_once_confirmed"),
        CheckConstraint(
            "contact_id IS NULL OR (email IS NULL AND confirmed_at IS NOT NULL)",
            name="contact_needs_no_address",
        ),
        one_of("ended_as", SubscriptionEnd),
        Index("ix_subscription_contact", "contact_id"),
        Index("ix_subscription_asked_at", "asked_at"),
        Index("ix_subscription_email", "email"),
        Index("ix_subscription_network", "network"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The position it is about; all of them without one.
    position_id: Mapped[int | None] = to("position.id")
    contact_id: Mapped[int | None] = to("contact.id")
    email: Mapped[str | None]
    # From where it was asked for, as a keyed digest: only to count how many come from there.
    network: Mapped[str | None]
    nonce: Mapped[bytes]
    lookup: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]

    position: Mapped[Position | None] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship()

    @property
    def is_live(self) -> bool:
        """Whether news is sent for it."""
        return self.confirmed_at is not None and self.ended_at is None

    @property
    def actor(self) -> Actor:
        """The subscriber as someone who acts."""
        return Actor("subscriber", self.id)


class NewsDigest(Base):
    """One daily round of news for subscribers: of what happened after `since`, up to `until`."""

    __tablename__ = "news_digest"
    __table_args__ = (CheckConstraint("since < until", name="since_before_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(unique=True)


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Subscription,
        erases="email network",
        ends=[
            Ending("confirmed_at", "a subscription is confirmed once"),
            Ending("ended_at", "a subscription that ended is never revived", along="ended_as"),
        ],
    ),
    *guarded(NewsDigest),
)
