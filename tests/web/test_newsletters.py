"""A newsletter from the staff's form to the partner's mailbox, and out again by one click."""

import re

import pytest
from sqlalchemy import select

from signoff.models import Newsletter
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
NEW, ONE = "/staff/newsletters/new", "/staff/newsletters/1"
TYPED = {
    "subject": "News of the spring",
    "opening": "Thank you.",
    "part": "publication-1",
    "publication-1": "Well done.",
}


@pytest.fixture
def furnished(house: House) -> House:
    """A published position that two partners signed, and one that the second is asked about."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        for name in ("Alder", "Birch"):
            house.say(session, version, name)
        house.publish(session, version)
        birch = house.link(session, version, "Birch").request.partner
        house.ask(session, house.checked(session, house.position(session, "Open the yards")), [birch])
    work_once(house.worker())
    return house


def test_it_is_proposed_written_looked_at_tested_and_sent(
    furnished: House, client: InspectingClient, sink: Sink
) -> None:
    sink.raw.clear()
    client.sign_in("publisher")
    assert "No newsletters yet." in client.get("/staff/news").text
    form = client.get(NEW).text
    assert "Published: Fund the coordinator" in form and "We ask for five-year grants." in form
    assert "Two new partners" in form and 'value="questions-0" checked' in form
    wrong = client.submit(NEW, NEW, **{**TYPED, "subject": "", "publication-1": "Thanks to Alder."})
    assert wrong.status_code == 422 and "There is a problem: two things to fix." in wrong.text
    assert "This names Alder" in wrong.text and "Thanks to Alder." in wrong.text
    assert client.submit(NEW, NEW, **{**TYPED, "part": ["publication-1", "questions-0"]}).status_code == 303
    framed, email = client.get(ONE), client.get(f"{ONE}/email?partner=birch")
    assert "frame-src 'self'" in framed.headers["Content-Security-Policy"] and f'src="{ONE}/email"' in framed.text
    assert "default-src 'none'" in (policy := email.headers["Content-Security-Policy"]) and "; sandbox" in policy
    assert "frame-ancestors 'self'" in policy and "Open the yards" in email.text and "style=" in email.text
    page = client.get(ONE).text
    assert "Two contacts would get it" in page and "Each partner reads here" in page
    assert "Open the yards" in client.get(f"{ONE}?partner=birch").text
    assert "Open the yards" not in client.get(f"{ONE}?partner=alder").text
    assert "No partner has these words" in client.get(f"{ONE}?partner=zelkova").text
    assert client.submit(ONE, "/test").status_code == 303
    assert client.submit(f"{ONE}/edit", "/edit", opening="Thank you all.", revision="1").status_code == 303
    assert client.submit(f"{ONE}/edit", "/edit", opening="Thanks.", revision="1").status_code == 409
    assert client.submit(ONE, "/send", shown="0" * 64).status_code == 409
    assert client.submit(ONE, "/send").status_code == 303
    work_once(furnished.worker())
    (mailed,) = [one for one in sink.to("ana@birch.example") if one["Subject"] == "News of the spring"]
    words = " ".join(text_of(mailed).split())
    assert "Thank you all." in words and "> Alder > Birch" in words and "Well done." in words
    assert "Open the yards" in words and "Publisher Person" in words
    assert [one["Subject"] for one in sink.to("publisher@coalition.example")] == ["Test: News of the spring"]
    assert re.search(r"<dt>Sent</dt><dd>2</dd>", client.get(ONE).text)


def test_it_is_scheduled_and_a_contact_unsubscribes_with_one_click(
    furnished: House, client: InspectingClient, sink: Sink
) -> None:
    sink.raw.clear()
    client.sign_in("publisher")
    client.submit(NEW, NEW, **TYPED)
    for due in ("", "2020-01-01T12:00"):
        assert client.submit(ONE, "/schedule", due=due).status_code == 422
    due = furnished.clock().astimezone(furnished.settings.timezone).replace(hour=23, minute=59)
    assert client.submit(ONE, "/schedule", due=due.strftime("%Y-%m-%dT%H:%M")).status_code == 303
    assert "scheduled" in client.get("/staff/news").text
    assert client.submit(ONE, "/unschedule").status_code == 303
    assert client.submit(ONE, "/schedule", due=due.strftime("%Y-%m-%dT%H:%M")).status_code == 303
    furnished.clock.advance(hours=24)
    work_once(furnished.worker())
    (mailed,) = [one for one in sink.to("ana@alder.example") if one["Subject"] == "News of the spring"]
    path = mailed["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    client.sign_out()
    assert "sends you newsletters" in client.get(path).text
    assert "You are unsubscribed" in client.post(path, data={"List-Unsubscribe": "One-Click"}).text
    client.sign_in("publisher")
    client.submit(NEW, NEW, **TYPED)
    assert "One contact would get it" in client.get("/staff/newsletters/2").text
    assert client.submit("/staff/newsletters/2", "/discard").status_code == 303
    with furnished.database.reading() as session:
        assert [one.discarded_at is None for one in session.scalars(select(Newsletter))] == [True, False]
