"""Corrections of a referral: who named the wrong colleague names another, until that colleague has answered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict
from signoff.domain.letters import ASKING, LetterKind
from signoff.models import Answer, Contact, Link, Referral
from signoff.services.outbox.letter_queue import cancel_waiting
from signoff.services.partners.contacts import end_contact
from signoff.services.rounds.links import is_provisional


def may_correct(session: Session, referral: Referral | None) -> bool:
    """Whether a referral is in force and the colleague has not answered yet, so that another can be named."""
    return referral is not None and referral.accepted == 1 and not _has_answered(session, referral)


def ensure_may_correct(session: Session, referral: Referral) -> None:
    """Refuse with Conflict to name another colleague once the one who was named has answered."""
    if _has_answered(session, referral):
        raise Conflict("Your colleague has already answered, so no one else can be named here. Nothing was changed.")


def take_away(session: Session, referral: Referral, *, at: datetime) -> None:
    """End what a wrong referral gave: a contact that exists by it alone is removed, and its links are dead at once.

    A colleague whom staff registered or confirmed stays a contact. The contact who named them still only reads.
    """
    colleague = session.get(Contact, referral.contact_id)
    if colleague is None or colleague.removed_at is not None or not is_provisional(session, colleague):
        return
    links = session.scalars(select(Link.id).where(Link.contact_id == colleague.id)).all()
    version_id, kinds = referral.link.request.version_id, ASKING | {LetterKind.REFERRED}
    cancel_waiting(session, "Another colleague was named.", kinds=kinds, version_id=version_id, link_ids=links)
    end_contact(session, colleague, by=referral.link.actor, at=at)


def _has_answered(session: Session, referral: Referral) -> bool:
    answered = (
        select(Answer.id)
        .join(Link, Link.id == Answer.link_id)
        .where(Answer.request_id == referral.request_id, Link.contact_id == referral.contact_id)
    )
    return session.scalar(answered.limit(1)) is not None
