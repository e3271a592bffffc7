"""Who of the partners' contacts gets newsletters and is told of meetings: all that are present, but those who
unsubscribed.

Each has a subscription of their own, made with the first such email, so that its link can be used by them alone. What
it says never touches requests to approve a position.
"""

from collections.abc import Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from signoff.domain.errors import LinkDead
from signoff.domain.publications.subscriptions import CONFIRM_WITHIN, SubscriptionEnd
from signoff.models import Contact, Partner, Subscription
from signoff.services.act import ActContext
from signoff.services.locks import hold_people
from signoff.services.publications.subscriptions import PURPOSE
from signoff.services.record.record import record
from signoff.services.rounds.links import new_nonce, provisional_contacts

_ENDED = Subscription.ended_at.is_not(None)


def news_contacts(session: Session) -> list[Contact]:
    """The contacts who get such emails: of present partners and their doubles, each address once, who want them.

    Contacts that were only named by a colleague do not get it before they are confirmed.
    """
    present = select(Contact).join(Partner, Partner.id == Contact.partner_id)
    query = present.where(Contact.removed_at.is_(None), Partner.left_at.is_(None))
    contacts = session.scalars(query.where(Contact.email.not_in(_stopped())).order_by(Contact.id)).unique().all()
    provisional = provisional_contacts(session, contacts) if contacts else {}
    by_email: dict[str, Contact] = {}
    for contact in contacts:
        if contact.id not in provisional:
            by_email.setdefault(contact.email, contact)
    return list(by_email.values())


def _stopped() -> Select[str]:
    # By mailbox: who is a contact of two partners has unsubscribed as both.
    of_contacts = select(Subscription.contact_id).where(Subscription.contact_id.is_not(None))
    stopped = Contact.id.in_(of_contacts.where(_ENDED)), Contact.id.not_in(of_contacts.where(~_ENDED))
    return select(Contact.email).where(*stopped)


def letters_to(act: ActContext, contacts: Sequence[Contact]) -> list[dict[str, int]]:
    """A `contact_id` and a `subscription_id` for each contact, whose subscription is made where there is none yet."""
    hold_people(act.session, only_reading=True)
    ids = [contact.id for contact in contacts]
    living = select(Subscription.contact_id, Subscription.id).where(
        Subscription.contact_id.in_(ids), Subscription.ended_at.is_(None)
    )
    known = dict(act.session.execute(living).all())
    made = {number: _subscribe(act, number) for number in ids if number not in known}
    act.session.flush()
    known |= {number: subscription.id for number, subscription in made.items()}
    return [{"contact_id": number, "subscription_id": known[number]} for number in ids]


def _subscribe(act: ActContext, contact_id: int) -> Subscription:
    nonce, lookup = new_nonce(act.link_key, purpose=PURPOSE)
    at = act.at()
    made = Subscription(contact_id=contact_id, nonce=nonce, lookup=lookup, asked_at=at, confirmed_at=at)
    made.expires_at = at + CONFIRM_WITHIN
    act.session.add(made)
    return made


def stop_news(act: ActContext, subscription: Subscription) -> None:
    """Send no more such emails to the contact that a subscription is of; again, it changes nothing."""
    hold_people(act.session)
    at = act.at()
    mine = Subscription.contact_id == subscription.contact_id, ~_ENDED
    ending = update(Subscription).where(*mine).values(ended_at=at, ended_as=SubscriptionEnd.UNSUBSCRIBED)
    ended = sorted(act.session.scalars(ending.returning(Subscription.id)))
    if ended:
        facts = {"subscriptions": ended, "ended_as": SubscriptionEnd.UNSUBSCRIBED}
        record(act.session, "subscriptions_ended", by=subscription.actor, at=at, facts=facts)


def resume_news(act: ActContext, subscription: Subscription) -> None:
    """Send such emails again to a contact that unsubscribed; LinkDead once it was removed."""
    hold_people(act.session)
    contact = act.session.get_one(Contact, subscription.contact_id)
    if contact.removed_at is not None:
        raise LinkDead("This link no longer works, because you are no longer a contact of this partner.")
    if not gets_news(act.session, contact.id):
        made = _subscribe(act, contact.id)
        act.session.flush()
        at = act.at()
        record(act.session, "subscription_confirmed", by=made.actor, at=at, facts={"subscription": made.id})


def gets_news(session: Session, contact_id: int) -> bool:
    """Whether a contact who has had such an email still gets them."""
    living = select(Subscription.id).where(Subscription.contact_id == contact_id, ~_ENDED)
    return session.scalar(living.limit(1)) is not None
