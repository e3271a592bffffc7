"""What a partner's page shows: the question, what stands, what changed, and which forms apply at this moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers import MAY_END, Verdict
from signoff.domain.changes import changes
from signoff.models import Link, Publication, Request, Round, Version
from signoff.services.checks import find_check, findings_of
from signoff.services.consultations import may_comment, own_comments
from signoff.services.earlier import find_shown, known_before, put_back
from signoff.services.names import waiting_names
from signoff.services.referrals import find_referral
from signoff.services.standing import contested_through, last_answer, public_names, takes_answers


def gather(session: Session, link: Link, *, at: datetime, shown: str = "") -> dict[str, Any]:
    """The facts of one link's page; `at` decides whether the round still takes answers.

    `shown` is the digest that a refused form came with: when it is another version's, the page says what differs.
    """
    version = session.get_one(Version, link.request.version_id)
    last = last_answer(session, version.id, link.partner_id)
    later = _later_asked(session, version)
    asked_later = later is not None and _is_asked(session, later, link)
    # Who is not asked about a later text reads it when everybody does.
    may_read_later = later is not None and (asked_later or _is_public(session, later))
    is_open = takes_answers(session, link, at=at)
    may_answer = bool(link.contact.may_answer) and link.referred_at is None and link.contact.answers_from <= at
    contested = contested_through(session, link)
    return {
        "version": version,
        "partner": link.request.partner,
        "contact": link.contact,
        "asked": link.request,
        "round": session.scalars(select(Round).where(Round.version_id == version.id)).one(),
        "last": last,
        "open": is_open,
        "may_answer": may_answer,
        "answers_later": link.contact.answers_from if link.contact.answers_from > at else None,
        "contested": contested,
        "may_refer": is_open and may_answer and not contested,
        "referral": find_referral(session, link),
        "may_withdraw": last is not None and last.verdict in MAY_END[Verdict.WITHDRAW],
        "may_contest": last is not None and last.verdict in MAY_END[Verdict.CONTEST],
        "public_names": public_names(session, link.partner_id, at=at),
        "proposed_names": waiting_names(session, link.partner_id),
        "publication": session.scalar(select(Publication).where(Publication.version_id == version.id)),
        "later_version": later,
        "since_then": changes(version.wording, later.wording) if later and may_read_later else (),
        "may_read_later": may_read_later,
        "asked_later": asked_later,
        "known": known_before(session, version, link.partner_id),
        "put_back": put_back(session, version),
        "stale": _stale(session, version, shown),
        "may_comment": may_comment(session, link, at=at),
        "comments": own_comments(session, link),
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


def _is_asked(session: Session, version: Version, link: Link) -> bool:
    asked = select(Request.id).where(
        Request.version_id == version.id, Request.partner_id == link.partner_id, Request.dropped_at.is_(None)
    )
    return session.scalar(asked) is not None


def _is_public(session: Session, version: Version) -> bool:
    live = select(Publication.id).where(Publication.version_id == version.id, Publication.ended_at.is_(None))
    return session.scalar(live) is not None


def _stale(session: Session, version: Version, shown: str) -> dict[str, Any] | None:
    other = find_shown(session, version, shown) if shown and shown != version.digest else None
    return {"version": other, "changes": changes(other.wording, version.wording)} if other else None
