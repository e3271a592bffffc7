"""Subscriptions end here, however that comes about; an address without any is forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from signoff.domain.letters import TO_SUBSCRIBERS
from signoff.domain.permissions import WORKER, Actor
from signoff.domain.publications.subscriptions import SubscriptionEnd
from signoff.models import Letter, Subscription
from signoff.services.record.record import record

IS_LIVE = Subscription.confirmed_at.is_not(None) & Subscription.ended_at.is_(None)


def live_subscriptions(session: Session, email: str | None) -> Sequence[Subscription]:
    """What an address is subscribed to now, oldest first; nothing for an address that was forgotten."""
    if email is None:
        return []
    query = select(Subscription).where(Subscription.email == email, IS_LIVE).order_by(Subscription.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def end_subscriptions(
    session: Session,
    email: str | None,
    ended_as: SubscriptionEnd,
    *,
    by: Actor,
    at: datetime,
    only: ColumnElement[bool] | None = None,
) -> int:
    """End what an address is subscribed to, or `only` some of it; returns how many. None is no act.

    The address is forgotten with the last of them. Of several that end the same at once, one does.
    """
    if email is None:
        return 0
    which = [Subscription.email == email, IS_LIVE, *([] if only is None else [only])]
    ending = update(Subscription).where(*which).values(ended_at=at, ended_as=ended_as)
    ended = sorted(session.scalars(ending.returning(Subscription.id)))
    if not ended:
        return 0
    if not live_subscriptions(session, email):
        _forget(session, email)
    facts = {"subscriptions": ended, "ended_as": ended_as}
    record(session, "subscriptions_ended", by=by, at=at, facts=facts)
    return len(ended)


def end_for_letter(session: Session, letter: Letter, ended_as: SubscriptionEnd, *, at: datetime) -> bool:
    """End all that the address of a subscriber's letter is subscribed to; False when there is nothing to end."""
    if letter.kind not in TO_SUBSCRIBERS:
        return False
    subscription = session.get(Subscription, letter.subscription_id)
    return end_subscriptions(session, subscription.email if subscription else None, ended_as, by=WORKER, at=at) > 0


def _forget(session: Session, email: str | None) -> None:
    # One that waits to be confirmed still has its link.
    theirs = Subscription.email == email, Subscription.confirmed_at.is_not(None)
    letters = Letter.subscription_id.in_(select(Subscription.id).where(*theirs))
    replies = update(Letter).where(letters).values(last_reply="")
    emptied = update(Subscription).where(*theirs).values(email=None, network=None)
    for statement in (replies, emptied):
        session.execute(statement.execution_options(synchronize_session="fetch"))
