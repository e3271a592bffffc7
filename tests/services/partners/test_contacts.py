"""Contacts: the insider who redirects a partner's mail is the attack to stop."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import AnswerForm
from signoff.domain.errors import Conflict, Invalid, LinkDead, NotAllowed, RoundClosed
from signoff.models import Answer, Contact, Entry, Letter, Version
from signoff.services.answers import answers
from signoff.services.partners.contacts import add_contact, confirm_contact, remove_contact
from signoff.services.partners.partners import ContactForm
from signoff.services.rounds.links import get_link
from tests.house import House


def told(session: Session) -> list[str]:
    """The addresses that hear of a changed contact."""
    letters = session.scalars(select(Letter).where(Letter.kind == "contact_changed").order_by(Letter.id))
    return [letter.address or letter.contact.email for letter in letters if letter.contact]


def last_kind(session: Session) -> str:
    return session.scalars(select(Entry.kind).order_by(Entry.id.desc()).limit(1)).one()


@pytest.fixture
def asked(house: House, session: Session) -> Version:
    """Alder, with two contacts, is asked."""
    version = house.checked(session, house.position(session))
    house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
    return version


def test_a_new_address_kills_the_old_link_and_tells_the_old_address_and_the_others(
    house: House, session: Session, asked: Version
) -> None:
    contact = house.link(session, asked, "Alder").contact
    old = house.secret(house.link(session, asked, "Alder"))
    assert house.correct(session, contact, email="mallory@evil.example") == ["email"]
    with pytest.raises(LinkDead):
        get_link(session, old)
    assert told(session) == ["ana@alder.example", "ben@alder.example"]
    assert last_kind(session) == "contact_corrected"
    fresh = session.scalars(select(Letter).where(Letter.kind == "fresh_link")).one()
    assert fresh.contact is contact and contact.email == "mallory@evil.example"


def test_a_new_address_answers_after_a_day(house: House, session: Session, asked: Version) -> None:
    contact = house.link(session, asked, "Alder").contact
    house.correct(session, contact, email="ana@new.example")
    for hours in (0, 23.9):
        house.clock.advance(hours=hours)
        with pytest.raises(Conflict):
            house.say_through(session, asked, contact)
    house.clock.advance(hours=0.2)
    assert house.say_through(session, asked, contact).answer.verdict == "approve"


def test_or_once_a_second_staff_member_confirmed_it(house: House, session: Session, asked: Version) -> None:
    contact = house.link(session, asked, "Alder").contact
    house.correct(session, contact, email="ana@new.example")
    administrator, publisher, drafter = (
        house.user(session, role).actor for role in ("administrator", "publisher", "drafter")
    )
    for by in (administrator, drafter):  # who entered it, and who has no say in it
        with pytest.raises(NotAllowed):
            confirm_contact(house.act(session, by), contact)
    confirm_contact(house.act(session, publisher), contact)
    assert last_kind(session) == "contact_confirmed"
    assert house.say_through(session, asked, contact).answer.verdict == "approve"
    with pytest.raises(Conflict):
        confirm_contact(house.act(session, publisher), contact)


def test_a_new_address_vouches_for_no_colleague(house: House, session: Session, asked: Version) -> None:
    contact = house.link(session, asked, "Alder").contact
    house.correct(session, contact, email="mallory@evil.example")
    with pytest.raises(Conflict):
        house.refer(session, asked, "Alder", "accomplice@evil.example")
    # Through someone who may answer, its domain does not count either while it waits.
    assert house.refer(session, asked, "Alder", "accomplice@evil.example", contact=1).referral.settled_at is None


def test_an_added_contact_is_asked_at_once_and_answers_after_a_day(
    house: House, session: Session, asked: Version
) -> None:
    partner = house.link(session, asked, "Alder").contact.partner
    administrator = house.user(session, "administrator").actor
    form = ContactForm("Mallory Insider", "mallory@evil.example")
    contact = add_contact(house.act(session, administrator), partner, form)
    assert told(session) == ["ana@alder.example", "ben@alder.example"]
    assert last_kind(session) == "contact_added"
    with pytest.raises(Conflict):
        house.say_through(session, asked, contact)
    house.clock.advance(hours=24)
    assert house.say_through(session, asked, contact).answer.verdict == "approve"


def test_a_right_to_answer_given_later_waits_too(house: House, session: Session) -> None:
    partner = house.partner(session, "Alder")
    contact = partner.contacts[0]
    house.correct(session, contact, may_answer=False)  # type: ignore[arg-type]
    assert contact.answers_from == contact.added_at
    house.correct(session, contact, may_answer=True)  # type: ignore[arg-type]
    assert contact.answers_from == house.clock() + timedelta(hours=24)


def test_removing_and_adding_again_is_no_way_round(house: House, session: Session, asked: Version) -> None:
    contact = house.link(session, asked, "Alder").contact
    secret = house.secret(house.link(session, asked, "Alder"))
    administrator = house.user(session, "administrator").actor
    remove_contact(house.act(session, administrator), contact)
    with pytest.raises(LinkDead):
        get_link(session, secret)
    assert told(session) == ["ana@alder.example", "ben@alder.example"]
    form = ContactForm("Ana Alder", "ana@alder.example")
    again = add_contact(house.act(session, administrator), contact.partner, form)
    with pytest.raises(Conflict):
        house.say_through(session, asked, again)
    house.fresh(session, house.link(session, asked, "Alder", 1))
    with pytest.raises(Conflict):  # a fresh link shortens nothing
        house.say_through(session, asked, again)


@pytest.mark.parametrize("email", ["publisher+alder@coalition.example", "PUBLISHER@coalition.example"])
def test_a_staff_mailbox_is_no_contacts_under_any_tag(house: House, session: Session, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        house.correct(session, house.partner(session, "Alder").contacts[0], email=email)
    assert "staff can never be a partner's contact" in refusal.value.errors["email"]


def test_a_mere_correction_of_the_name_is_told_and_kills_nothing(
    house: House, session: Session, asked: Version
) -> None:
    link = house.link(session, asked, "Alder")
    assert house.correct(session, link.contact, name="Anna Alder") == ["name"]
    assert get_link(session, house.secret(link)) is link
    assert told(session) == ["ana@alder.example", "ben@alder.example"]
    before = session.scalars(select(Entry.id)).all()
    assert house.correct(session, link.contact) == []
    assert session.scalars(select(Entry.id)).all() == before


@pytest.mark.parametrize("email", ["publisher@coalition.example", "ben@alder.example", "nonsense"])
def test_unusable_addresses_are_refused_and_change_nothing(
    house: House, session: Session, asked: Version, email: str
) -> None:
    contact = house.link(session, asked, "Alder").contact
    with pytest.raises(Invalid) as refusal:
        house.correct(session, contact, email=email)
    assert "email" in refusal.value.errors
    assert session.get_one(Contact, contact.id).email == "ana@alder.example"


def test_anyone_who_comes_later_gets_the_way_to_what_was_approved_before_and_cannot_approve_by_it(
    house: House, session: Session, asked: Version
) -> None:
    """The director who approved has left; the round is over, and the name is public."""
    house.say(session, asked, "Alder")
    house.publish(session, asked)
    house.clock.advance(days=8)
    alder, administrator = house.link(session, asked, "Alder").contact.partner, house.user(session, "administrator")
    later = add_contact(house.act(session, administrator.actor), alder, ContactForm("Cy New", "cy@alder.example"))
    (letter,) = session.scalars(select(Letter).where(Letter.contact_id == later.id, Letter.kind == "fresh_link"))
    link = letter.link
    assert link is not None and link.request.version_id == asked.id
    for days in (0, 2):  # the address is still new; then it is not, and the round is over still
        house.clock.advance(days=days)
        with pytest.raises((Conflict, RoundClosed)):
            house.say_through(session, asked, later)
    form = AnswerForm(full_name="Cy New")
    answers.withdraw(house.act(session, link.actor), link, form, shown_digest=asked.digest)
    assert session.scalars(select(Answer.verdict).order_by(Answer.id)).all() == ["approve", "withdraw"]


def test_who_comes_after_the_answer_while_the_round_is_open_can_read_and_withdraw_it(
    house: House, session: Session, asked: Version
) -> None:
    """A question would be canceled, because the partner has answered; so the letter is none."""
    house.say(session, asked, "Alder")
    alder, administrator = house.link(session, asked, "Alder").contact.partner, house.user(session, "administrator")
    later = add_contact(house.act(session, administrator.actor), alder, ContactForm("Cy New", "cy@alder.example"))
    (letter,) = session.scalars(select(Letter).where(Letter.contact_id == later.id, Letter.link_id.is_not(None)))
    assert letter.kind == "fresh_link" and letter.link is not None
    form = AnswerForm(full_name="Cy New")
    answers.withdraw(house.act(session, letter.link.actor), letter.link, form, shown_digest=asked.digest)
    assert session.scalars(select(Answer.verdict).order_by(Answer.id)).all() == ["approve", "withdraw"]


def test_what_was_declined_or_is_asked_now_brings_no_second_link(
    house: House, session: Session, asked: Version
) -> None:
    alder, administrator = house.link(session, asked, "Alder").contact.partner, house.user(session, "administrator")
    add_contact(house.act(session, administrator.actor), alder, ContactForm("Cy New", "cy@alder.example"))
    house.say(session, asked, "Alder", "decline")
    house.clock.advance(days=8)
    add_contact(house.act(session, administrator.actor), alder, ContactForm("Di New", "di@alder.example"))
    kinds = select(Letter.kind, Contact.email).join(Contact, Contact.id == Letter.contact_id)
    new = [tuple(row) for row in session.execute(kinds) if row.email in ("cy@alder.example", "di@alder.example")]
    assert [row for row in new if row[0] in ("request", "fresh_link")] == [("request", "cy@alder.example")]


def test_a_colleague_named_by_mistake_gives_way_until_they_have_answered(
    house: House, session: Session, asked: Version
) -> None:
    wrong = house.refer(session, asked, "Alder", "clee@alder.example").referral.contact
    assert wrong is not None
    right = house.refer(session, asked, "Alder", "cleo@alder.example").referral.contact
    assert right is not None and wrong.removed_at is not None
    with pytest.raises(NoResultFound):
        house.say_through(session, asked, wrong)
    letters = select(Letter.state).where(Letter.kind == "referred", Letter.contact_id == wrong.id)
    assert session.scalars(letters).all() == ["canceled"]
    assert "clee@alder.example" in told(session) and "ben@alder.example" in told(session)
    with pytest.raises(Conflict):  # who named a colleague still only reads
        house.say(session, asked, "Alder")
    assert house.say_through(session, asked, right).answer.verdict == "approve"
    with pytest.raises(Conflict) as refusal:
        house.refer(session, asked, "Alder", "cyra@alder.example")
    assert "has already answered" in str(refusal.value) and right.removed_at is None


def test_a_registered_colleague_named_by_mistake_stays_a_contact(
    house: House, session: Session, asked: Version
) -> None:
    house.clock.advance(minutes=1)
    ben = house.refer(session, asked, "Alder", "ben@alder.example").referral.contact
    house.refer(session, asked, "Alder", "cleo@alder.example")
    assert ben is not None and ben.removed_at is None
    assert house.say_through(session, asked, ben).answer.verdict == "approve"
