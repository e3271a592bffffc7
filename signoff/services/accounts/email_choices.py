"""Which emails a staff user has switched off for themselves."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from signoff.domain.letters import SWITCHABLE, StaffEmail
from signoff.domain.permissions import ensure_own
from signoff.models import EmailOff, StaffUser
from signoff.services.act import ActContext
from signoff.services.locks import hold_user
from signoff.services.record.record import record


def emails_offered(user: StaffUser) -> list[StaffEmail]:
    """The kinds of email that someone with this user's roles gets and can switch off."""
    return [email for email in SWITCHABLE if email.is_for(user.actor.roles)]


def emails_off(session: Session, user: StaffUser) -> set[str]:
    """The kinds of email that a user has switched off."""
    return set(session.scalars(select(EmailOff.kind).where(EmailOff.user_id == user.id)))


def choose_emails(act: ActContext, user: StaffUser, wanted: Collection[str]) -> bool:
    """Switch on those kinds of email offered to this user that are `wanted`, all others off; whether that changed any.

    Only for oneself. A kind that is not offered stays as it is.
    """
    ensure_own(act.by, user.actor, "Only you can choose which emails you get.")
    hold_user(act.session, user)
    offered = {email.kind.value for email in emails_offered(user)}
    was, off = emails_off(act.session, user), offered - set(wanted)
    if was & offered == off:
        return False
    act.session.execute(delete(EmailOff).where(EmailOff.user_id == user.id, EmailOff.kind.in_(was & offered - off)))
    if added := sorted(off - was):
        act.session.execute(insert(EmailOff), [{"user_id": user.id, "kind": kind} for kind in added])
    record(act.session, "emails_chosen", by=act.by, at=act.at(), facts={"user": user.id, "off": sorted(off)})
    return True
