"""A user's new email address: asked for, and confirmed through a mailed link."""

from sqlalchemy.orm import Session

from signoff.domain.accounts import AccountLinkPurpose, AccountNews
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.partners.email_addresses import clean_email
from signoff.domain.permissions import ensure_own
from signoff.domain.time import Clock
from signoff.models import AccountLink, StaffUser
from signoff.services.accounts.mailed_links import end_account_links, send_account_link
from signoff.services.accounts.users import address_problem
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses
from signoff.services.outbox.letter_queue import queue_account_news
from signoff.services.record.record import record


def ask_for_address(act: ActContext, user: StaffUser, email: str) -> AccountLink:
    """Send the way to a new address for one's account to that address; it counts once it was opened and confirmed.

    Invalid for an unusable address, or one that a user or a partner's contact has.
    """
    ensure_own(act.by, user.actor, "Only the user can change their own email address.")
    email = clean_email(email)
    if email == user.email:
        raise Invalid({"email": "This is already your email address."})
    if problem := address_problem(act.session, email, besides=user):
        raise Invalid({"email": problem})
    return send_account_link(act, user, AccountLinkPurpose.ADDRESS, address=email)


def confirm_address(session: Session, link: AccountLink, *, clock: Clock) -> StaffUser:
    """Take a new address for an account, proven by the link that went there; the old address is told.

    Conflict when someone else has the address meanwhile, NotFound for a link of another purpose.
    """
    if link.purpose != AccountLinkPurpose.ADDRESS or link.address is None:
        raise NotFound("There is no such page.")
    hold_addresses(session, [link.address])
    if problem := address_problem(session, link.address, besides=link.user):
        raise Conflict(problem)
    user, old, at = link.user, link.user.email, clock()
    end_account_links(session, user, clock=clock)
    user.email = link.address
    session.flush()
    record(session, "user_address_changed", by=user.actor, at=at, facts={"user": user.id})
    queue_account_news(session, user, AccountNews.ADDRESS_CHANGED, at=at, address=old)
    return user
