"""The board: filtered, sorted and paged by its address; acts on the ticked are shown first; a chart and CSV."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Entry, Letter, Partner, Request
from signoff.services.rounds.board import BoardFilter, answers_by_day, board, count_on_board, ids_on_board, tally
from tests.house import House
from tests.inspection import InspectingClient

BOARD = "/staff/positions/fund-the-coordinator/versions/1/round"


def filled(house: House, session: Session) -> None:
    """Alder approved, Birch declined later, Cedar waits, no letter reaches Delta, Elm was dropped."""
    version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm")
    delta = session.scalars(select(Partner).where(Partner.name == "Delta")).one()
    house.leave(session, Letter.contact_id == delta.contacts[0].id, as_="failed")
    house.leave(session)
    house.say(session, version, "Alder")
    house.clock.advance(days=1)
    house.say(session, version, "Birch", "decline")
    house.drop(session, version, "Elm")


def test_rows_are_filtered_sorted_and_counted_alike(house: House, session: Session) -> None:
    filled(house, session)
    version = session.get_one(Request, 1).version

    def names(**wanted: str) -> list[str]:
        rows = board(session, version, BoardFilter(**wanted))
        assert len(rows) == count_on_board(session, version, BoardFilter(**wanted))
        assert [row.partner.id for row in rows] == ids_on_board(session, version, BoardFilter(**wanted))
        return [row.partner.name for row in rows]

    assert names() == ["Alder", "Birch", "Cedar", "Delta", "Elm"] == names(sort="-name")[::-1]
    assert names(sort="-answered")[:2] == ["Birch", "Alder"] == names(sort="answered")[1::-1]
    assert names(sort="status")[0] == "Alder"
    counts = tally(session, version)
    assert counts == {"approved": 1, "declined": 1, "waiting": 1, "undeliverable": 1, "dropped": 1}
    for status, number in counts.items():
        assert len(names(status=status)) == number, status
    assert names(status="undeliverable") == ["Delta"] and names(status="waiting") == ["Cedar"]
    assert names(words="CED") == ["Cedar"] and names(words="ced", status="approved") == []
    paged = [row.partner.name for row in board(session, version, offset=2, limit=2)]
    assert paged == ["Cedar", "Delta"]
    days = answers_by_day(session, version, house.settings.timezone)
    assert [number for _, number in days] == [1, 1] and (days[1][0] - days[0][0]).days == 1


def test_who_changed_an_address_last_stands_in_the_row(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.correct(session, house.link(session, version, "Alder").contact, email="new@alder.example")
    rows = {row.partner.name: row.address for row in board(session, version)}
    assert rows["Alder"] is not None and rows["Birch"] is None
    assert rows["Alder"].address_changed_by == house.user(session, "administrator").id


def test_the_page_says_it_in_its_address_and_offers_what_may_be_done(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled(house, session)
    client.sign_in("drafter")
    page = client.soup(f"{BOARD}?status=declined")
    assert "Birch" in page.text and "Cedar" not in page.find("table", class_="rows").text  # type: ignore[union-attr]
    assert not page.find_all("input", attrs={"name": "partner"})  # a drafter may not act
    client.sign_in("publisher")
    page = client.soup(BOARD)
    assert len(page.find_all("input", attrs={"name": "partner"})) == 4  # who was dropped is asked no more
    assert page.find("svg", role="img") is not None and "First answers" in page.text
    assert client.get(f"{BOARD}?status=nonsense&sort=nonsense&page=99999").status_code == 200
    lines = client.get(f"{BOARD}.csv?status=declined").text.splitlines()
    assert len(lines) == 2 and lines[1].startswith("Birch,declined,sent")


def test_the_ticked_are_reminded_or_dropped_after_they_were_shown(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch", "Cedar")
        house.leave(session)
        ids = dict(session.execute(select(Partner.name, Partner.id)).all())
    house.clock.advance(days=1)
    client.sign_in("publisher")
    target, served = client.form(BOARD, "round?sort=name")

    def kinds() -> list[str]:
        with house.database.reading() as session:
            return list(session.scalars(select(Entry.kind).order_by(Entry.id)))

    before = kinds()
    unchosen = client.post(target, data=dict(served) | {"act": "remind"})
    assert unchosen.status_code == 303
    shown = client.post(target, data=dict(served) | {"act": "remind", "partner": [ids["Alder"], ids["Birch"]]})
    assert "Remind two contacts at two partners" in shown.text and "Cedar" not in shown.text and kinds() == before
    fields = dict(served) | {"choice": "yes", "partner": [ids["Alder"], ids["Birch"]], "form_key": ""}
    look = client.post(f"{BOARD}/remind", data=fields | {"act": "look", "show": ids["Birch"]})
    assert "The email to Ana Birch" in look.text and kinds() == before
    assert client.post(f"{BOARD}/remind", data=fields).status_code == 303
    assert kinds()[len(before) :] == ["partners_reminded"]
    with house.database.reading() as session:
        assert len(session.scalars(select(Letter).where(Letter.kind == "reminder")).all()) == 2
    assert client.post(f"{BOARD}/remind", data=fields).status_code == 409  # they were just reminded
    everyone = client.post(target, data=dict(served) | {"act": "drop", "whom": "all"})
    assert "Stop asking three partners" in everyone.text
    two = client.post(target, data=dict(served) | {"act": "drop", "partner": [ids["Alder"], ids["Cedar"]]})
    shown = two.text.split('name="shown" value="')[1][:64]
    drop = {"csrf_token": dict(served)["csrf_token"], "partner": [ids["Alder"], ids["Cedar"]], "shown": shown}
    assert client.post(f"{BOARD}/drop", data=drop | {"reason": ""}).status_code == 422
    assert client.post(f"{BOARD}/drop", data=drop | {"reason": "So.", "shown": "another"}).status_code == 409
    assert client.post(f"{BOARD}/drop", data=drop | {"reason": "A mistake."}).status_code == 303
    assert kinds()[len(before) + 1 :] == ["partner_dropped", "partner_dropped"]
    assert client.post(f"{BOARD}/drop", data=drop | {"reason": "Again."}).status_code == 409


def test_groups_are_chosen_and_others_found_in_a_long_register(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        for name, tag in (("Alder", "health"), ("Birch", "health"), ("Cedar", "books")):
            places = ("Cleveland, OH", "nationwide") if name == "Birch" else ()
            house.partner(session, name, tags=(tag,), level="state" if name == "Cedar" else "", places=places)
        slug = version.position.slug
        ids = dict(session.execute(select(Partner.name, Partner.id)).all())
    client.sign_in("publisher")
    page = f"/staff/positions/{slug}/versions/1/ask"
    target, served = client.form(page, "ask")
    fields = dict(served) | {"deadline": "2026-12-20T12:00"}
    result = client.post(target, data=fields | {"act": "find", "find": "ced", "partner": ids["Alder"]})
    assert result.status_code == 200 and "Cedar" in result.text and "Birch" not in result.text
    assert f'value="{ids["Alder"]}" checked' in result.text
    shown = client.post(target, data=fields | {"act": "preview", "group": ["tag:health"], "partner": ids["Cedar"]})
    assert "Email three contacts at three partners" in shown.text
    state = client.post(target, data=fields | {"act": "preview", "group": ["level:state"]})
    assert "Email one contact at one partner" in state.text and "Cedar" in state.text
    ohio = client.post(target, data=fields | {"act": "preview", "group": ["state:OH"]})
    assert "Email one contact at one partner" in ohio.text and "Birch" in ohio.text
    assert [one["value"] for one in client.soup(page).select("details .groups input")] == ["state:US", "state:OH"]


@pytest.mark.parametrize("role", ["drafter", "reviewer", "administrator"])
def test_who_may_not_ask_may_not_act_on_the_board(client: InspectingClient, house: House, role: str) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    client.sign_in(role)
    token = client.soup("/staff/").find("input", attrs={"name": "csrf_token"})
    assert token is not None
    for path in (BOARD, f"{BOARD}/drop", f"{BOARD}/remind"):
        assert client.post(path, data={"csrf_token": token["value"], "partner": "1"}).status_code == 403


def test_positions_are_called_by_their_newest_titles(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", title="Fund the yards")
        house.revised(session, version, title="Fund every yard")
    client.sign_in("publisher")
    in_record = {link.text for link in client.soup("/staff/record").select(".rows td a")}
    assert in_record == {"Fund every yard"}
    beside_found = [note.text for note in client.soup("/staff/search?q=saved").select("li .quiet")]
    assert len(beside_found) == 2 and all(note.startswith("Fund every yard") for note in beside_found)
