"""Contacts of a partner: added, corrected, removed, confirmed; every change is told, a new address waits a day.

Anyone who redirects a partner's mail could answer for it. So a new or corrected address answers only after a day, in
which its partner's other contacts and the old address know of it, or once a second staff member confirmed it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.models import Contact, Link, Partner, Publication, Request, Round, Version
from signoff.models.answers import approval
from signoff.models.merges import members_of
from signoff.models.rounds import request_state
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses, hold_contact, hold_people
from signoff.services.outbox.letter_queue import queue_contact_changed, queue_link_letters
from signoff.services.partners.contact_confirmation import ensure_may_confirm, tell_confirmed
from signoff.services.partners.partners import ContactForm, contact_problems, ensure_whole
from signoff.services.record.record import record
from signoff.services.rounds.links import is_provisional, issue_links, may_have_link, reissue_link, revoke_links

NEW_ADDRESS_WAITS = timedelta(hours=24)


def add_contact(act: ActContext, partner: Partner, form: ContactForm) -> Contact:
    """Add a contact to a partner; it answers after a day, or once a second staff member confirmed it.

    It is asked at once about what its partner is being asked; when that is nothing, it gets a link to what the partner
    approved, to read and to withdraw. The partner's other contacts are told. Invalid for an unusable name or address.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    form = form.cleaned()
    hold_addresses(act.session, [form.email])
    hold_people(act.session)
    ensure_whole(partner)
    _ensure_sound(act.session, partner, form)
    return _add(act, partner, form, at=(at := act.at()), answers_from=at + NEW_ADDRESS_WAITS)


def admit_applicant(act: ActContext, partner: Partner, form: ContactForm, *, not_before: datetime | None) -> Contact:
    """Add whom a contact of the partner agreed to, after staff; the other contacts are told.

    It answers at once, or from when the contact who agreed may speak for the whole partner, `not_before`.

    For who holds addresses and people. Invalid for an unusable name or address.
    """
    form = form.cleaned()
    _ensure_sound(act.session, partner, form)
    return _add(act, partner, form, at=(at := act.at()), answers_from=max(at, not_before or at))


def _add(act: ActContext, partner: Partner, form: ContactForm, *, at: datetime, answers_from: datetime) -> Contact:
    contact = new_contact(partner, form, at=at, answers_from=answers_from, by=act.by)
    act.session.add(contact)
    act.session.flush()
    facts = {"partner": partner.slug, "contact": contact.id, "may_answer": form.may_answer}
    record(act.session, "contact_added", by=act.by, at=at, facts=facts)
    ask_open_questions(act.session, partner, LetterKind.REQUEST, key=act.link_key, at=at)
    show_what_stands(act.session, contact, key=act.link_key, at=at)
    _tell(act.session, contact, at=at)
    return contact


def new_contact(partner: Partner, form: ContactForm, *, at: datetime, answers_from: datetime, by: Actor) -> Contact:
    """A contact as a row, which from `answers_from` on may answer."""
    return Contact(
        partner=partner,
        full_name=form.name,
        email=form.email,
        job_title=form.job_title,
        may_answer=int(form.may_answer),
        added_at=at,
        answers_from=answers_from,
        address_changed_at=at,
        address_changed_by=by.id if by.kind == "user" else None,
    )


