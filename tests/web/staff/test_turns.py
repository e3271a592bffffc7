"""The pages of whose turn it is: asking a reviewer, seeing who is asked, and choosing emails."""

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.domain.positions.text import Wording
from signoff.models import DraftPresence, EmailOff, Entry, FirstDraftPresence, ReviewAssignment, Version
from signoff.services.positions.drafts import begin_draft
from signoff.worker.tending import tend
from tests.house import House
from tests.inspection import InspectingClient

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
POSITION = "/staff/positions/open-the-gates"


@pytest.fixture
def drafted(house: House) -> int:
    with house.database.unit_of_work() as session:
        house.position(session, "Open the gates")
        return house.add_user(session, "second", ["reviewer"]).id


def test_a_drafter_asks_a_reviewer_by_name(house: House, client: InspectingClient, drafted: int) -> None:
    client.sign_in("drafter")
    page = client.get(POSITION).text
    assert "No reviewer has been asked by name." in page
    assert "Still to check (9)" in page and "advances none of the criteria" not in page
    assert client.submit(f"{POSITION}/reviewer", "/reviewer").status_code == 422
    assert not client.soup(f"{POSITION}/reviewer").select("input[checked]"), "no one of several is chosen already"
    done = client.submit(f"{POSITION}/reviewer", "/reviewer", reviewer=str(drafted))
    assert done.status_code == 303
    page = client.get(POSITION).text
    assert "Second Person is asked to check version 1, by you" in page and "An email is on the way." in page
    assert "Second Person was asked to check version 1" in page
    assert "Open the gates" not in start(client.sign_in("reviewer")), "another is asked"
    assert "Drafter Person asks you to check it" in start(client.sign_in("second"))
    assert client.get(f"{POSITION}/reviewer").status_code == 403
    with house.database.reading() as session:
        (asked,) = session.scalars(select(ReviewAssignment))
        assert asked.reviewer_id == drafted
        assert session.scalar(select(Entry).where(Entry.kind == "reviewer_asked")) is not None


def start(client: InspectingClient) -> str:
    return client.get("/staff/").text


def test_a_version_saved_meanwhile_is_looked_at_again(house: House, client: InspectingClient, drafted: int) -> None:
    client.sign_in("drafter")
    target, served = client.form(f"{POSITION}/reviewer", "/reviewer")
    with house.database.unit_of_work() as session:
        house.revised(session, session.get_one(Version, 1))
    answer = client.post(target, data={**dict(served), "reviewer": str(drafted)})
    assert answer.status_code == 422 and "Version 2 was saved in the meantime" in answer.text


def test_everybody_chooses_their_emails(house: House, client: InspectingClient) -> None:
    client.sign_in("drafter")
    page = client.soup("/staff/account")
    offered = {box["value"] for box in page.find_all("input", attrs={"name": "email", "type": "checkbox"})}
    assert offered == {"comment", "declined", "digest"}
    assert client.submit("/staff/account", "/account/emails", email=["comment", "to_check"]).status_code == 303
    with house.database.reading() as session:
        assert set(session.scalars(select(EmailOff.kind))) == {"declined", "digest"}
        assert session.scalar(select(Entry).where(Entry.kind == "emails_chosen")) is not None
    assert client.submit("/staff/account", "/account/emails", email=["comment", "declined"]).status_code == 303
    with house.database.reading() as session:
        assert set(session.scalars(select(EmailOff.kind))) == {"digest"}
    assert not client.sign_in("administrator").soup("/staff/account").find(id="emails")


def test_drafters_see_who_else_has_a_draft_open_and_nothing_is_kept(
    house: House, app: Flask, client: InspectingClient, drafted: int
) -> None:
    with house.database.unit_of_work() as session:
        house.add_user(session, "dora", ["drafter"])
    dora = InspectingClient(app).sign_in("dora")
    client.sign_in("drafter")
    assert len(client.soup(f"{POSITION}/edit").select("[data-presence][hidden]")) == 1
    with house.database.reading() as session:
        assert session.scalars(select(DraftPresence)).all() == [], "reading the page writes nothing"

    def others(who: InspectingClient, draft: str = POSITION) -> str:
        token = dict(who.form(f"{POSITION}/edit", "/edit")[1])["csrf_token"]
        answer = who.post(f"{draft}/presence", data={"csrf_token": token})
        assert answer.status_code == 200
        return answer.text.strip()

    assert others(client) == ""
    assert others(dora) == "Drafter Person has this draft open now."
    assert others(client) == "Dora Person has this draft open now."
    line = client.soup(f"{POSITION}/edit").select_one("[data-presence]:not([hidden])")
    assert line is not None and line.text == "Dora Person has this draft open now.", "without scripts too"
    # A draft before version 1 is another one, and says the same.
    with house.database.unit_of_work() as session:
        act = house.act(session, house.user(session, "drafter").actor)
        first = f"/staff/drafts/{begin_draft(act, Wording(title='Widen the gates')).id}"
    assert client.soup(first).select_one("[data-presence]")["data-presence"] == f"{first}/presence"  # type: ignore[index]
    assert others(client, first) == ""
    assert others(dora, first) == "Drafter Person has this draft open now."
    house.clock.advance(seconds=91)
    assert others(client) == ""
    tend(house.worker())
    house.clock.advance(seconds=91)
    tend(house.worker())
    with house.database.reading() as session:
        assert session.scalars(select(DraftPresence)).all() == []
        assert session.scalars(select(FirstDraftPresence)).all() == []
        assert "presence" not in " ".join(session.scalars(select(Entry.kind)))
    assert client.post(f"{POSITION}/presence").status_code == 403, "without its token"
    assert client.sign_in("reviewer").post(f"{POSITION}/presence").status_code == 403
