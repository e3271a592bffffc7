"""Subscriptions: anyone asks for news of a position or of all, and confirms it from the mailbox.

No answer tells whether an address is known.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, LinkDead, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.publications.subscriptions import (
    ADDRESS_COUNTED_FOR,
    CONFIRM_WITHIN,
    COUNTED_FOR,
    SubscriptionEnd,
    SubscriptionTries,
)
from signoff.domain.rounds.links import link_lookup, link_secret
from signoff.models import Position, Publication, Subscription
from signoff.services.accounts.throttling import network_of
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses
from signoff.services.outbox.letter_queue import queue_subscriber_letters
from signoff.services.outbox.unsubscribing import IS_LIVE, end_subscriptions, live_subscriptions
from signoff.services.record.record import record
from signoff.services.rounds.links import new_nonce

PURPOSE, _NETWORK = "subscription", "network"
_IS_READ = IS_LIVE & Subscription.email.is_not(None)


@dataclass(frozen=True)
class SubscriptionForm:
    """What was typed: an address, and the slug of a published position; empty for all positions."""

    email: str = ""
    position: str = ""

    def cleaned(self) -> "SubscriptionForm":
        """The same in canonical characters."""
        return SubscriptionForm(clean_email(self.email), self.position.strip())


def ask_to_subscribe(act: ActContext, form: SubscriptionForm, *, source: str) -> Subscription | None:
    """Mail an address a link to confirm that it wants news; the one who asks has not signed in.

    None, with nothing stored, once too many were asked for: who asks must hear the same. Invalid for an unusable form.
    """
    form = form.cleaned()
    hold_addresses(act.session, [form.email])
    at, position = act.at(), find_published(act.session, form.position)
    problems = {"email": email_problem(form.email)}
    if form.position and position is None:
        problems["position"] = "This position is not published. Choose all positions instead."
    if any(problems.values()):
        raise Invalid({name: sentence for name, sentence in problems.items() if sentence})
    network = link_secret(act.link_key, network_of(source).encode(), purpose=_NETWORK)
    if _tries(act.session, form.email, network, at).are_too_many:
        return None
    nonce, lookup = new_nonce(act.link_key, purpose=PURPOSE)
    asked = Subscription(position=position, email=form.email, network=network, nonce=nonce, lookup=lookup, asked_at=at)
    asked.expires_at = at + CONFIRM_WITHIN
    act.session.add(asked)
    act.session.flush()
    queue_subscriber_letters(act.session, LetterKind.SUBSCRIPTION_CONFIRM, [{"subscription_id": asked.id}], at=at)
    return asked


def find_published(session: Session, slug: str) -> Position | None:
    """The position under this address, while it is published."""
    is_live = Publication.ended_at.is_(None)
    query = select(Position).join(Publication, Publication.position_id == Position.id)
    return session.scalar(query.where(Position.slug == slug, is_live))


def _tries(session: Session, email: str, network: str, at: datetime) -> SubscriptionTries:
    def number(*which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(Subscription).where(*which)) or 0

    lately = Subscription.asked_at > at - COUNTED_FOR
    return SubscriptionTries(
        number(Subscription.email == email, Subscription.asked_at > at - ADDRESS_COUNTED_FOR),
        number(Subscription.network == network, lately),
        number(lately),
    )


def get_by_secret(session: Session, secret: str, *, at: datetime) -> Subscription:
    """The subscription behind a mailed link, also one that ended.

    NotFound for an unknown one, LinkDead for one that was not confirmed in time.
    """
    found = session.scalar(select(Subscription).where(Subscription.lookup == link_lookup(secret)))
    if found is None:
        raise NotFound("There is no such page.")
    if found.confirmed_at is None and (found.email is None or at > found.expires_at):
        raise LinkDead("This link no longer works. You can subscribe again.")
    return found


def confirm_subscription(act: ActContext, secret: str) -> Subscription:
    """Confirm a subscription from its mailbox; again, it changes nothing. NotFound and LinkDead as for the link."""
    asked = get_by_secret(act.session, secret, at=act.at())
    hold_addresses(act.session, [asked.email or ""])
    act.session.refresh(asked)
    at = act.at()
    asked = get_by_secret(act.session, secret, at=at)
    if asked.confirmed_at is None:
        asked.confirmed_at = at
        act.session.flush()
        facts = {"subscription": asked.id}
        record(act.session, "subscription_confirmed", by=asked.actor, at=at, facts=facts)
    return asked


def unsubscribe(act: ActContext, secret: str, *, number: int | None = None) -> Subscription:
    """End all that the address behind a mailed link is subscribed to, or only what this one of them is about.

    Again, it changes nothing. NotFound and LinkDead as for the link.
    """
    own = get_by_secret(act.session, secret, at=act.at())
    hold_addresses(act.session, [own.email or ""])
    act.session.refresh(own)
    only = None
    if number is not None:
        topics = {one.position_id for one in live_subscriptions(act.session, own.email) if one.id == number}
        only = or_(*(Subscription.position_id.is_not_distinct_from(topic) for topic in topics), false())
    end_subscriptions(act.session, own.email, SubscriptionEnd.UNSUBSCRIBED, by=own.actor, at=act.at(), only=only)
    return own


def topics_of(session: Session, subscription: Subscription) -> list[Subscription]:
    """What the address of a subscription gets news of now: one subscription for each position, all positions first."""
    live = live_subscriptions(session, subscription.email)
    by_topic = {one.position_id: one for one in live}
    return sorted(by_topic.values(), key=lambda one: one.position_id or 0)


def followed_by(session: Session, emails: Collection[str]) -> dict[str, set[int | None]]:
    """Which positions these addresses get news of, by address; None among them stands for all."""
    rows = session.execute(
        select(Subscription.email, Subscription.position_id).where(Subscription.email.in_(emails), _IS_READ)
    )
    followed: dict[str, set[int | None]] = defaultdict(set)
    for email, position_id in rows:
        if email is not None:
            followed[email].add(position_id)
    return followed


def readers_of(session: Session, position_ids: Collection[int]) -> Sequence[int]:
    """The newest subscription of each address that gets news of one of these positions."""
    about = Subscription.position_id.is_(None) | Subscription.position_id.in_(position_ids)
    newest = select(func.max(Subscription.id)).where(_IS_READ, about).group_by(Subscription.email)
    return session.scalars(newest.order_by(func.max(Subscription.id))).all()


def count_readers(session: Session) -> list[tuple[Position | None, int]]:
    """How many addresses get news of all positions, then of each position that some follow."""
    rows = session.execute(
        select(Subscription.position_id, func.count(Subscription.email.distinct()))
        .where(_IS_READ)
        .group_by(Subscription.position_id)
        .order_by(Subscription.position_id)
    )
    counts = dict(rows.all())
    followed = session.scalars(select(Position).where(Position.id.in_(counts)).order_by(Position.id))
    return [(None, counts.get(None, 0)), *((position, counts[position.id]) for position in followed)]


def forget_unconfirmed(session: Session, *, at: datetime) -> None:
    """Erase the addresses of subscriptions that no one confirmed in time, and from where old ones were asked for."""
    is_over = Subscription.confirmed_at.is_(None) & (Subscription.expires_at < at) & Subscription.email.is_not(None)
    counts_no_more = (Subscription.asked_at < at - COUNTED_FOR) & Subscription.network.is_not(None)
    for which, emptied in ((is_over, {"email": None, "network": None}), (counts_no_more, {"network": None})):
        forgetting = update(Subscription).where(which).values(**emptied)
        session.execute(forgetting.execution_options(synchronize_session=False))
