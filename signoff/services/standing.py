"""What stands: a partner's last answer, the names it may approve under, whether its round takes answers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers import Verdict, round_takes_answers
from signoff.domain.refusals import Conflict, RoundClosed, StaleText
from signoff.models import Answer, Link, PartnerName, Round, Version


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
    names = session.scalars(
        select(PartnerName)
        .where(PartnerName.partner_id == partner_id, PartnerName.kind == "public")
        .order_by(PartnerName.id)
    )
    return [name.name for name in names if name.until is None or name.until > at]


def takes_answers(session: Session, link: Link, *, at: datetime) -> bool:
    """Whether the round of this link's request takes answers at this moment, whether or not a worker ran."""
    asked = link.request
    found = session.scalars(
        select(Round).where(Round.version_id == asked.version_id).execution_options(populate_existing=True)
    ).one()
    still_asked = asked.dropped_at is None and asked.partner.left_at is None
    return still_asked and round_takes_answers(deadline=found.deadline, ended=found.ended_at is not None, at=at)


def ensure_shown(version: Version, shown_digest: str) -> None:
    """Refuse with StaleText when the text that was shown is not the text asked about."""
    if shown_digest != version.digest:
        raise StaleText


def ensure_takes_answers(session: Session, link: Link, *, at: datetime) -> None:
    """Refuse with RoundClosed when the round of this link's request takes no answers at this moment."""
    if not takes_answers(session, link, at=at):
        raise RoundClosed


def reason_not_to_answer(link: Link, *, at: datetime) -> str:
    """Why this link's holder may not answer at this moment, as a sentence; empty when it may."""
    contact = link.contact
    if link.referred_at is not None:
        return "You named a colleague to answer instead; your link reads and does not answer."
    if not contact.may_answer:
        return "This contact may read but not answer for its organisation. Nothing was recorded."
    if contact.answers_from > at:
        return (
            "This address is new, so it answers a day after it was entered, or once a second member of the "
            "Coalition's staff has confirmed it. Nothing was recorded."
        )
    return ""


def ensure_may_answer(link: Link, *, at: datetime) -> None:
    """Refuse with Conflict a link whose holder named a colleague, or whose contact may not answer (yet)."""
    if reason := reason_not_to_answer(link, at=at):
        raise Conflict(reason)
