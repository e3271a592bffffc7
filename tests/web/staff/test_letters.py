"""The outbox's pages: filters in the address, one letter's life, the words as sent with the link masked."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from signoff.models import Contact, Letter
from signoff.services.outbox.mail_state import note_pause
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient, served_fields
from tests.letters.sink import Sink, text_of

Pause = Callable[[], None]


def lines(client: InspectingClient, path: str) -> list[str]:
    rows = client.soup(path).select("tbody tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


@pytest.fixture
def posted(house: House, sink: Sink, client: InspectingClient) -> InspectingClient:
    """Alder's letter was sent, Birch's refused, Cedar's waits; a publisher is signed in."""
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch", "Cedar")
    sink.refusals = {"ana@birch.example": "550 5.1.1 No such user", "ana@cedar.example": "450 4.2.0 Later"}
    work_once(house.worker())
    client.sign_in("publisher")
    return client


def test_letters_stand_by_state_kind_and_round(posted: InspectingClient) -> None:
    everything = lines(posted, "/staff/letters")
    assert [re.search("Ana (Alder|Birch|Cedar)|Publisher", line).group() for line in everything] == [  # type: ignore[union-attr]
        "Publisher", "Ana Cedar", "Ana Birch", "Ana Alder",
    ]  # fmt: skip
    (failed,) = lines(posted, "/staff/letters?state=failed")
    assert "not delivered" in failed and "550 5.1.1 No such user" in failed
    assert "tried one time" in lines(posted, "/staff/letters?state=queued&kind=request")[0]
    assert len(lines(posted, "/staff/letters?round=1&kind=request")) == 3
    assert lines(posted, "/staff/letters?round=77") == []
    assert len(lines(posted, "/staff/letters?state=nonsense&kind=%27&round=x&before=y")) == 4
    counts = posted.soup("/staff/letters").select(".filters a")
    assert [" ".join(link.text.split()) for link in counts] == ["All 4", "queued 2", "sent 1", "not delivered 1"]


def test_a_letter_shows_what_was_sent_and_no_link(posted: InspectingClient, house: House, sink: Sink) -> None:
    page = posted.soup("/staff/letters/1")
    shown = page.select_one(".letter pre").text  # type: ignore[union-attr]
    sent = text_of(sink.letters[0])
    secret = re.search(r"/r/([A-Za-z0-9_-]{43})", sent).group(1)  # type: ignore[union-attr]
    assert shown.strip() == sent.replace(secret, "***").strip()
    with house.database.reading() as session:
        kept = session.get_one(Letter, 1)
        assert kept.sent_text is not None and secret not in kept.sent_text
    assert "This email has not been sent" in posted.soup("/staff/letters/3").text
    assert posted.get("/staff/letters/999").status_code == 404


def test_the_chosen_are_tried_again_or_kept_back(posted: InspectingClient, house: House) -> None:
    done = posted.submit("/staff/letters?state=failed", "/staff/letters?state=failed", letter="2", act="retry")
    assert (done.status_code, done.location) == (303, "/staff/letters?state=failed")
    assert "One email will be tried again." in posted.soup("/staff/letters").text
    posted.submit("/staff/letters", "/staff/letters", letter=["1", "2", "3"], act="cancel")
    assert "Two emails held back. 1 could not be and stay as they are." in posted.soup("/staff/letters").text
    with house.database.reading() as session:
        states = dict(session.execute(select(Letter.id, Letter.state).where(Letter.kind == "request")).all())
    assert states == {1: "sent", 2: "canceled", 3: "canceled"}


def test_nothing_chosen_does_nothing(posted: InspectingClient) -> None:
    posted.submit("/staff/letters", "/staff/letters", act="cancel")
    assert "No email is selected. Nothing was done." in posted.soup("/staff/letters").text


