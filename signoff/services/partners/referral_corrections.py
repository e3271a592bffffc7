"""What undoes a referral: a colleague named by mistake gives way, until that colleague has answered."""

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
    """Refuse with Conflict to undo a referral once the colleague who was named has answered."""
    if _has_answered(session, referral):
        raise Conflict("Your colleague has already answered, so this can no longer be changed. Nothing was recorded.")


def end_referral(session: Session, referral: Referral, *, at: datetime) -> None:
    """End a referral that waits or is in force, by the word of who made it, who may answer again from now on.

    A contact that exists by it alone is removed, and its links are dead at once. A colleague whom staff registered or
    confirmed, or whom someone else named too, stays a contact.
    """
    if referral.settled_at is None:
        referral.accepted, referral.settled_at = 0, at
    referral.taken_back_at = at
    session.flush()
    version_id, reason = referral.link.request.version_id, "This was taken back."
    cancel_waiting(session, reason, kinds={LetterKind.REFERRED}, version_id=version_id, referral_id=referral.id)
    for link in session.scalars(
        select(Link).where(
            Link.request_id == referral.request_id,
            Link.contact_id == referral.link.contact_id,
            Link.referred_at.is_not(None),
        )
    ):
        link.referred_at = None
    session.flush()
    _remove_colleague(session, referral, at=at)


def _remove_colleague(session: Session, referral: Referral, *, at: datetime) -> None:
    colleague = session.get(Contact, referral.contact_id) if referral.contact_id is not None else None
    if colleague is None or colleague.removed_at is not None or not is_provisional(session, colleague):
        return
    if _is_named_by_another(session, referral):
        return
    links = session.scalars(select(Link.id).where(Link.contact_id == colleague.id)).all()
    version_id, kinds = referral.link.request.version_id, ASKING | {LetterKind.REFERRED}
    cancel_waiting(session, "This was taken back.", kinds=kinds, version_id=version_id, link_ids=links)
    end_contact(session, colleague, by=referral.link.actor, at=at)


def _is_named_by_another(session: Session, referral: Referral) -> bool:
    others = select(Referral.id).where(
        Referral.contact_id == referral.contact_id, Referral.id != referral.id, Referral.taken_back_at.is_(None)
    )
    return session.scalar(others.limit(1)) is not None


def _has_answered(session: Session, referral: Referral) -> bool:
    answered = (
        select(Answer.id)
        .join(Link, Link.id == Answer.link_id)
        .where(Answer.request_id == referral.request_id, Link.contact_id == referral.contact_id)
    )
    return session.scalar(answered.limit(1)) is not None
