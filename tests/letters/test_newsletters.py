"""What a newsletter says: what holds as each email leaves, and to each partner only its own questions."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from signoff.models import Letter, Meeting, Newsletter, Partner, Version
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.meetings import cancel_meeting
from signoff.services.partners.newsletter_sending import send_test
from signoff.services.partners.partner_changes import change_partner, form_of
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of
from tests.meeting import planned, publisher, tell_all
from tests.newsletter import send_all, written

ANA, BIRCH = "ana@alder.example", "ana@birch.example"
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
Deliver = Callable[[], list[str]]


def words_to(sink: Sink, address: str) -> str:
    (letter,) = [one for one in sink.to(address) if one["Subject"] == "News of the spring"]
    return " ".join(text_of(letter).split())


@pytest.fixture
def furnished(house: House) -> House:
    """Two published positions, one of them signed by three; one asked about; a meeting; expertise of a partner."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm")
        for name in ("Alder", "Birch", "Cedar"):
            house.say(session, version, name)
        house.say(session, version, "Delta", "decline")
        house.publish(session, version)
        house.publish(session, house.checked(session, house.position(session, "Ring the bells")))
        alder = session.scalars(select(Partner).where(Partner.slug == "alder")).one()
        house.ask(session, house.checked(session, house.position(session, "Open the yards")), [alder])
        tell_all(house, session, planned(house, session, "Fall meeting"))
        act = house.act(session, house.user(session, "administrator").actor)
        add_expertise(act, "literacy")
        change_partner(act, alder, replace(form_of(alder), expertise=("literacy",)))
        house.leave(session, Letter.state == "queued")
    return house


def test_each_partner_reads_the_same_news_and_only_its_own_questions(
    furnished: House, deliver: Deliver, sink: Sink
) -> None:
    with furnished.database.unit_of_work() as session:
        send_all(
            furnished,
            session,
            written(furnished, session, "News of the spring", "- Thank you\n- for [this](https://a.example/x)"),
        )
    deliver()
    words, others = words_to(sink, ANA), words_to(sink, BIRCH)
    for said in (words, others):
        assert "Hello Ana" in said and "• Thank you • for this Link: https://a.example/x" in said
        assert "“Fund the coordinator” was published on" in said and "> Alder > Birch > Cedar" in said
        assert "Page: http://127.0.0.1:8000/positions/ring-the-bells" in said
        assert "New partners ------------ > Alder > Birch > Cedar > Delta > Elm" in said
        assert "> Alder: literacy" in said and "Meetings -------- Fall meeting Begins:" in said
        assert "Requests to approve a position will still reach you" in said and "/r/" not in said
        # Who has not answered, or declined, stands nowhere but in the directory's list.
        assert said.count("Delta") == said.count("Elm") == 1 and "declin" not in said
    assert "Open the yards: " in words and "Open the yards" not in others
    # Asked, answered or not: an email that is passed on does not tell.
    assert "> Fund the coordinator: " in words and "> Fund the coordinator: " in others
    (letter,) = [one for one in sink.to(ANA) if one["Subject"] == "News of the spring"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ">New partners</h2>" in html_of(letter).replace("\n", "")


def test_what_no_longer_holds_when_the_email_leaves_is_left_out(furnished: House, deliver: Deliver, sink: Sink) -> None:
    with furnished.database.unit_of_work() as session:
        send_all(furnished, session, written(furnished, session, "News of the spring"))
    with furnished.database.unit_of_work() as session:
        version = {one.title: one for one in session.scalars(select(Version))}
        furnished.withdraw(session, version["Fund the coordinator"], "Birch")
        furnished.retire(session, version["Ring the bells"])
        furnished.leaves(session, "Elm")
        cancel_meeting(publisher(furnished, session), session.scalars(select(Meeting)).one())
        furnished.recall(session, version["Open the yards"])
    deliver()
    said = words_to(sink, ANA)
    assert "> Alder > Cedar Page:" in said and "Ring the bells" not in said and "Elm" not in said
    assert "Fall meeting" not in said and "Open the yards" not in said
    assert not [one for one in sink.to("ana@elm.example") if one["Subject"] == "News of the spring"]


def test_of_a_newsletter_of_which_nothing_holds_no_email_leaves(house: House, deliver: Deliver, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.publish(session, version)
        house.partner(session, "Alder")
        kept = written(house, session, "News of the spring", "")
        kept.parts = [part for part in kept.parts if part[0].startswith("publication")]
        send_all(house, session, kept)
        house.retire(session, version)
    assert deliver() == ["canceled"] and not sink.to(ANA)


def test_a_test_goes_to_who_asked_and_says_so(furnished: House, deliver: Deliver, sink: Sink) -> None:
    with furnished.database.unit_of_work() as session:
        send_test(publisher(furnished, session), written(furnished, session, "News of the spring"))
    assert deliver() == ["sent"]
    (letter,) = sink.to("publisher@coalition.example")
    assert letter["Subject"] == "Test: News of the spring" and letter["List-Unsubscribe"] is None
    said = " ".join(text_of(letter).split())
    assert "Each partner reads here" in said and "Open the yards" not in said and "Fall meeting" in said
    with furnished.database.reading() as session:
        assert session.scalars(select(Newsletter)).one().sent_at is None
