"""Complaints: a contact reported a letter as unwanted. No other leaves for the contact until staff have settled it."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict
from signoff.domain.letters import TO_SUBSCRIBERS, LetterKind
from signoff.domain.permissions import Act, Role, ensure_may
from signoff.domain.publications.subscriptions import SubscriptionEnd
from signoff.domain.time import Clock
from signoff.models import Complaint, Contact, Letter
from signoff.services.act import ActContext
from signoff.services.locks import hold_contact
from signoff.services.outbox.letter_queue import call_for_workers, queue_staff_letters, staff_in_role
from signoff.services.outbox.unsubscribing import end_for_letter
from signoff.services.record.record import record


def _is_open() -> ColumnElement[bool]:
    # Another address is another mailbox: no one there complained.
    changed = Contact.address_changed_at
    same = select(Contact.id).where(
        Contact.id == Complaint.contact_id,
        Contact.removed_at.is_(None),
        or_(changed.is_(None), changed <= Complaint.at),
    )
    return Complaint.settled_at.is_(None) & same.exists()


def is_stopped() -> ColumnElement[bool]:
    """The condition that a letter is for a contact who complained, and that no one has settled this."""
    return select(Complaint.id).where(Complaint.contact_id == Letter.contact_id, _is_open()).exists()


def open_complaints(session: Session) -> Mapping[int, Complaint]:
    """The complaints that no one has settled, by the id of the contact."""
    rows = session.scalars(select(Complaint).where(_is_open()).order_by(Complaint.id)).unique()
    return {row.contact_id: row for row in rows}


def mark_complained(session: Session, letter: Letter, *, clock: Clock) -> bool:
    """Note a complaint about a letter that was sent, and tell the administrators; a subscriber's ends the subscription.

    False when it is no letter to a subscriber or a present contact, or their complaint is known.
    """
    if letter.kind in TO_SUBSCRIBERS and letter.sent_at is not None:
        return end_for_letter(session, letter, SubscriptionEnd.UNSUBSCRIBED, at=clock())
    contact = letter.contact
    if contact is None or letter.sent_at is None or contact.removed_at is not None:
        return False
    known = select(Complaint.id).where(Complaint.letter_id == letter.id)
    if session.scalar(known) is not None or contact.id in open_complaints(session):
        return False
    at = clock()
    session.add(Complaint(contact_id=contact.id, letter_id=letter.id, at=at))
    session.flush()
    readers = staff_in_role(session, Role.ADMINISTRATOR)
    queue_staff_letters(session, LetterKind.COMPLAINED, None, readers, at=at, changed_contact_id=contact.id)
    return True


def settle_complaint(act: ActContext, contact: Contact) -> None:
    """Let letters leave for a contact again; Conflict when nothing keeps them."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_contact(act.session, contact)
    complaint = open_complaints(act.session).get(contact.id)
    if complaint is None:
        raise Conflict("No spam report from this contact is open. Nothing was changed.")
    at = act.at()
    complaint.settled_at, complaint.settled_by = at, act.by.id
    facts = {"partner": contact.partner.slug, "contact": contact.id}
    record(act.session, "complaint_settled", by=act.by, at=at, facts=facts)
    call_for_workers(act.session, 1)