def correct_contact(act: ActContext, contact: Contact, form: ContactForm) -> list[str]:
    """Correct a contact's name, address, job title or right to answer; returns which of them changed.

    A new address ends all its links; fresh ones for open questions go to it. The old address and the partner's
    other contacts are told. A new address, and a new right to answer, wait a day or for a second staff member.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    form = form.cleaned()
    hold_addresses(act.session, [form.email])
    hold_people(act.session)
    hold_contact(act.session, contact)
    if contact.removed_at is not None:
        raise Conflict("This contact was removed. Nothing was changed.")
    _ensure_sound(act.session, contact.partner, form, besides=contact)
    was = ContactForm(contact.full_name, contact.email, contact.job_title, bool(contact.may_answer))
    changed = [name for name, value in vars(form).items() if getattr(was, name) != value]
    if not changed:
        return []
    at = act.at()
    waits = "email" in changed or ("may_answer" in changed and form.may_answer)
    _write(act.session, contact, form, waits=waits, by=act.by, at=at)
    record(
        act.session,
        "contact_corrected",
        by=act.by,
        at=at,
        facts={"partner": contact.partner.slug, "contact": contact.id, "fields": changed},
    )
    if "email" in changed:
        revoke_links(act.session, contact, at=at)
    if waits:
        ask_open_questions(act.session, contact.partner, LetterKind.FRESH_LINK, key=act.link_key, at=at)
        show_what_stands(act.session, contact, key=act.link_key, at=at)
    _tell(act.session, contact, was.email, at=at)
    return changed


def _write(session: Session, contact: Contact, form: ContactForm, *, waits: bool, by: Actor, at: datetime) -> None:
    if waits:
        contact.address_changed_at, contact.address_changed_by, contact.confirmed_by = at, by.id, None
        contact.answers_from = at + NEW_ADDRESS_WAITS
    contact.full_name, contact.email = form.name, form.email
    contact.job_title, contact.may_answer = form.job_title, int(form.may_answer)
    session.flush()


def remove_contact(act: ActContext, contact: Contact, *, tells_it: bool = True) -> None:
    """Remove a contact: its links are dead at once; the partner's other contacts, and it if `tells_it`, are told."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_people(act.session)
    hold_contact(act.session, contact)
    if contact.removed_at is not None:
        return
    end_contact(act.session, contact, by=act.by, at=act.at(), tells_it=tells_it)


def end_contact(session: Session, contact: Contact, *, by: Actor, at: datetime, tells_it: bool = True) -> None:
    """End a contact, recorded under who did it; the partner's other contacts, and it if `tells_it`, are told."""
    revoke_links(session, contact, at=at)
    contact.removed_at = at
    session.flush()
    record(session, "contact_removed", by=by, at=at, facts={"partner": contact.partner.slug, "contact": contact.id})
    _tell(session, contact, contact.email if tells_it else "", at=at)


def confirm_contact(act: ActContext, contact: Contact) -> None:
    """Let a new address answer before its day is over, and a colleague whom a contact named answer every question.

    It is asked at once about what its partner is being asked; the partner's other contacts and the administrators are
    told. Only a second person may confirm: someone other than who entered the address, with an account older than a
    day and a password of their own. NotAllowed otherwise; Conflict when nothing waits to be confirmed.
    """
    ensure_may(act.by, Act.CONFIRM_CONTACT)
    hold_people(act.session)
    hold_contact(act.session, contact)
    at = act.at()
    waits = contact.answers_from > at
    if contact.removed_at is not None or not (waits or is_provisional(act.session, contact)):
        raise Conflict("This contact has nothing to confirm.")
    if act.by.id is None or act.by.id == contact.address_changed_by:
        raise NotAllowed("You entered this address yourself, so a second staff member must confirm it.")
    ensure_may_confirm(act.session, act.by, at=at)
    contact.answers_from, contact.confirmed_by = min(contact.answers_from, at), act.by.id
    act.session.flush()
    ask_open_questions(act.session, contact.partner, LetterKind.REQUEST, key=act.link_key, at=at)
    show_what_stands(act.session, contact, key=act.link_key, at=at)
    tell_confirmed(act.session, contact, present_contacts(act.session, contact.partner), at=at)
    record(
        act.session,
        "contact_confirmed",
        by=act.by,
        at=at,
        facts={"partner": contact.partner.slug, "contact": contact.id},
    )


def unconfirmed_contacts(session: Session, *, at: datetime, limit: int) -> Sequence[Contact]:
    """Contacts whose new address waits for its day to pass or for a second staff member, the longest waiting first."""
    waits = (Contact.removed_at.is_(None), Contact.may_answer == 1, Contact.answers_from > at)
    query = select(Contact).where(*waits).order_by(Contact.answers_from, Contact.id).limit(limit)
    return session.scalars(query.options(joinedload(Contact.partner))).all()


