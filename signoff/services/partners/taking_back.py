"""A contact takes back naming a colleague, and answers for the organization again."""

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid
from signoff.domain.letters import LetterKind
from signoff.domain.text_input import clean_line
from signoff.models import Link, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_link, hold_people
from signoff.services.outbox.letter_queue import queue_contact_letters, queue_opener_letter
from signoff.services.partners.referral_corrections import end_referral, ensure_may_correct
from signoff.services.partners.referrals import find_referral, referral_facts
from signoff.services.record.record import record
from signoff.services.rounds.links import contacts_with_links
from signoff.services.rounds.open_rounds import ensure_shown, ensure_takes_answers


def take_back(act: ActContext, link: Link, *, signed: str, shown_digest: str) -> None:
    """Record that the holder of a link takes back the colleague they named, who has not answered yet.

    The contact may answer again at once; the partner's contacts and the publisher who asked are told. Invalid unless
    it is signed with the contact's name, which no mail scanner types; StaleText and RoundClosed as for an answer;
    Conflict when no colleague is named now, or the colleague has answered.
    """
    session = act.session
    hold_people(session)
    hold_link(session, link)
    at = act.at()
    version = session.get_one(Version, link.request.version_id)
    ensure_shown(version, shown_digest)
    if problem := signature_problem(clean_line(signed), link.contact.full_name):
        raise Invalid({"full_name": problem})
    ensure_takes_answers(session, link, at=at)
    referral = find_referral(session, link)
    if referral is None or referral.accepted == 0:
        raise Conflict("You have not named a colleague, so there is nothing to take back. Nothing was recorded.")
    ensure_may_correct(session, referral)
    end_referral(session, referral, at=at)
    facts = referral_facts(referral, version)
    record(session, "referral_taken_back", by=link.actor, at=at, facts=facts, position=version.position)
    contacts = contacts_with_links(session, link.request)
    queue_contact_letters(session, LetterKind.REFERRED, version, contacts, at=at, referral_id=referral.id)
    queue_opener_letter(session, LetterKind.REFERRED, version, at=at, referral_id=referral.id)
