"""Complaints: who reported an email as spam gets no other until an administrator has settled it; answers stay."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from signoff.domain.errors import Conflict, NotAllowed
from signoff.letters.bounces import ReturnKind, read_returned
from signoff.letters.marking import mark_returned
from signoff.models import Answer, Complaint, Contact, Entry, Letter
from signoff.services.outbox.complaints import mark_complained, open_complaints, settle_complaint
from signoff.services.outbox.mail_state import mail_problems, mail_state
from signoff.services.partners.contacts import remove_contact
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of

SAMPLE = Path(__file__).parents[2] / "letters" / "returned" / "complaint" / "abuse.eml"
Turn = Callable[[], list[str]]


@pytest.fixture
def asked(house: House, sink: Sink) -> House:
    """Alder and Birch were asked, and the email has left."""
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    turn(house)
    return house


def turn(house: House) -> list[str]:
    states: list[str] = []
    work_once(house.worker(states.append))
    return states


def complain(house: House, partner: str = "Alder") -> bool:
    """As a feedback loop reports it, by the Message-ID of the letter."""
    with house.database.unit_of_work() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "request")).all()
        (letter,) = (one for one in letters if one.contact and one.contact.partner.name == partner)
        raw = SAMPLE.read_bytes().replace(b"0123456789abcdef0123456789abcdef", letter.message_id.encode())
        returned = read_returned(raw)
        assert returned.said == ReturnKind.COMPLAINT
        found, marked = mark_returned(session, returned, clock=house.clock)
        assert len(found) == 1
        return bool(marked)


def contact(house: House, session, partner: str = "Alder") -> Contact:  # type: ignore[no-untyped-def]
    return next(one for one in session.scalars(select(Contact)) if one.partner.name == partner)


def test_no_email_leaves_for_who_complained_until_it_is_settled(asked: House, sink: Sink) -> None:
    assert complain(asked)
    assert not complain(asked)  # known
    with asked.database.unit_of_work() as session:
        version = asked.link(session, session.scalars(select(Letter)).first().version, "Alder").request.version  # type: ignore[union-attr]
        asked.say(session, version, "Alder")
        asked.say(session, version, "Birch")
    asked.clock.advance(minutes=20)
    turn(asked)
    told = [letter for letter in sink.letters if "Reported as spam" in str(letter["Subject"])]
    assert [letter["To"] for letter in told] == ["Administrator Person <administrator@coalition.example>"]
    assert "We will send Ana Alder no more email until an administrator" in " ".join(text_of(told[0]).split())
    assert len(sink.to("ana@alder.example")) == 1 and len(sink.to("ana@birch.example")) == 2
    with asked.database.reading() as session:
        assert [answer.verdict for answer in session.scalars(select(Answer))] == ["approve", "approve"]
        assert not any("due since" in line for line in mail_problems(mail_state(session, at=asked.clock())))
    with asked.database.unit_of_work() as session:
        administrator = asked.act(session, asked.user(session, "administrator").actor)
        settle_complaint(administrator, contact(asked, session))
        assert session.scalars(select(Entry.kind).order_by(Entry.id.desc())).first() == "complaint_settled"
        with pytest.raises(Conflict):
            settle_complaint(administrator, contact(asked, session))
    turn(asked)
    assert len(sink.to("ana@alder.example")) == 2  # the receipt had waited
    assert not complain(asked)  # the same report once more


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_another_mailbox_did_not_complain(asked: House) -> None:
    assert complain(asked) and complain(asked, "Birch")
    asked.clock.advance(hours=1)
    with asked.database.unit_of_work() as session:
        assert len(open_complaints(session)) == 2
        asked.correct(session, contact(asked, session), email="anna@alder.example")
        remove_contact(asked.act(session, asked.user(session, "administrator").actor), contact(asked, session, "Birch"))
    with asked.database.reading() as session:
        assert open_complaints(session) == {}
        assert len(session.scalars(select(Complaint)).all()) == 2


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_only_what_was_sent_to_a_contact_can_be_complained_about(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        waiting = session.scalars(select(Letter)).one()
        assert not mark_complained(session, waiting, clock=house.clock)
        publisher = house.act(session, house.user(session, "publisher").actor)
        with pytest.raises(NotAllowed):
            settle_complaint(publisher, contact(house, session))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_an_administrator_settles_it_on_the_partners_page(asked: House, client: InspectingClient) -> None:
    assert complain(asked)
    client.sign_in("administrator")
    assert "reported our email as spam" in client.soup("/staff/").text
    page = client.soup("/staff/partners/alder")
    assert "No email is sent to Ana Alder until this is settled." in page.text
    done = client.submit("/staff/partners/alder", "/complaint")
    assert done.status_code == 303
    assert "No email is sent to Ana Alder" not in client.soup("/staff/partners/alder").text
    assert "reported our email as spam" not in client.soup("/staff/").text
    client.sign_in("publisher")
    assert client.post("/staff/partners/alder/contacts/1/complaint").status_code in (400, 403)
