"""Subscribes addresses to news, as a stranger with a mailbox does."""

from sqlalchemy.orm import Session

from signoff.domain.permissions import NOBODY
from signoff.domain.rounds.links import link_secret
from signoff.models import Subscription
from signoff.services.publications import subscriptions
from signoff.services.publications.subscriptions import SubscriptionForm
from tests.house import House


def ask_for_news(
    house: House, session: Session, email: str, slug: str = "", source: str = "192.0.2.1"
) -> Subscription | None:
    """A subscription that waits to be confirmed; None when it was not taken."""
    act = house.act(session, NOBODY)
    return subscriptions.ask_to_subscribe(act, SubscriptionForm(email, slug), source=source)


def secret_behind(house: House, asked: Subscription) -> str:
    """The secret of a subscriber's link, as only the worker that writes the email knows it."""
    return link_secret(house.settings.secret_key, asked.nonce, purpose="subscription")


def subscribed(house: House, session: Session, email: str, slug: str = "", **more: str) -> Subscription:
    """A confirmed subscription."""
    asked = ask_for_news(house, session, email, slug, **more)
    assert asked is not None
    return subscriptions.confirm_subscription(house.act(session, NOBODY), secret_behind(house, asked))


def unsubscribed(house: House, session: Session, subscription: Subscription, number: int | None = None) -> Subscription:
    """The subscription after its reader has unsubscribed."""
    act = house.act(session, NOBODY)
    return subscriptions.unsubscribe(act, secret_behind(house, subscription), number=number)
