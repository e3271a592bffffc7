"""Fresh links: mailed to the registered address alone, few an hour; the old link is dead at once.

After a contest none goes to a colleague whom a contact named and staff have not confirmed: who got in by a leaked
link does not come back by a fresh one.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Actor
from signoff.domain.time import Clock
from signoff.models import Contact, Letter, Link, Request, Version
from signoff.models.merges import members_of
from signoff.services.locks import hold_contact, hold_request
from signoff.services.outbox.letter_queue import queue_link_letters
from signoff.services.record.record import record
from signoff.services.rounds.links import find_link, may_have_link, reissue_link

MOST_AN_HOUR = 5


def send_fresh_link(session: Session, secret: str, *, key: str, clock: Clock) -> None:
    """Email a new link to the person this one, living or dead, was made for; silent if there is none, or too often."""
    link = find_link(session, secret)
    if link is not None and link.contact.removed_at is None:
        _send(session, link.request, link.contact, key=key, clock=clock)


def send_link_to(session: Session, link: Link, request_id: int, *, key: str, clock: Clock) -> None:
    """Mail the holder of a link its own link to another question to the same partner; NotFound for anything else."""
    request = session.get(Request, request_id)
    if request is None or request.partner_id not in members_of(session, link.partner_id):
        raise NotFound("There is no such request to this organization.")
    _send(session, request, link.contact, key=key, clock=clock)


def _send(session: Session, request: Request, contact: Contact, *, key: str, clock: Clock) -> None:
    hold_request(session, request.version_id, request.id)
    hold_contact(session, contact, only_reading=True)
    at = clock()
    lately = session.scalar(
        select(func.count())
        .select_from(Letter)
        .where(
            Letter.contact_id == contact.id,
            Letter.kind == LetterKind.FRESH_LINK,
            Letter.queued_at > at - timedelta(hours=1),
        )
    )
    if (lately or 0) >= MOST_AN_HOUR or not contact.may_answer or contact.removed_at is not None:
        return
    if not may_have_link(session, request, contact):
        return
    if contact.partner_id not in members_of(session, request.partner_id):
        return  # They came with a merge that was undone since.
    link = reissue_link(session, request, contact, key=key, at=at)
    version = session.get_one(Version, request.version_id)
    queue_link_letters(session, LetterKind.FRESH_LINK, version, [link], at=at)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": request.partner.slug,
        "contact": contact.id,
    }
    record(session, "link_reissued", by=Actor("contact", contact.id), at=at, facts=facts, position=version.position)
