"""Who may confirm a partner's contact as the second staff member, and who hears that it was confirmed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.accounts import confirmer_problems
from signoff.domain.errors import NotAllowed
from signoff.domain.permissions import Actor, Role
from signoff.models import Contact, StaffUser
from signoff.models.accounts import holders
from signoff.services.outbox.letter_queue import queue_contact_confirmed


def confirmation_problems(session: Session, by: Actor, *, at: datetime) -> list[str]:
    """Why this actor cannot confirm any contact as the second staff member; empty when nothing stands in the way."""
    user = session.get(StaffUser, by.id) if by.kind == "user" else None
    if user is None:
        return ["Only a staff member who has signed in can confirm a contact."]
    return confirmer_problems(added_at=user.added_at, password_chosen_at=user.password_chosen_at, at=at)


def ensure_may_confirm(session: Session, by: Actor, *, at: datetime) -> None:
    """Refuse with NotAllowed, and all reasons, a user who cannot confirm a contact as the second staff member.

    An administrator can make a second account within a minute; it is no second person until a day has passed in which
    others can see it, and until its own person chose its password.
    """
    if problems := confirmation_problems(session, by, at=at):
        raise NotAllowed(" ".join(problems))


def tell_confirmed(session: Session, confirmed: Contact, others: Collection[Contact], *, at: datetime) -> None:
    """Tell these contacts of the partner, and every administrator, that a contact was confirmed."""
    administrators = session.scalars(
        select(StaffUser)
        .where(StaffUser.id.in_(holders(Role.ADMINISTRATOR)), StaffUser.deactivated_at.is_(None))
        .order_by(StaffUser.id)
    ).all()
    queue_contact_confirmed(session, confirmed, [c for c in others if c.id != confirmed.id], administrators, at=at)
