"""A contact asks not to be written to anymore: staff hear of it and settle it; nothing that was answered changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid
from signoff.domain.letters import LetterKind
from signoff.domain.text_input import clean_line
from signoff.domain.time import Clock
from signoff.models import Link, Referral, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_link, hold_people
from signoff.services.outbox.letter_queue import queue_opener_letter
from signoff.services.record.record import record
from signoff.services.rounds.open_rounds import ensure_shown


def step_back(session: Session, link: Link, *, signed: str, shown_digest: str, clock: Clock) -> Referral:
    """Record that the holder of a link asks the Coalition to write to someone else, at any time; staff are told.

    The contact may answer and withdraw as before until staff have seen to it. Asking again while it waits records
    nothing. Invalid unless it is signed with the contact's name, which no mail scanner types; StaleText for another
    text than the one that was shown.
    """
    hold_people(session)
    hold_link(session, link)
    version = session.get_one(Version, link.request.version_id)
    ensure_shown(version, shown_digest)
    if problem := signature_problem(clean_line(signed), link.contact.full_name):
        raise Invalid({"full_name": problem})
    waiting = find_stepping_back(session, link)
    if waiting is not None and waiting.settled_at is None:
        return waiting
    at = clock()
    asked = Referral(
        link_id=link.id,
        request_id=link.request_id,
        partner_id=link.partner_id,
        full_name="",
        email="",
        job_title="",
        made_at=at,
    )
    session.add(asked)
    session.flush()
    facts = _facts(asked, version)
    record(session, "contact_stepped_back", by=link.actor, at=at, facts=facts, position=version.position)
    queue_opener_letter(session, LetterKind.REFERRED, version, at=at, referral_id=asked.id)
    return asked


def settle_stepping_back(act: ActContext, asked: Referral, *, accepted: bool) -> None:
    """Note that staff have seen to it, by changing the partner's contacts or otherwise; no one is written to.

    For a referral whose lock the caller holds. Conflict when it is accepted: no one was named who could answer.
    """
    if accepted:
        raise Conflict("There is no colleague to accept. Change the partner's contacts, then mark this as settled.")
    at = act.at()
    asked.accepted, asked.settled_at, asked.settled_by = 0, at, act.by.id
    act.session.flush()
    version = act.session.get_one(Version, asked.link.request.version_id)
    record(act.session, "step_back_settled", by=act.by, at=at, facts=_facts(asked, version), position=version.position)


def asked_to_stop(session: Session) -> set[int]:
    """Which contacts, by id, asked not to be written to anymore while staff have not seen to it."""
    return set(
        session.scalars(
            select(Link.contact_id)
            .join(Referral, Referral.link_id == Link.id)
            .where(Referral.email == "", Referral.settled_at.is_(None))
        )
    )


def find_stepping_back(session: Session, link: Link) -> Referral | None:
    """What the holder of this link asked last, if anything, settled or not."""
    return session.scalar(
        select(Referral)
        .join(Link, Link.id == Referral.link_id)
        .where(Link.contact_id == link.contact_id, Referral.email == "")
        .order_by(Referral.id.desc())
        .limit(1)
    )


def _facts(asked: Referral, version: Version) -> dict[str, str | int]:
    return {
        "position": version.position.slug,
        "version": version.number,
        "partner": asked.link.request.partner.slug,
        "contact": asked.link.contact_id,
        "referral": asked.id,
    }
