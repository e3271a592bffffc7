"""A meeting from the staff's form to the partner's email, page and calendar, and out again by one click."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from signoff.models import Letter, Partner, Version
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, text_of
from tests.meeting import planned, tell_all

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

ANA = "ana@alder.example"


def entry_of(mailed: object) -> str:
    (part,) = [one for one in mailed.walk() if one.get_filename() == "meeting.ics"]  # type: ignore[attr-defined]
    return str(part.get_payload(decode=True), "utf-8")


def test_from_the_form_to_the_partners_page_and_its_calendar(
    house: House, client: InspectingClient, sink: Sink
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.leave(session, Letter.kind == "request")
        secret = house.secret(house.link(session, version, "Alder"))
    assert "Partner meetings" not in client.get(f"/r/{secret}/organization").text
    client.sign_in("publisher")
    begins = (house.clock() + timedelta(days=30)).strftime("%Y-%m-%dT17:00")
    typed = {"title": "Fall meeting", "begins": begins, "ends": begins[:11] + "19:00", "place": "Room 4, Washington"}
    more = {"link": "https://meet.example/fall", "agenda": "1. **Welcome**", "position": "fund-the-coordinator"}
    wrong = client.submit("/staff/meetings/new", "/staff/meetings/new", **{**typed, "begins": "", "title": ""}, **more)
    assert wrong.status_code == 422 and "There is a problem: two things to fix." in wrong.text
    assert client.submit("/staff/meetings/new", "/staff/meetings/new", **typed, **more).status_code == 303
    assert client.submit("/staff/meetings/1", "/tell").status_code == 303
    work_once(house.worker())
    (mailed,) = sink.to(ANA)
    words = " ".join(text_of(mailed).split())
    assert mailed["Subject"].startswith("Meeting: Fall meeting, ") and mailed["List-Unsubscribe"]
    assert "Welcome" in words and "https://meet.example/fall" in words and "Fund the coordinator" in words
    entry = entry_of(mailed)
    assert "UID:meeting-1@127.0.0.1:8000\r\nSEQUENCE:1\r\n" in entry and "METHOD:PUBLISH" in entry
    assert "LOCATION:Room 4\\, Washington\r\n" in entry and "STATUS:CONFIRMED" in entry
    assert "Fall meeting" in client.get(f"/r/{secret}/organization").text
    served = client.get(f"/r/{secret}/meetings/1.ics")
    assert served.content_type.startswith("text/calendar") and "SEQUENCE:1\r\n" in served.text
    assert client.submit("/staff/meetings/1", "/cancel").status_code == 303
    work_once(house.worker())
    canceled = sink.to(ANA)[1]
    assert canceled["Subject"].startswith("Canceled: Fall meeting")
    entry = entry_of(canceled)
    assert "UID:meeting-1@127.0.0.1:8000\r\nSEQUENCE:2\r\n" in entry and "STATUS:CANCELLED" in entry
    assert "Fall meeting" not in client.get(f"/r/{secret}/organization").text


def test_a_contact_unsubscribes_with_one_click_and_is_asked_as_before(
    house: House, client: InspectingClient, sink: Sink
) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
    client.sign_in("publisher")
    begins = (house.clock() + timedelta(days=30)).strftime("%Y-%m-%dT17:00")
    typed = {"title": "Fall meeting", "begins": begins, "ends": begins[:11] + "19:00", "place": "Room 4"}
    client.submit("/staff/meetings/new", "/staff/meetings/new", **typed)
    client.submit("/staff/meetings/1", "/tell")
    work_once(house.worker())
    (mailed,) = sink.to(ANA)
    path = mailed["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    client.sign_out()
    assert "News for partners" in client.get(path).text
    assert "You are unsubscribed" in client.post(path, data={"List-Unsubscribe": "One-Click"}).text
    with house.database.unit_of_work() as session:
        house.ask(session, house.checked(session, house.position(session)), session.scalars(select(Partner)).all())
    work_once(house.worker())
    assert [letter["List-Unsubscribe"] is None for letter in sink.to(ANA)] == [False, True]
    assert client.submit(path.removesuffix("/unsubscribe"), path.removesuffix("/unsubscribe")).status_code == 303
    assert "News for partners" in client.get(path).text


def test_a_meeting_on_the_public_site_has_no_link_and_only_published_positions(
    house: House, client: InspectingClient
) -> None:
    with house.database.unit_of_work() as session:
        house.publish(session, house.asked(session, "Alder"))
        house.asked(session, "Birch", title="Open the yards")
        gone = house.checked(session, house.position(session, "Ring the bells"))
        house.publish(session, gone)
        slugs = ("fund-the-coordinator", "open-the-yards", "ring-the-bells")
        meeting = planned(house, session, "Fall meeting", *slugs)
        tell_all(house, session, meeting)
    client.sign_in("publisher")
    assert "Fall meeting" not in client.get("/meetings").text + client.get("/").text
    assert client.get("/meetings/1.ics").status_code == 404
    assert client.submit("/staff/meetings/1", "/public").status_code == 303
    assert "Ring the bells" in client.get("/meetings").text
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, gone.id))
    page, entry = client.get("/meetings").text, client.get("/meetings/1.ics")
    assert "Fall meeting" in page and "<strong>Two</strong> texts" in page and "Fund the coordinator" in page
    assert "Fall meeting" in client.get("/").text and "METHOD:PUBLISH" in entry.text and "SEQUENCE:1" in entry.text
    for served in (page, entry.text):
        assert "meet.example" not in served and "Open the yards" not in served and "Ring the bells" not in served
    assert client.submit("/staff/meetings/1", "/cancel").status_code == 303
    assert "canceled" in client.get("/meetings").text and "Fall meeting" not in client.get("/").text
    assert "STATUS:CANCELLED" in client.get("/meetings/1.ics").text
    client.sign_out()
    assert "Fall meeting" in client.get("/meetings").text
    house.clock.advance(days=8)
    assert "No public meeting is planned" in client.get("/meetings").text
    client.sign_in("publisher")
    assert client.submit("/staff/meetings/1", "/public").status_code == 303
    assert "Not shown" in client.get("/staff/meetings/1").text
