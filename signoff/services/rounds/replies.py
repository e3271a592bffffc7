"""A partner wrote “yes, list us” in an email: its contact gets the link again, and nothing else is done.

An email is never an answer. Staff find who wrote and which question is meant; the contact answers by its own link.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import round_takes_answers
from signoff.domain.errors import Conflict, NotFound, RoundClosed
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.time import Clock
from signoff.models import Contact, Letter, Link, Request, Round, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_contact, hold_version
from signoff.services.outbox.letter_queue import queue_link_letters
from signoff.services.record.record import record

AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class ReplyMatch:
    """A question that someone who is named in a reply can answer now; `is_meant` when it answers our own email."""

    link: Link
    version: Version
    deadline: datetime
    is_meant: bool


def find_questions(
    session: Session, addresses: Collection[str], message_ids: Collection[str], *, clock: Clock
) -> list[ReplyMatch]:
    """The open questions to contacts with these cleaned addresses, those first whose email was answered."""
    meant = set(session.scalars(select(Letter.version_id).where(Letter.message_id.in_(message_ids))))
    rows = session.execute(
        select(Link, Version, Round.deadline)
        .join(Contact, Contact.id == Link.contact_id)
        .join(Request, Request.id == Link.request_id)
        .join(Version, Version.id == Request.version_id)
        .join(Round, Round.version_id == Version.id)
        .where(
            Contact.email.in_(addresses),
            Contact.removed_at.is_(None),
            Contact.may_answer == 1,
            Link.revoked_at.is_(None),
            Link.referred_at.is_(None),
            Round.ended_at.is_(None),
            Round.deadline >= clock(),
        )
        .options(joinedload(Link.contact).joinedload(Contact.partner))
        .order_by(Version.id.desc(), Link.id)
    ).all()
    matches = [ReplyMatch(link, version, deadline, version.id in meant) for link, version, deadline in rows]
    return sorted(matches, key=lambda match: not match.is_meant)


def ask_to_confirm(act: ActContext, link_id: int) -> Link:
    """Email a contact the link it has already, saying that its email alone counts for nothing.

    NotFound for no such link; RoundClosed when its round takes no answers; Conflict when the link has ended, or when
    the contact was sent this within the hour.
    """
    ensure_may(act.by, Act.ASK)
    link = act.session.get(Link, link_id)
    if link is None:
        raise NotFound("There is no such question.")
    version = link.request.version
    hold_version(act.session, version.id)
    hold_contact(act.session, link.contact, only_reading=True)
    act.session.refresh(link)
    at = act.at()
    round_ = act.session.scalars(select(Round).where(Round.version_id == version.id)).one()
    if not round_takes_answers(deadline=round_.deadline, ended=round_.ended_at is not None, at=at):
        raise RoundClosed("This round no longer takes answers, so no email was sent.")
    if link.revoked_at is not None or link.referred_at is not None or link.contact.removed_at is not None:
        raise Conflict("This person can no longer answer this question, so no email was sent.")
    if _was_asked_since(act.session, link, at - AGAIN_AFTER):
        raise Conflict("This person was sent this email within the last hour, so no other was sent.")
    queue_link_letters(act.session, LetterKind.CONFIRM, version, [link], at=at)
    partner = link.contact.partner
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": partner.slug,
        "contact": link.contact_id,
    }
    record(act.session, "confirmation_asked", by=act.by, at=at, facts=facts, position=version.position)
    return link


def _was_asked_since(session: Session, link: Link, since: datetime) -> bool:
    sent = select(func.count()).select_from(Letter)
    asked = sent.where(Letter.link_id == link.id, Letter.kind == LetterKind.CONFIRM, Letter.queued_at > since)
    return bool(session.scalar(asked))
