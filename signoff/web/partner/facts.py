"""What a partner's page shows: the question, what stands, and which forms apply at this moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers import MAY_END, Verdict
from signoff.models import Link, Publication, Round, Version
from signoff.services.checks import find_check, findings_of
from signoff.services.standing import contested_through, last_answer, public_names, takes_answers


def gather(session: Session, link: Link, *, at: datetime) -> dict[str, Any]:
    """The facts of one link's page; `at` decides whether the round still takes answers."""
    version = session.get_one(Version, link.request.version_id)
    last = last_answer(session, version.id, link.partner_id)
    return {
        "version": version,
        "partner": link.request.partner,
        "contact": link.contact,
        "round": session.scalars(select(Round).where(Round.version_id == version.id)).one(),
        "last": last,
        "open": takes_answers(session, link, at=at),
        "may_answer": bool(link.contact.may_answer) and link.referred_at is None and link.contact.answers_from <= at,
        "contested": contested_through(session, link),
        "may_withdraw": last is not None and last.verdict in MAY_END[Verdict.WITHDRAW],
        "may_contest": last is not None and last.verdict in MAY_END[Verdict.CONTEST],
        "public_names": public_names(session, link.partner_id, at=at),
        "publication": session.scalar(select(Publication).where(Publication.version_id == version.id)),
        "later_version": _later_asked(session, version),
        "check": find_check(session, version),
        "findings": findings_of(session, version),
    }


def _later_asked(session: Session, version: Version) -> Version | None:
    return session.scalar(
        select(Version)
        .join(Round, Round.version_id == Version.id)
        .where(Version.position_id == version.position_id, Version.number > version.number)
        .order_by(Version.number.desc())
        .limit(1)
    )
