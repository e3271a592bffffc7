"""What counts now: a partner's last answer, the names it may approve under, whether a contact may answer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.errors import Conflict
from signoff.models import Answer, Link, PartnerMerge, PartnerName
from signoff.models.base import among


def last_answer(session: Session, version_id: int, partner_id: int) -> Answer | None:
    """What stands for a partner on a version: its last answer, whatever the round."""
    return session.scalar(
        select(Answer)
        .where(Answer.version_id == version_id, Answer.partner_id == partner_id)
        .order_by(Answer.sequence.desc())
        .limit(1)
    )


def contested_through(session: Session, link: Link) -> bool:
    """Whether an answer was contested since this link was issued: then it approves no more."""
    contested = select(Answer.id).where(
        Answer.version_id == link.request.version_id,
        Answer.partner_id == link.partner_id,
        Answer.verdict == Verdict.CONTEST,
        Answer.at >= link.issued_at,
    )
    return session.scalar(contested.limit(1)) is not None


def public_names(session: Session, partner_id: int, *, at: datetime) -> list[str]:
    """The names a partner may approve under now, the register's own name first."""
    return public_names_of(session, [partner_id], at=at)[partner_id]


def public_names_of(session: Session, partner_ids: Collection[int], *, at: datetime) -> dict[int, list[str]]:
    """The names that each of these partners may approve under now, by the partner's id."""
    names = session.scalars(
        select(PartnerName)
        .where(among(PartnerName.partner_id, partner_ids), PartnerName.kind == "public")
        .order_by(PartnerName.id)
    )
    result: dict[int, list[str]] = {number: [] for number in partner_ids}
    for name in names:
        if name.until is None or name.until > at:
            result[name.partner_id].append(name.name)
    return result


def reason_not_to_answer(session: Session, link: Link, *, at: datetime) -> str:
    """Why this link's holder may not answer at this moment, as a sentence; empty when it may."""
    contact = link.contact
    if link.referred_at is not None:
        return "You named a colleague to answer instead, so you can read this but not answer."
    if not contact.may_answer:
        return "This contact can read but not answer for its organization. Nothing was recorded."
    if contact.answers_from > at:
        return (
            "This address is new. It can answer one day after it was entered, or once a second member of the "
            "Coalition's staff has confirmed it. Nothing was recorded."
        )
    return "" if contact.partner_id == link.partner_id else _reason_of_merge(session, link, at=at)


def _reason_of_merge(session: Session, link: Link, *, at: datetime) -> str:
    asked, opens = link.request.partner, answers_after_merge(session, link)
    if opens is None:
        return f"Only the contacts that {asked.name} had when it was asked can answer this. Nothing was recorded."
    if opens > at:
        return (
            f"Your contact details were added to those of {asked.name} less than a day ago, so you cannot answer for "
            "it yet. Nothing was recorded."
        )
    return ""


def answers_after_merge(session: Session, link: Link) -> datetime | None:
    """From when a contact that came with a double answers what is asked through this link; None when it never does."""
    return session.scalar(
        select(PartnerMerge.answers_from).where(
            PartnerMerge.from_id == link.contact.partner_id,
            PartnerMerge.into_id == link.partner_id,
            PartnerMerge.undone_at.is_(None),
        )
    )


def answers_later(session: Session, link: Link, *, at: datetime) -> datetime | None:
    """When this link's holder may answer, if only later; None when it may now, or never may."""
    contact = link.contact
    after_merge = contact.answers_from if contact.partner_id == link.partner_id else answers_after_merge(session, link)
    opens = after_merge and max(after_merge, contact.answers_from)
    return opens if opens and opens > at else None


def ensure_may_answer(session: Session, link: Link, *, at: datetime) -> None:
    """Refuse with Conflict a link whose holder named a colleague, or whose contact may not answer (yet)."""
    if reason := reason_not_to_answer(session, link, at=at):
        raise Conflict(reason)
