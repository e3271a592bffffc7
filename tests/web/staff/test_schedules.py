"""Scheduling on the pages: entered with the zone, asked about when clocks change, seen, canceled."""

import pytest
from sqlalchemy import select

from signoff.models import Partner, ScheduledAct, Version
from tests.house import House
from tests.inspection import InspectingClient

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
POSITION = "/staff/positions/open-the-gates"


@pytest.fixture
def publisher(house: House, client: InspectingClient) -> InspectingClient:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session, "Open the gates"))
        house.partner(session, "Alder")
    return client.sign_in("publisher")


def preview(client: InspectingClient, **fields: str) -> tuple[str, dict[str, str]]:
    """The page that shows whom asking would reach, as its form is served, with the time filled in."""
    address = f"{POSITION}/versions/1/ask"
    target, served = client.form(address, "/ask")
    typed = {**dict(served), "deadline": "2027-04-01T12:00", "act": "preview", "partner": "1"}
    page = client.post(target, data=typed)
    assert page.status_code == 200 and "Send at a later time" in page.text
    return target, {**client.fields_of(page, "/ask"), "act": "schedule", **fields}


def test_a_round_is_scheduled_seen_and_canceled(house: House, publisher: InspectingClient) -> None:
    target, form = preview(publisher, due="2026-11-25T09:00")
    assert publisher.post(target, data=form).status_code == 303
    page = publisher.get(POSITION).text
    assert "One partner will be asked about version 1" in page
    assert "Wednesday, November 25, 2026, 9:00 a.m. EST" in page and "Scheduled by Publisher Person" in page
    assert "the emails to partners are scheduled" in page and 'class="button"' not in page, "nothing more is to be done"
    start = publisher.get("/staff/").text
    assert "one partner will be asked" in start and "you can ask partners" not in start
    cancel = publisher.form(POSITION, "/cancel")[0]
    assert "/cancel" not in publisher.sign_in("drafter").get(POSITION).text
    assert publisher.sign_in("publisher").submit(POSITION, "/cancel").status_code == 303
    page = publisher.get(POSITION).text
    assert "will be asked about" not in page and 'class="button" href' in page
    assert "you can ask partners" in publisher.get("/staff/").text
    with house.database.reading() as session:
        (scheduled,) = session.scalars(select(ScheduledAct))
        assert (scheduled.ended_as, scheduled.ended_by) == ("canceled", house.user(session, "publisher").id)
        assert str(scheduled.due_at) == "2026-11-25 14:00:00+00:00"
    assert cancel.endswith("/cancel")


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("", "Please give a date and a time."),
        ("2026-11-20T09:00", "This time has passed."),
        ("2027-05-01T09:00", "This time is not before the deadline."),
        ("2027-03-14T02:30", "this time does not exist"),
    ],
)
def test_a_time_that_cannot_be_is_said_at_the_field(publisher: InspectingClient, due: str, said: str) -> None:
    target, form = preview(publisher, due=due)
    answer = publisher.post(target, data=form)
    assert answer.status_code == 422 and said in answer.text and "Who is asked" in answer.text


def test_a_time_shortly_before_the_deadline_is_asked_about(house: House, publisher: InspectingClient) -> None:
    target, form = preview(publisher, due="2027-04-01T09:00")
    asked = publisher.post(target, data=form)
    assert asked.status_code == 422
    assert "The deadline is three hours after the email is sent." in asked.text
    assert publisher.post(target, data={**publisher.fields_of(asked, "/ask"), **form, "seen": "yes"}).status_code == 303


def test_a_time_that_comes_twice_is_asked_about(house: House, publisher: InspectingClient) -> None:
    house.clock.now = house.clock.now.replace(month=10, day=20)
    target, form = preview(publisher, due="2026-11-01T01:30")
    asked = publisher.post(target, data=form)
    assert asked.status_code == 422 and 'name="due_fold"' in asked.text
    assert publisher.post(target, data={**form, "due_fold": "second"}).status_code == 303
    with house.database.reading() as session:
        assert str(session.scalars(select(ScheduledAct.due_at)).one()) == "2026-11-01 06:30:00+00:00"


def test_a_publication_is_scheduled(house: House, publisher: InspectingClient) -> None:
    address = f"{POSITION}/versions/1/publish"
    assert publisher.submit(address, "/publish", due="2026-11-20T09:00", act="schedule").status_code == 422
    assert publisher.submit(address, "/publish", due="2026-11-25T09:00", act="schedule").status_code == 303
    assert "Version 1 will be published on Wednesday, November 25, 2026, 9:00 a.m. EST" in publisher.soup(POSITION).text
    assert publisher.submit(address, "/publish", due="2026-11-26T09:00", act="schedule").status_code == 409
    assert publisher.get("/positions/open-the-gates").status_code == 404
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version)).one()
        house.ask(session, version, session.scalars(select(Partner)))
        house.say(session, version, "Alder")
    board = publisher.get(f"{POSITION}/versions/1/round").text
    assert "Publication is scheduled." in board and 'class="button" href' not in board, "nothing more is to be done"
    with house.database.unit_of_work() as session:
        house.revised(session, session.scalars(select(Version)).one())
    assert "A newer version has been saved since, so this will not be done." in publisher.soup(POSITION).text


def test_a_newer_version_is_not_called_scheduled_because_an_older_one_is(
    house: House, publisher: InspectingClient
) -> None:
    target, form = preview(publisher, due="2026-11-25T09:00")
    assert publisher.post(target, data=form).status_code == 303
    with house.database.unit_of_work() as session:
        house.checked(session, house.revised(session, session.scalars(select(Version)).one()))
    page = publisher.get(POSITION).text
    assert "so this will not be done" in page and "the emails to partners are scheduled" not in page
    assert "Version 2 is checked. You can now ask partners to approve it." in page and 'class="button" href' in page