def get_contact(session: Session, partner: Partner, number: int) -> Contact:
    """A contact of a partner; NotFound otherwise."""
    contact = session.get(Contact, number)
    if contact is None or contact.partner_id not in members_of(session, partner.id):
        raise NotFound("This partner has no such contact.")
    return contact


def present_contacts(session: Session, partner: Partner) -> Sequence[Contact]:
    """The contacts of a partner and of its doubles that were not removed, in the order they were added."""
    own = Contact.partner_id.in_(members_of(session, partner.id))
    return session.scalars(select(Contact).where(own, Contact.removed_at.is_(None)).order_by(Contact.id)).all()


def _ensure_sound(session: Session, partner: Partner, form: ContactForm, *, besides: Contact | None = None) -> None:
    errors = contact_problems(session, form)
    others = [contact for contact in present_contacts(session, partner) if contact is not besides]
    if "email" not in errors and any(contact.email == form.email for contact in others):
        errors["email"] = "This partner already has a contact with this email address."
    if errors:
        raise Invalid(errors)


def ask_open_questions(session: Session, partner: Partner, kind: LetterKind, *, key: str, at: datetime) -> None:
    """Links, and letters of this kind with them, to whatever the partner is asked now, for its contacts without one.

    Where the partner has answered, the letter asks nothing; it shows the way to read the answer and to withdraw it.
    """
    if partner.left_at is not None:
        return
    members = members_of(session, partner.id)
    open_requests = session.execute(
        select(Request, Version, request_state.c.status)
        .join(Round, Round.version_id == Request.version_id)
        .join(Version, Version.id == Request.version_id)
        .join(request_state, request_state.c.request_id == Request.id)
        .where(
            Request.partner_id.in_(members),
            Request.dropped_at.is_(None),
            Round.ended_at.is_(None),
            Round.deadline >= at,
        )
        .order_by(Request.id)
    ).all()
    for request, version, status in open_requests:
        # A question that has been answered would be canceled before it leaves, and its reader would have no link.
        suited = kind if status == "waiting" else LetterKind.FRESH_LINK
        queue_link_letters(session, suited, version, issue_links(session, [request], key=key, at=at), at=at)


def show_what_stands(session: Session, contact: Contact, *, key: str, at: datetime) -> None:
    """Who has no link to anything gets one to what the organization approved last, to read it and to withdraw.

    Its page mails the links to everything else. What the link may do is asked whenever it acts, as of any other.
    """
    if not contact.may_answer or session.scalar(_living_link(contact)) is not None:
        return
    request = session.scalar(_approved_last(members_of(session, contact.partner_id)))
    if request is not None and may_have_link(session, request, contact):
        version = session.get_one(Version, request.version_id)
        link = reissue_link(session, request, contact, key=key, at=at)
        queue_link_letters(session, LetterKind.FRESH_LINK, version, [link], at=at)


def _living_link(contact: Contact) -> Select[int]:
    return select(Link.id).where(Link.contact_id == contact.id, Link.revoked_at.is_(None)).limit(1)


def _approved_last(partner_ids: Collection[int]) -> Select[Request]:
    # What is public comes first: there a name stands that someone may want to take away.
    return (
        select(Request)
        .join(approval, and_(approval.c.version_id == Request.version_id, approval.c.partner_id == Request.partner_id))
        .outerjoin(Publication, and_(Publication.version_id == Request.version_id, Publication.ended_at.is_(None)))
        .where(Request.partner_id.in_(partner_ids))
        .order_by(Publication.id.is_(None), approval.c.at.desc())
        .limit(1)
    )


def _tell(session: Session, changed: Contact, old_address: str = "", *, at: datetime) -> None:
    own = [(changed, old_address)] if old_address else []
    others = [
        (contact, contact.email) for contact in present_contacts(session, changed.partner) if contact.id != changed.id
    ]
    queue_contact_changed(session, changed, [*own, *others], at=at)
