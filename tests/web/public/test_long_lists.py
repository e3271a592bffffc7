"""Long lists of names are sent in parts: they begin at once, say what short ones say, and never an old name."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from signoff.models import Version
from signoff.services.publications import long_lists
from signoff.web.public import embed
from tests.house import House

PAGE = "/positions/fund-the-coordinator"
CSV, JSON, MARKDOWN, CALL = f"{PAGE}/signatories.csv", f"{PAGE}.json", f"{PAGE}.md", f"/api/v1{PAGE}"
FRAME = "/embed/fund-the-coordinator"
NAMES = ("Zinnia", "Alder", "Birch", "Cedar", "Dogwood", "Elm")


@pytest.fixture
def reader(app: Flask, house: House) -> FlaskClient:
    """Anyone; six partners were asked, and all but Elm stand on the published position; Fir on another."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, *NAMES)
        for name in NAMES[:-1]:
            house.say(session, version, name)
        house.publish(session, version)
        other = house.asked(session, "Fir", title="Open the yards")
        house.say(session, other, "Fir")
        house.publish(session, other)
    return app.test_client(use_cookies=False)


def rows(text: str) -> list[list[str]]:
    """The lines of a table."""
    return list(csv.reader(io.StringIO(text)))


def test_a_long_list_says_what_a_short_one_says_and_no_old_name(
    reader: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, facts, text = rows(reader.get(CSV).text), reader.get(JSON).json, reader.get(MARKDOWN).text
    assert facts is not None and facts["signatory_count"] == 5
    monkeypatch.setattr(long_lists, "LONG", 4)
    monkeypatch.setattr(long_lists, "_AT_ONCE", 2)
    # A request for a range is not answered from memory.
    table, position, file, call = (
        reader.get(path, headers={"Range": "bytes=0-"}) for path in (CSV, JSON, MARKDOWN, CALL)
    )
    assert [name for name, *_ in rows(table.text)] == ["name", *sorted(NAMES[:-1])]
    assert rows(table.text) == short and position.json == call.json == facts
    assert file.text == text and text.count("\n- Alder\n") == 1
    for answer in (table, position, file, call):
        assert answer.headers["Cache-Control"] == "no-cache" and "ETag" not in answer.headers
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version).where(Version.title == "Fund the coordinator")).one()
        house.withdraw(session, version, "Alder")
        house.say(session, version, "Elm")
    for path in (CSV, JSON, MARKDOWN, CALL):
        after = reader.get(path)
        assert after.status_code == 200 and "Alder" not in after.text and "Elm" in after.text


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_list_begins_before_it_is_read_and_ends_when_the_reader_goes(
    app: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_lists, "LONG", 2)
    monkeypatch.setattr(long_lists, "_AT_ONCE", 2)
    pool = app.extensions["signoff"].database.engine.pool
    response = reader.get(CSV, buffered=False)
    parts = iter(response.response)
    assert next(parts) == b"name,partner,level,website,note,approved_at,left_at\r\n"
    assert next(parts).count(b"\r\n") == 2
    assert pool.checkedout() == 0  # a slow reader holds no connection
    response.close()
    head = reader.head(CSV)
    assert (head.status_code, head.data, pool.checkedout()) == (200, b"", 0)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_changes_while_a_list_is_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who left is in no later part, who comes under another name is there once; and no half of a list looks whole."""
    monkeypatch.setattr(long_lists, "_AT_ONCE", 2)
    others = {"Zinnia": ("Aaron",), "Alder": ("Yew",)}
    with house.database.unit_of_work() as session:
        asked = [house.partner(session, name, public_names=others.get(name, ())) for name in NAMES]
        version = house.checked(session, house.position(session))
        house.ask(session, version, asked)
        for name in NAMES[:-1]:
            house.say(session, version, name)
        number = house.publish(session, version).id
    parts = long_lists.signatories_in_parts(house.database.reading, number)
    first = [row["public_name"] for row in next(parts)]
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version)).one()
        house.withdraw(session, version, "Cedar")
        house.say(session, version, "Elm")
        house.say(session, version, "Alder", public_name="Yew")
        house.say(session, version, "Zinnia", public_name="Aaron")
    rest = [row["public_name"] for part in parts for row in part]
    assert (first, rest) == (["Alder", "Birch"], ["Dogwood", "Elm", "Aaron"])
    parts = long_lists.signatories_in_parts(house.database.reading, number)
    next(parts)
    with house.database.unit_of_work() as session:
        house.retire(session, session.scalars(select(Version)).one())
    with pytest.raises(long_lists.ListEndedError):
        list(parts)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_who_moves_by_an_answer_that_is_stored_late_is_in_the_list(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL gives an answer its number when it is written, which may be long before it is stored."""
    monkeypatch.setattr(long_lists, "_AT_ONCE", 2)
    with house.database.unit_of_work() as session:
        asked = [house.partner(session, name) for name in ("Alder", "Birch", "Cedar")]
        asked += [house.partner(session, "Zinnia", public_names=("Aaron",))]
        version = house.checked(session, house.position(session))
        house.ask(session, version, asked)
        for name in ("Zinnia", "Alder", "Birch"):
            house.say(session, version, name)
        number, version_id = house.publish(session, version).id, version.id
    with house.database.unit_of_work() as moving:
        house.say(moving, moving.get_one(Version, version_id), "Zinnia", public_name="Aaron")
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version_id), "Cedar")
        parts = long_lists.signatories_in_parts(house.database.reading, number)
        first = [row["public_name"] for row in next(parts)]
    rest = [row["public_name"] for part in parts for row in part]
    assert (first, rest) == (["Alder", "Birch"], ["Cedar", "Aaron"])


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_frame_shows_a_long_list_page_by_page(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "NAMES_ON_ONE_PAGE", 3)
    pages = [BeautifulSoup(reader.get(f"{FRAME}{more}").text, "html.parser") for more in ("", "?page=2")]
    assert [[who.get_text() for who in page.select("li > *:first-child")] for page in pages] == [
        ["Alder", "Birch", "Cedar"],
        ["Dogwood", "Zinnia"],
    ]
    assert [[link["href"] for link in page.select(".pages a")] for page in pages] == [[f"{FRAME}?page=2"], [FRAME]]
    assert all("5 signatories" in page.text for page in pages)
