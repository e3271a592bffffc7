"""Taking back a colleague who was named: until the colleague has answered, and by the contact's own signature."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, LinkDead, StaleText
from signoff.models import Contact, Entry, Letter, Referral, Version
from signoff.services.partners.referrals import settle_referral
from signoff.services.partners.taking_back import take_back
from signoff.services.rounds.links import get_link
from tests.house import House


@pytest.fixture
def asked(house: House, session: Session) -> Version:
    """Alder, with Ana and Ben, is asked about a version."""
    house.user(session, "publisher")
    version = house.checked(session, house.position(session))
    house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
    return version


def letters(session: Session, state: str = "queued") -> list[str]:
    rows = session.scalars(select(Letter).where(Letter.kind == "referred", Letter.state == state).order_by(Letter.id))
    return [(letter.contact or letter.user).email for letter in rows]


def test_who_took_it_back_answers_again_and_the_colleagues_link_is_dead(
    house: House, session: Session, asked: Version
) -> None:
    cleo = house.refer(session, asked, "Alder", "cleo@alder.example").referral.contact
    assert cleo is not None
    theirs = house.link(session, asked, "Alder", 2)
    secret = house.secret(theirs)
    house.take_colleague_back(session, asked, "Alder")
    assert cleo.removed_at is not None
    with pytest.raises(LinkDead):
        get_link(session, secret)
    assert session.scalars(select(Entry.kind).order_by(Entry.id.desc()).limit(2)).all() == [
        "referral_taken_back",
        "contact_removed",
    ]
    # What was to be said of the colleague is no longer sent; the others and the publisher hear of the end instead.
    assert "cleo@alder.example" in letters(session, "canceled")
    assert letters(session) == ["ana@alder.example", "ben@alder.example", "publisher@coalition.example"]
    assert house.say(session, asked, "Alder").answer.verdict == "approve"


def test_a_fresh_link_only_reads_until_the_colleague_is_taken_back(
    house: House, session: Session, asked: Version
) -> None:
    house.refer(session, asked, "Alder", "cleo@alder.example")
    house.fresh(session, house.link(session, asked, "Alder"))
    with pytest.raises(Conflict):
        house.say(session, asked, "Alder")
    house.take_colleague_back(session, asked, "Alder")
    house.fresh(session, house.link(session, asked, "Alder"))
    assert house.say(session, asked, "Alder").answer.verdict == "approve"


def test_a_registered_colleague_stays_and_may_be_named_again(house: House, session: Session, asked: Version) -> None:
    house.clock.advance(minutes=1)
    ben = house.refer(session, asked, "Alder", "ben@alder.example").referral.contact
    house.take_colleague_back(session, asked, "Alder")
    assert ben is not None and ben.removed_at is None
    assert house.refer(session, asked, "Alder", "ben@alder.example").is_new
    with pytest.raises(Conflict):
        house.say(session, asked, "Alder")


def test_who_was_named_by_two_stays_until_both_took_it_back(house: House, session: Session, asked: Version) -> None:
    cleo = house.refer(session, asked, "Alder", "cleo@alder.example").referral.contact
    again = house.refer(session, asked, "Alder", "cleo@alder.example", contact=1).referral
    assert cleo is not None and again.contact_id == cleo.id
    house.take_colleague_back(session, asked, "Alder", contact=1)
    assert cleo.removed_at is None
    house.take_colleague_back(session, asked, "Alder")
    assert cleo.removed_at is not None


def test_one_that_waits_for_staff_is_taken_back_and_not_settled_afterwards(
    house: House, session: Session, asked: Version
) -> None:
    waiting = house.refer(session, asked, "Alder", "cleo@elsewhere.example").referral
    house.take_colleague_back(session, asked, "Alder")
    assert (waiting.accepted, waiting.contact_id) == (0, None) and waiting.taken_back_at is not None
    with pytest.raises(Conflict):
        settle_referral(house.act(session, house.user(session, "publisher").actor), waiting, accepted=True)
    with pytest.raises(Conflict):  # once is enough
        house.take_colleague_back(session, asked, "Alder")


def test_not_after_the_colleague_has_answered(house: House, session: Session, asked: Version) -> None:
    referral = house.refer(session, asked, "Alder", "cleo@alder.example").referral
    house.say_through(session, asked, session.get_one(Contact, referral.contact_id))
    with pytest.raises(Conflict) as refusal:
        house.take_colleague_back(session, asked, "Alder")
    assert "has already answered" in str(refusal.value)


def test_nothing_is_taken_back_unsigned_or_of_another_text(house: House, session: Session, asked: Version) -> None:
    house.refer(session, asked, "Alder", "cleo@alder.example")
    link = house.link(session, asked, "Alder")
    act = house.act(session, link.actor)
    with pytest.raises(Invalid):
        take_back(act, link, signed="Cleo Colleague", shown_digest=asked.digest)
    with pytest.raises(StaleText):
        take_back(act, link, signed="Ana Alder", shown_digest="0" * 64)
    assert session.scalars(select(Referral.taken_back_at)).all() == [None]
