"""Erases what is stored about a person: the preview says what, and what stays and why; then it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, NotFound
from signoff.domain.letters import LetterState
from signoff.domain.partners.email_addresses import clean_email
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.phrasing import counted
from signoff.domain.publications.subscriptions import SubscriptionEnd
from signoff.models import Comment, Contact, IdempotentCall, StaffUser
from signoff.models.base import among
from signoff.services.accounts.throttling import forget_address
from signoff.services.act import ActContext
from signoff.services.locks import hold_addresses, hold_contact, hold_letters, hold_people
from signoff.services.partners.contacts import NEW_ADDRESS_WAITS, remove_contact
from signoff.services.partners.personal_data import ERASED, PersonalData
from signoff.services.record.record import record

_TICK = timedelta(microseconds=1)
_UNKNOWN = "Nothing is stored about {}: it was never here, or it was erased."
# One, several, and why they stay.
_NAMED_IN = {
    "entry": ("entry", "entries", "of the record, which is never changed"),
    "version": ("version", "versions", "of a text, since approvals are bound to every word of it"),
    "finding": ("finding", "findings", "of a check, which proofs cover"),
    "log_leaf": ("leaf", "leaves", "of the public log, which is never changed"),
    "partner": ("partner", "partners", "of the register; if it is in the notes, please take it out there"),
    "staff_user": ("staff account", "staff accounts", "of the same name"),
}


@dataclass(frozen=True)
class ErasurePreview:
    """What is erased, and what stays, each in plain sentences."""

    erased: tuple[str, ...]
    stays: tuple[str, ...]

    @property
    def digest(self) -> str:
        """What was shown, for the act to compare."""
        return shown_digest([*self.erased, *self.stays])


def preview_erasure(session: Session, email: str) -> ErasurePreview:
    """What erasing the person at this address would do. NotFound when nothing is stored about it.

    Conflict for the address of staff, whose acts the record tells of by their accounts.
    """
    return _preview(_found(session, clean_email(email)))


def erase_person(act: ActContext, email: str, *, shown: str | None = None) -> ErasurePreview:
    """Erase what is stored about the person at an address; returns what was erased.

    A present contact is removed first: its links are dead, and the partner's other contacts are told. The person gets
    no email, since that would take their address. The record shows that data was erased, but not whose. NotFound and
    Conflict as for the preview, and while an email to the person is being sent.
    """
    ensure_may(act.by, Act.ERASE)
    email = clean_email(email)
    hold_addresses(act.session, [email])
    hold_people(act.session)
    found = _found(act.session, email)
    preview = _preview(found)
    ensure_as_shown(shown, preview.digest)
    for contact in found.contacts:
        remove_contact(act, contact, tells_it=False)
        hold_contact(act.session, contact)
    at = act.at()
    hold_letters(act.session, [letter.id for letter in found.letters])
    number = _count_rows(found)
    _erase_letters(found)
    _erase_words(found)
    _erase_postings(found, at=at)
    _end_subscriptions(found, at=at)
    for contact in found.contacts:
        _erase_contact(contact, act.by.id, at=at)
    act.session.execute(delete(IdempotentCall).where(among(IdempotentCall.id, [call.id for call in found.calls])))
    forget_address(act.session, email)
    act.session.flush()
    record(act.session, "person_erased", by=act.by, at=at, facts={"rows": number})
    return preview


def _count_rows(found: PersonalData) -> int:
    words = [found.answers, found.acceptances, found.comments, found.referrals, found.others_answers]
    words += [found.others_comments, found.deliveries, found.applications, found.subscriptions, found.reports]
    return sum(map(len, [*words, found.postings, found.letters, found.contacts, found.calls]))


def _found(session: Session, email: str) -> PersonalData:
    if session.scalar(select(StaffUser.id).where(StaffUser.email == email)) is not None:
        raise Conflict("This is the address of a staff account, which the record needs. Deactivate it instead.")
    found = PersonalData(session, email)
    if not email or not found.is_known:
        raise NotFound(_UNKNOWN.format(email or "an empty address"))
    return found


def _preview(found: PersonalData) -> ErasurePreview:
    named = len(found.others_answers) + len(found.others_comments)
    rows = (
        (len(found.answers), "answer", "answers", "name, job title, reason and private note"),
        (len(found.acceptances), "answer about the commitments", "answers about the commitments", "name and job title"),
        (len(found.comments), "comment", "comments", "all words, and what staff noted about them"),
        (len(found.referrals), "referral", "referrals", "the name, address and job title given for this person"),
        (len(found.deliveries), "delivery", "deliveries", "the note, and the email address if it is this person’s"),
        (len(found.applications), "application", "applications", "all that this person typed"),
        (len(found.subscriptions), "subscription", "subscriptions", "the email address; no more news is sent to it"),
        (len(found.reports), "report about a list", "reports about lists", "all words, name and address"),
        (
            len(found.postings),
            "description or notice of a partner",
            "descriptions or notices of partners",
            "words that name this person, and what staff wrote about them; they are no longer public",
        ),
        (
            named,
            "text of others",
            "texts of others",
            "reasons, notes and comments that name this person, and who signed them",
        ),
        (
            len(found.letters),
            "email",
            "emails",
            "recipient, subject and text; none that still waits goes to this person",
        ),
        (len(found.calls), "kept answer of the API", "kept answers of the API", "all of it"),
    )
    erased = [_sentence(f"{counted(number, one, many)}: {what}.") for number, one, many, what in rows if number]
    return ErasurePreview((*map(_of_contact, found.contacts), *erased), tuple(_what_stays(found)))


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _of_contact(contact: Contact) -> str:
    ends = "" if contact.removed_at else ", who stops being a contact at once"
    return f"Name, address and job title of a contact of {contact.partner.name}{ends}."


def _what_stays(found: PersonalData) -> Iterable[str]:
    if found.answers:
        yield _sentence(
            f"{counted(len(found.answers), 'answer')} of the organization: what was said, about which text, and when. "
            "Proofs depend on this, and it does not name the person."
        )
    if found.acceptances:
        yield _sentence(
            f"{counted(len(found.acceptances), 'answer')} of the organization about the commitments: what was said, "
            "and when. It does not name the person."
        )
    for table, number in found.stays.items():
        label = table.replace("_", " ")
        one, many, why = _NAMED_IN.get(table, ("row", "rows", f"of the table “{label}”, whose words are never changed"))
        yield f"The name or address in {counted(number, one, many)} {why}."


def _erase_words(found: PersonalData) -> None:
    # One commitment in the record covers all words of an answer: what is left of them could not be proven anymore.
    for person in (*found.answers, *found.others_answers):
        person.full_name = person.job_title = person.reason = person.note = person.salt = None
    for said in found.acceptances:
        said.full_name = said.job_title = None
    for comment in found.comments:
        comment.words = comment.salt = comment.outcome_note = None
    for referral in found.referrals:
        referral.full_name = referral.email = referral.job_title = None
    for made in found.applications:
        made.organization = made.website = made.level = made.state = made.network = None
        made.full_name = made.email = made.job_title = None
    for report in found.reports:
        report.words = report.full_name = report.email = report.network = None
    for comment in found.others_comments:
        _erase_remark(found, comment)
    own = found.delivery_ids
    for delivery in found.deliveries:
        delivery.note = delivery.taken_back_reason = None
        if delivery.id in own:  # a note about the person stands with deliveries to others, too
            delivery.address = None


def _erase_postings(found: PersonalData, *, at: datetime) -> None:
    for posting in found.postings:
        if found.names_them(posting.words):
            posting.words, posting.until = None, posting.until or at
        if found.names_them(posting.reason):
            posting.reason = None
        if found.names_them(posting.ended_reason):
            posting.ended_reason = None


def _end_subscriptions(found: PersonalData, *, at: datetime) -> None:
    for subscription in found.subscriptions:
        if subscription.is_live:
            subscription.ended_at, subscription.ended_as = at, SubscriptionEnd.ERASED
        subscription.email = subscription.network = None


def _erase_remark(found: PersonalData, comment: Comment) -> None:
    if found.names_them(comment.words):
        comment.words = comment.salt = None
    if found.names_them(comment.outcome_note):
        comment.outcome_note = None


def _erase_letters(found: PersonalData) -> None:
    for letter in found.letters:
        found.session.refresh(letter)
        if letter.state == LetterState.SENDING:
            raise Conflict("An email to or about this person is being sent right now. Please try again in a minute.")
        to_applicant = letter.contact_id is letter.user_id is letter.delivery_id is None
        to_person = letter.contact_id in found.contact_ids or letter.delivery_id in found.delivery_ids
        if to_person or to_applicant:
            letter.address = None
            if letter.state == LetterState.QUEUED:
                letter.state = LetterState.CANCELED.value
        letter.sent_subject = letter.sent_text = None
        letter.last_reply = ""


def _erase_contact(contact: Contact, by: int | None, *, at: datetime) -> None:
    contact.full_name, contact.email, contact.job_title = ERASED, "", ""
    # The database lets no address change without saying when; a removed contact answers nothing by then anyway.
    changed_at = max(at, (contact.address_changed_at or at) + _TICK)
    contact.address_changed_at, contact.address_changed_by, contact.confirmed_by = changed_at, by, None
    contact.answers_from = changed_at + NEW_ADDRESS_WAITS