def test_who_may_not_tend_letters_sees_no_button(posted: InspectingClient) -> None:
    posted.sign_out()
    posted.sign_in("drafter")
    page = posted.soup("/staff/letters")
    assert page.select("tbody tr") and not page.select("main form[method=post]")
    assert not posted.soup("/staff/letters/2").select("main form[method=post]")


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/positions/", "/staff/record", "/staff/letters", "/staff/partners/"]
)
def test_every_staff_page_says_that_letters_have_paused(house: House, client: InspectingClient, path: str) -> None:
    with house.database.unit_of_work() as session:
        note_pause(
            session, "The mail server rejected the user name and password: 535 no", at=house.clock(), try_again_at=None
        )
    client.sign_in("publisher")
    page = client.soup(path)
    assert (
        "No email has been sent since" in page.text
        and "535 no" in page.text
        and "An operator must correct the mail settings" in page.text
    )
    client.submit(path, "/staff/letters/resume")
    assert "The worker tries again" in client.soup(path).text
    client.sign_out()
    client.sign_in("drafter")
    assert "535 no" in client.soup(path).text
    assert not [form for form in client.soup(path).select("form") if "resume" in form.get("action", "")]


def test_the_board_says_who_was_not_reached_and_why(posted: InspectingClient) -> None:
    board = lines(posted, "/staff/positions/fund-the-coordinator/versions/1/round")
    assert "not reached" in board[1] and "550 5.1.1 No such user" in board[1]
    text = " ".join(posted.soup("/staff/positions/fund-the-coordinator/versions/1/round").text.split())
    assert "1 not reached" in text and "1 of 4 sent" in text


def test_readiness_tells_of_pauses_and_of_no_times(house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        note_pause(session, "Gone", at=house.clock(), try_again_at=house.clock())
    house.settings = replace(house.settings, mail=replace(house.settings.mail, port=9))
    work_once(house.worker())
    ready = client.get("/readyz").json
    assert ready == {"status": "ok", "problems": ["Email is paused; see the staff pages."]}


def test_a_silent_worker_is_a_problem_that_keeps_no_page_back(house: House, client: InspectingClient) -> None:
    work_once(house.worker())
    assert client.get("/readyz").json == {"status": "ok", "problems": []}
    house.clock.advance(minutes=6)
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json is not None
    assert ready.json["problems"] == [
        "The background worker has not been seen for five minutes; start `signoff worker`."
    ]


def test_what_is_sent_is_what_was_shown(house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        house.partner(session, "Alder", "Ana Alder", "Ben Alder")
        house.partner(session, "Birch")
    client.sign_in("publisher")
    ask = "/staff/positions/fund-the-coordinator/versions/1/ask"
    deadline = "2026-12-04T17:00"
    shown = client.submit(ask, "/ask", deadline=deadline, act="preview", partner=["1", "2"])
    fields = {name: value for name, value in _fields(shown.text, ask) if name != "partner"}
    asking = {**fields, "partner": ["1", "2"]}
    for contact, name in (("2", "Ben Alder"), ("3", "Ana Birch")):
        page = BeautifulSoup(client.post(ask, data={**asking, "show": contact}).text, "html.parser")
        assert page.select_one("#sample").text == f"The email to {name}"  # type: ignore[union-attr]
        assert f"Hello {name}," in page.select_one(".letter pre").text  # type: ignore[union-attr]
    with house.database.unit_of_work() as session:
        house.correct(session, session.get_one(Contact, 3), name="Anna Birch")
    refused = client.post(ask, data={**asking, "act": "send"})
    assert refused.status_code == 409
    assert "Nothing was sent." in refused.text and "Anna Birch" in refused.text
    assert client.post(ask, data={**asking, "shown": "", "act": "send"}).status_code == 409
    assert len(lines(client, "/staff/letters?kind=request")) == 0
    again = {**asking, "shown": dict(_fields(refused.text, ask))["shown"]}
    assert client.post(ask, data={**again, "act": "send"}).status_code == 303
    assert len(lines(client, "/staff/letters?kind=request")) == 3


def _fields(html: str, action: str) -> list[tuple[str, str]]:
    form = BeautifulSoup(html, "html.parser").find("form", action=action)
    return served_fields(form)
