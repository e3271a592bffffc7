"""Referrals: a contact names the colleague who answers; at once in the partner's own mail domain, else by staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import ASKING, LetterKind
from signoff.domain.partners.referrals import is_own_domain
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.rounds.links import holds_secret
from signoff.domain.time import Clock
from signoff.models import Contact, Link, Referral, Request, Version
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import contested_through, ensure_may_answer
from signoff.services.locks import hold_addresses, hold_link, hold_people, hold_request
from signoff.services.outbox.letter_queue import cancel_waiting, queue_contact_letters, queue_opener_letter
from signoff.services.partners.contact_confirmation import ensure_may_confirm, tell_confirmed
from signoff.services.partners.contacts import new_contact, present_contacts
from signoff.services.partners.partners import STAFF_ADDRESS, ContactForm, contact_problems
from signoff.services.partners.referral_corrections import end_referral, ensure_may_correct
from signoff.services.partners.stepping_back import settle_stepping_back
from signoff.services.record.record import record
from signoff.services.rounds.links import contacts_with_links, is_provisional, issue_links, may_have_link
from signoff.services.rounds.open_rounds import ensure_shown, ensure_takes_answers

MOST_REFERRALS = 5


@dataclass(frozen=True)
class ReferralResult:
    """What came of naming a colleague: the referral, and whether it was recorded just now."""

    referral: Referral
    is_new: bool


def refer(
    session: Session, link: Link, form: ContactForm, *, shown_digest: str, key: str, clock: Clock
) -> ReferralResult:
    """Record that a colleague answers instead; once that is in force this link reads and does not answer.

    The colleague becomes a contact at once in a mail domain of the partner's own, else once staff accept it; until
    then the referrer may answer still, or name someone else. A colleague named by mistake gives way to another until
    they have answered. The same colleague again records nothing. Refuses with
    Invalid an unusable name or address; with StaleText, RoundClosed or Conflict as an answer would be.
    """
    form = form.cleaned()
    hold_addresses(session, [form.email])
    hold_people(session)
    hold_link(session, link)
    at = clock()
    version = session.get_one(Version, link.request.version_id)
    ensure_shown(version, shown_digest)
    if errors := _problems(session, link, form):
        raise Invalid(errors)
    earlier = find_referral(session, link)
    if earlier is not None and earlier.email == form.email and earlier.accepted != 0:
        return ReferralResult(earlier, is_new=False)
    _ensure_may_name(session, link, earlier, at=at)
    if earlier is not None and earlier.accepted != 0:
        # The contact's own newer word takes the place of the earlier one.
        end_referral(session, earlier, at=at)
    referral = _add_referral(session, link, form, at=at)
    if _is_colleague(session, link, form.email, at=at):
        _put_in_force(session, referral, by=link.actor, at=at)
    _record_made(session, referral, version, at=at)
    _tell(session, referral, version, key=key, at=at)
    return ReferralResult(referral, is_new=True)


def _ensure_may_name(session: Session, link: Link, earlier: Referral | None, *, at: datetime) -> None:
    ensure_takes_answers(session, link, at=at)
    if earlier is not None and earlier.accepted == 1:
        ensure_may_correct(session, earlier)
    else:
        ensure_may_answer(session, link, at=at)
    if contested_through(session, link):
        raise Conflict(
            "An answer was contested, so only a newly issued link can name a colleague. Nothing was recorded."
        )
    if _number_of(session, link) >= MOST_REFERRALS:
        raise Conflict("You have already named several colleagues. Reply to our email, and we will help you.")


def _add_referral(session: Session, link: Link, form: ContactForm, *, at: datetime) -> Referral:
    referral = Referral(
        link_id=link.id,
        request_id=link.request_id,
        partner_id=link.partner_id,
        full_name=form.name,
        email=form.email,
        job_title=form.job_title,
        made_at=at,
    )
    session.add(referral)
    session.flush()
    return referral


def _problems(session: Session, link: Link, form: ContactForm) -> dict[str, str]:
    problems = contact_problems(session, form)
    # Contacts must not find out who works for the Coalition.
    if problems.get("email") == STAFF_ADDRESS:
        problems["email"] = "This address cannot be used here."
    if form.email == link.contact.email:
        problems["email"] = "This is your own address. Name the colleague who answers."
    elif _has_handed_over(session, link, form.email):
        problems["email"] = "This colleague has already passed the request on. Name someone who answers."
    for field in ("name", "job_title"):
        if holds_secret(getattr(form, field)):
            problems[field] = "Please remove your personal link."
    return {"full_name" if field == "name" else field: sentence for field, sentence in problems.items()}


def _number_of(session: Session, link: Link) -> int:
    made = select(func.count()).select_from(Referral).where(Referral.link_id == link.id, _names_somebody())
    return session.scalar(made) or 0


def _has_handed_over(session: Session, link: Link, email: str) -> bool:
    handed = (
        select(Link.id)
        .join(Contact, Contact.id == Link.contact_id)
        .where(Link.request_id == link.request_id, Contact.email == email, Link.referred_at.is_not(None))
    )
    return session.scalar(handed.limit(1)) is not None


def _is_colleague(session: Session, link: Link, email: str, *, at: datetime) -> bool:
    # An address that was entered a moment ago vouches for no one: only those that may answer now count.
    present = present_contacts(session, link.request.partner)
    known = next((contact for contact in present if contact.email == email), None)
    if known is not None and not (known.may_answer and may_have_link(session, link.request, known)):
        return False
    # Nor does one that only came with a double vouch for anyone.
    own = [contact for contact in present if contact.partner_id == link.partner_id]
    return is_own_domain(email, [c.email for c in own if c.may_answer and c.answers_from <= at])


def _put_in_force(session: Session, referral: Referral, *, by: Actor, at: datetime) -> None:
    partner = referral.link.request.partner
    present = [contact for contact in present_contacts(session, partner) if contact.partner_id == partner.id]
    known = next((contact for contact in present if contact.email == referral.email), None)
    is_new = known is None
    if known is None:
        form = ContactForm(referral.full_name or "", referral.email or "", referral.job_title or "")
        named_by = referral.link.actor
        known = new_contact(partner, form, at=at, answers_from=at, by=named_by)
        session.add(known)
        session.flush()
    if not known.may_answer:
        # Accepted by staff, who are not the one that once kept it from answering.
        known.may_answer, known.address_changed_at, known.address_changed_by = 1, at, None
        known.answers_from, known.confirmed_by = max(known.answers_from, at), by.id
    if by.kind == "user" and (is_new or is_provisional(session, known)):
        known.confirmed_by = by.id
    referral.link.referred_at = referral.link.referred_at or at
    referral.contact_id, referral.accepted, referral.settled_at = known.id, 1, at
    referral.settled_by = by.id if by.kind == "user" else None
    session.flush()
    session.refresh(referral)


def settle_referral(act: ActContext, referral: Referral, *, accepted: bool) -> None:
    """Accept a colleague in another mail domain as a contact who answers, or not; the partner's contacts are told.

    What names no one is marked as settled, and no one is told. Who accepts confirms a contact, and the administrators
    are told. NotAllowed for an account that may not confirm, Conflict when it was settled before, RoundClosed when
    there is nothing to answer anymore, Invalid when the address has become unusable.
    """
    ensure_may(act.by, Act.SETTLE)
    hold_addresses(act.session, [referral.email or ""])
    hold_people(act.session)
    hold_request(act.session, referral.link.request.version_id, referral.request_id)
    act.session.refresh(referral)
    if referral.settled_at is not None:
        raise Conflict("This referral was already settled. Nothing was changed.")
    if referral.names_nobody:
        settle_stepping_back(act, referral, accepted=accepted)
    else:
        _settle_colleague(act, referral, accepted=accepted)


def _settle_colleague(act: ActContext, referral: Referral, *, accepted: bool) -> None:
    at = act.at()
    if accepted:
        ensure_may_confirm(act.session, act.by, at=at)
        ensure_takes_answers(act.session, referral.link, at=at)
        if _has_handed_over(act.session, referral.link, referral.email or ""):
            raise Conflict("This colleague has already passed the request on, so no one would answer.")
        form = ContactForm(referral.full_name or "", referral.email or "", referral.job_title or "")
        if errors := contact_problems(act.session, form):
            raise Invalid(errors)
        _put_in_force(act.session, referral, by=act.by, at=at)
    else:
        referral.accepted, referral.settled_at, referral.settled_by = 0, at, act.by.id
        act.session.flush()
    version = act.session.get_one(Version, referral.link.request.version_id)
    facts = referral_facts(referral, version) | {"accepted": accepted}
    record(act.session, "referral_settled", by=act.by, at=at, facts=facts, position=version.position)
    _tell(act.session, referral, version, key=act.link_key, at=at)
    colleague = act.session.get(Contact, referral.contact_id) if accepted else None
    if colleague is not None and colleague.confirmed_by == act.by.id:
        # The partner's contacts have just been told what became of the referral.
        tell_confirmed(act.session, colleague, [], at=at)


def _record_made(session: Session, referral: Referral, version: Version, *, at: datetime) -> None:
    by, facts = referral.link.actor, referral_facts(referral, version)
    record(session, "request_referred", by=by, at=at, facts=facts, position=version.position)


def referral_facts(referral: Referral, version: Version) -> dict[str, Any]:
    """What the record says of a referral: which one, for which partner, about which version, and the contact named."""
    return {
        "position": version.position.slug,
        "version": version.number,
        "partner": referral.link.request.partner.slug,
        "referral": referral.id,
        "colleague": referral.contact_id,
    }


def _tell(session: Session, referral: Referral, version: Version, *, key: str, at: datetime) -> None:
    request = referral.link.request
    if referral.contact_id is not None:
        issue_links(session, [request], key=key, at=at)
        reason = "A colleague answers instead."
        cancel_waiting(session, reason, kinds=ASKING, version_id=version.id, link_ids=[referral.link_id])
    contacts = contacts_with_links(session, request)
    queue_contact_letters(session, LetterKind.REFERRED, version, contacts, at=at, referral_id=referral.id)
    if referral.settled_by is None:
        # Staff hear of every referral, but not of their own decision about one.
        queue_opener_letter(session, LetterKind.REFERRED, version, at=at, referral_id=referral.id)


def waiting_referrals(session: Session) -> Sequence[Referral]:
    """The referrals to other mail domains that wait for staff, oldest first."""
    return session.scalars(
        select(Referral)
        .where(Referral.settled_at.is_(None))
        .order_by(Referral.id)
        .options(joinedload(Referral.link, Link.request, Request.version, Version.position))
    ).all()


def referrals_of(session: Session, version: Version) -> Sequence[Referral]:
    """Every word about this version that someone else answers and that was not taken back, oldest first.

    Some name no one.
    """
    return session.scalars(
        select(Referral)
        .join(Request, Request.id == Referral.request_id)
        .where(Request.version_id == version.id, Referral.taken_back_at.is_(None))
        .order_by(Referral.id)
    ).all()


def get_referral(session: Session, number: int) -> Referral:
    """A referral by its id; NotFound otherwise."""
    referral = session.get(Referral, number)
    if referral is None:
        raise NotFound("There is no such referral.")
    return referral


def find_referral(session: Session, link: Link) -> Referral | None:
    """The colleague whom the holder of this link named last for its question, unless that was taken back."""
    return in_force(last_referral(session, link))


def in_force(referral: Referral | None) -> Referral | None:
    """This colleague, unless none was named or it was taken back."""
    return referral if referral is not None and referral.taken_back_at is None else None


def last_referral(session: Session, link: Link) -> Referral | None:
    """The colleague whom the holder of this link named last for its question, taken back or not."""
    return session.scalar(
        select(Referral)
        .join(Link, Link.id == Referral.link_id)
        .where(Link.request_id == link.request_id, Link.contact_id == link.contact_id, _names_somebody())
        .order_by(Referral.id.desc())
        .limit(1)
    )


def _names_somebody() -> ColumnElement[bool]:
    return or_(Referral.email.is_(None), Referral.email != "")
