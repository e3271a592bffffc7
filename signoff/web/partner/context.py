"""What a partner's page shows: the request, the current answer, what changed, and which forms apply now."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import MAY_END, Verdict
from signoff.domain.diff import changes
from signoff.domain.positions.status import RoundEnd
from signoff.models import Link, Publication, Request, Round, Version
from signoff.services.answers.current_answers import (
    answers_later,
    contested_through,
    last_answer,
    public_names,
    reason_not_to_answer,
)
from signoff.services.partners.application_decisions import applicants_for, settled_through
from signoff.services.partners.name_proposals import waiting_names
from signoff.services.partners.referral_corrections import may_correct
from signoff.services.partners.referrals import in_force, last_referral
from signoff.services.partners.stepping_back import find_stepping_back
from signoff.services.positions.checks import shown_check
from signoff.services.rounds.consultations import may_comment, own_comments
from signoff.services.rounds.last_round import is_overtaken
from signoff.services.rounds.links import may_have_link
from signoff.services.rounds.open_rounds import takes_answers
from signoff.services.rounds.previous_versions import find_shown, known_before, put_back


def page_context(session: Session, link: Link, *, at: datetime, shown: str = "") -> dict[str, Any]:
    """The facts of one link's page; `at` decides whether the round still takes answers.

    `shown` is the digest that a refused form came with: when it is another version's, the page says what differs.
    """
    version = session.get_one(Version, link.request.version_id)
    round_ = session.scalars(select(Round).where(Round.version_id == version.id)).one()
    return {
        "version": version,
        "partner": link.request.partner,
        "contact": link.contact,
        "asked": link.request,
        "round": round_,
        "being_prepared": round_.ended_at is None and is_overtaken(session, version),
        "publication": session.scalar(select(Publication).where(Publication.version_id == version.id)),
        "known": known_before(session, version, [link.partner_id]).get(link.partner_id),
        "put_back": put_back(session, version),
        "stale": _stale(session, version, shown),
        "may_comment": may_comment(session, link, at=at),
        "comments": own_comments(session, link),
        "checked": shown_check(session, version),
        **_of_later(session, version, link),
        **_of_answering(session, version, link, at=at),
    }


def _of_answering(session: Session, version: Version, link: Link, *, at: datetime) -> dict[str, Any]:
    contested = contested_through(session, link)
    last = last_answer(session, version.id, link.partner_id)
    is_open = takes_answers(session, link, at=at)
    may_answer, named = not reason_not_to_answer(session, link, at=at), last_referral(session, link)
    referral = in_force(named)
    corrects = may_correct(session, referral)
    return {
        "last": last,
        "open": is_open,
        "may_answer": may_answer,
        "answers_later": answers_later(session, link, at=at),
        "contested": contested,
        "gets_fresh_link": may_have_link(session, link.request, link.contact),
        "may_refer": is_open and (may_answer or corrects) and not contested,
        "corrects": corrects,
        "may_take_back": is_open and referral is not None and (corrects or referral.accepted is None),
        "referral": referral,
        "taken_back": named if referral is None and is_open and last is None else None,
        "steps_back": find_stepping_back(session, link),
        "may_withdraw": last is not None and last.verdict in MAY_END[Verdict.WITHDRAW],
        "may_contest": last is not None and last.verdict in MAY_END[Verdict.CONTEST],
        "applicants": applicants_for(session, link, at=at),
        "settled_applicants": settled_through(session, link),
        "public_names": public_names(session, link.partner_id, at=at),
        "proposed_names": waiting_names(session, link.partner_id),
    }


def _of_later(session: Session, version: Version, link: Link) -> dict[str, Any]:
    later = _later_asked(session, version)
    if later is None:
        nothing = {"later_recalled": False, "asked_later": False, "may_read_later": False, "since_then": ()}
        return {"later_version": None, **nothing}
    # A partner that is not asked about a later text reads it when everyone does.
    asked = _is_asked(session, later, link)
    may_read = asked or _is_public(session, later)
    since = changes(version.wording, later.wording) if may_read else ()
    recalled = session.scalar(select(Round.ended_as).where(Round.version_id == later.id)) == RoundEnd.RECALLED
    return {
        "later_version": later,
        "later_recalled": recalled,
        "asked_later": asked and not recalled,
        "may_read_later": may_read,
        "since_then": since,
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
