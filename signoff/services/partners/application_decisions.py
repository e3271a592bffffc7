"""Decisions about applications: a new partner, someone for a partner that is there, or no; nothing here approves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid, Missing, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.applications import Decision
from signoff.domain.partners.name_conflicts import Answers
from signoff.domain.partners.places import read_place
from signoff.domain.permissions import Act, ensure_may, may
from signoff.domain.text_input import clean_line
from signoff.models import Application, Link, Partner, Request, Round
from signoff.models.merges import members_of
from signoff.services.accounts.written_rows import acting_later
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import contested_through, ensure_may_answer
from signoff.services.locks import hold_addresses, hold_link, hold_names, hold_people, hold_position
from signoff.services.outbox.letter_queue import queue_applicant_letter, queue_contact_letters
from signoff.services.partners.contacts import add_contact, admit_applicant, present_contacts
from signoff.services.partners.merging import standing_merge
from signoff.services.partners.name_conflicts import NO_ANSWERS
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partners import ContactForm, PartnerForm, contact_problems
from signoff.services.partners.sign_on import find_taking_round
from signoff.services.record.record import record
from signoff.services.rounds.links import contacts_with_links, is_provisional, issue_links
from signoff.services.rounds.open_rounds import ensure_shown, ensure_takes_answers
from signoff.services.rounds.rounds import RoundTerms, ask

_DECIDED = "Someone has already decided on this application. Nothing was changed."


@dataclass(frozen=True)
class Decided:
    """What came of a decision: the partner, unless it was rejected, and whether it is asked about the position now."""

    partner: Partner | None = None
    is_asked: bool = False


def accept_application(
    act: ActContext, application: Application, *, answers: Answers = NO_ANSWERS, looked_at: str | None = None
) -> Decided:
    """Make a partner of the organization, with the applicant as its contact, and ask it if the round takes answers.

    The contact answers after a day, or once a second staff member confirmed it. The partner is asked in the name of
    the publisher who opened the position, while that user is a publisher. NamesInDoubt, Invalid as for any new
    partner; Conflict when it was decided already, or is said to be a partner in the register: then it is linked.
    """
    ensure_may(act.by, Act.DECIDE_APPLICATIONS)
    _hold(act.session, application)
    person = _person(act.session, application)
    partner, is_new = add_partner(act, _partner_form(application), answers=answers, looked_at=looked_at)
    if not is_new:
        raise Conflict(f"{partner.name} is in the register already. Link the application to it. Nothing was changed.")
    add_contact(act, partner, person)
    _decide(act, application, Decision.ACCEPT, partner)
    return Decided(partner, is_asked=_ask(act, application, partner))


def _partner_form(application: Application) -> PartnerForm:
    place = read_place(application.state or "")
    return PartnerForm(
        name=application.organization or "",
        website=application.website or "",
        level=application.level or "",
        places=(place.text,) if place else (),
    )


def link_application(act: ActContext, application: Application, partner: Partner) -> Decided:
    """Say that the applicant belongs to a partner in the register: its contacts are told, and one of them decides.

    A partner that is not asked about the position yet is asked. Until a contact agrees, the applicant can do nothing.
    Conflict when it was decided already, no round takes answers, the partner left, was dropped or has no one who could
    agree, or the applicant is its contact already.
    """
    ensure_may(act.by, Act.DECIDE_APPLICATIONS)
    _hold(act.session, application)
    person, partner = _person(act.session, application), partner.whole
    if any(contact.email == person.email for contact in present_contacts(act.session, partner)):
        raise Conflict(f"{person.name} is a contact of {partner.name} already. Nothing was changed.")
    request = _request(act, application, partner)
    at = act.at()
    issue_links(act.session, [request], key=act.link_key, at=at)
    # Some wait a day themselves, or were named by a colleague alone: they are told, and cannot agree.
    told = [(contact, link) for contact, link in contacts_with_links(act.session, request) if link]
    if not any(_may_agree(act.session, link, at=at) for _, link in told):
        raise Conflict(f"{partner.name} has no contact who could agree. Add the contact in the register instead.")
    _decide(act, application, Decision.LINK, partner)
    queue_contact_letters(
        act.session, LetterKind.APPLICATION_LINKED, request.version, told, at=at, application_id=application.id
    )
    return Decided(partner, is_asked=True)


def reject_application(act: ActContext, application: Application) -> Decided:
    """Take no part in an application; the applicant is told, without a reason. Conflict when it was decided already."""
    ensure_may(act.by, Act.DECIDE_APPLICATIONS)
    _hold(act.session, application)
    _decide(act, application, Decision.REJECT, None)
    return Decided()


def _hold(session: Session, application: Application) -> None:
    hold_addresses(session, [application.email or ""])
    hold_names(session)
    hold_people(session)
    hold_position(session, application.position.id)
    session.refresh(application)
    if application.decided_at is not None:
        raise Conflict(_DECIDED)
    if application.confirmed_at is None:
        raise NotFound("This position has no such application.")


def _person(session: Session, application: Application) -> ContactForm:
    if application.is_erased:
        raise Conflict("What this person typed was erased. The application can only be rejected.")
    person = ContactForm(application.full_name or "", application.email or "", application.job_title or "")
    if errors := contact_problems(session, person):
        raise Invalid({"full_name" if name == "name" else name: sentence for name, sentence in errors.items()})
    return person


def _request(act: ActContext, application: Application, partner: Partner) -> Request:
    if partner.left_at is not None:
        raise Conflict(f"{partner.name} has left the Coalition. Nothing was changed.")
    asked = find_taking_round(act.session, application.position, at=act.at())
    if asked is None:
        raise Conflict("No round of this position takes answers now, so no one could agree. Nothing was changed.")
    request = _find_request(act.session, asked, partner)
    if request is None and _ask(act, application, partner):
        request = _find_request(act.session, asked, partner)
    if request is None or request.dropped_at is not None:
        raise Conflict(f"{partner.name} is not asked about this position. A publisher can ask it. Nothing was changed.")
    return request


def _find_request(session: Session, asked: Round, partner: Partner) -> Request | None:
    of_partner = Request.partner_id.in_(members_of(session, partner.id))
    query = select(Request).where(Request.version_id == asked.version_id, of_partner)
    return session.scalars(query.order_by(Request.dropped_at.is_not(None), Request.id)).first()


def _ask(act: ActContext, application: Application, partner: Partner) -> bool:
    # The publisher who opened the position for applications has said that those who are accepted are asked.
    opener = application.sign_on.opener
    by = acting_later(act.session, opener)
    asked = find_taking_round(act.session, application.position, at=act.at())
    if asked is None or opener.deactivated_at is not None or not may(by, Act.ASK):
        return False
    try:
        ask(act.acting_as(by), asked.version, [partner], RoundTerms(asked.deadline))
    except Missing:  # found before anything is written
        return False
    return True


def _decide(act: ActContext, application: Application, decision: Decision, partner: Partner | None) -> None:
    at = act.at()
    application.decided_at, application.decision, application.decided_by = at, decision.value, act.by.id
    application.partner_id = partner.id if partner else None
    act.session.flush()
    facts = {**_facts(application), "decision": decision.value, "partner": partner.slug if partner else ""}
    record(act.session, "application_decided", by=act.by, at=at, facts=facts, position=application.position)
    queue_applicant_letter(act.session, LetterKind.APPLICATION_DECIDED, application, at=at)


def settle_application(
    act: ActContext, link: Link, number: int, *, agreed: bool, signed: str, shown_digest: str
) -> Application:
    """A contact of the partner says whether the applicant may answer for it; agreed, the applicant becomes a contact.

    Invalid unless it is signed with the contact's name. StaleText, RoundClosed, Conflict as an answer would be;
    NotFound for what is not linked to this partner for this position, Conflict when another contact was first.
    """
    application = _linked(act.session, link, number)
    hold_addresses(act.session, [application.email or ""])
    hold_people(act.session)
    hold_position(act.session, application.position.id)
    hold_link(act.session, link)
    act.session.refresh(application)
    ensure_shown(link.request.version, shown_digest)
    if problem := signature_problem(clean_line(signed), link.contact.full_name):
        raise Invalid({"full_name": problem})
    at = act.at()
    if application.settled_at is not None:
        raise Conflict("A colleague of yours has decided about this already. Nothing was changed.")
    _ensure_may_agree(act.session, link, at=at)
    if agreed:
        # A contact that came with a double lets no one in sooner than it may speak for the other entry itself.
        merge = standing_merge(act.session, link.contact.partner)
        opens = merge.answers_from if merge else None
        admit_applicant(act, link.request.partner.whole, _person(act.session, application), not_before=opens)
    application.settled_at, application.agreed, application.settled_link_id = at, int(agreed), link.id
    act.session.flush()
    facts = {**_facts(application), "partner": link.request.partner.slug, "agreed": agreed}
    record(act.session, "application_settled", by=act.by, at=at, facts=facts, position=application.position)
    queue_applicant_letter(act.session, LetterKind.APPLICATION_DECIDED, application, at=at)
    return application


def _facts(application: Application) -> dict[str, str | int]:
    return {"position": application.position.slug, "application": application.id}


def _linked(session: Session, link: Link, number: int) -> Application:
    application = session.get(Application, number)
    position_id = link.request.version.position_id
    if application is None or application.decision != Decision.LINK or application.position.id != position_id:
        raise NotFound("There is no such application.")
    if application.partner is None or application.partner.whole is not link.request.partner.whole:
        raise NotFound("There is no such application.")
    return application


def _ensure_may_agree(session: Session, link: Link, *, at: datetime) -> None:
    ensure_takes_answers(session, link, at=at)
    ensure_may_answer(session, link, at=at)
    if contested_through(session, link) or is_provisional(session, link.contact):
        raise Conflict("Another contact of your organization has to decide about this. Nothing was changed.")


def _may_agree(session: Session, link: Link, *, at: datetime) -> bool:
    try:
        _ensure_may_agree(session, link, at=at)
    except Conflict:
        return False
    return True


def settled_through(session: Session, link: Link) -> list[Application]:
    """The applicants about whom the holder of this link has decided, oldest first, those erased left out."""
    query = select(Application).where(Application.settled_link_id == link.id, Application.email.is_not(None))
    return list(session.scalars(query.order_by(Application.id)))


def applicants_for(session: Session, link: Link, *, at: datetime) -> list[Application]:
    """The applicants about whom the holder of this link may decide now, oldest first."""
    linked = select(Application).where(
        Application.partner_id.in_(members_of(session, link.request.partner.whole.id)),
        Application.decision == Decision.LINK,
        Application.settled_at.is_(None),
        Application.email.is_not(None),
    )
    position_id = link.request.version.position_id
    found = [one for one in session.scalars(linked.order_by(Application.id)) if one.position.id == position_id]
    # Asked last: there is hardly ever one, and every partner's page comes by here.
    return found if found and _may_agree(session, link, at=at) else []
