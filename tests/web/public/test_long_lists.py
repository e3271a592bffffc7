"""Long lists of names are sent in parts: they begin at once, say what short ones say, and never an old name."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from signoff.models import Version
from signoff.services.publications import long_lists
from tests.house import House

PAGE = "/positions/fund-the-coordinator"
CSV, JSON = f"{PAGE}/signatories.csv", f"{PAGE}.json"
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
    short, facts = rows(reader.get(CSV).text), reader.get(JSON).json
    assert facts is not None and facts["signatory_count"] == 5
    monkeypatch.setattr(long_lists, "LONG", 4)
    monkeypatch.setattr(long_lists, "_AT_ONCE", 2)
    # A request for a range is not answered from memory.
    table, position = (reader.get(path, headers={"Range": "bytes=0-"}) for path in (CSV, JSON))
    assert [name for name, *_ in rows(table.text)] == ["name", *NAMES[:-1]]  # in the order of the register
    assert sorted(rows(table.text)) == sorted(short)
    in_parts = position.json
    assert in_parts is not None
    assert sorted(in_parts.pop("signatories"), key=str) == sorted(facts.pop("signatories"), key=str)
    assert in_parts == facts
    for answer in (table, position):
        assert answer.headers["Cache-Control"] == "no-cache" and "ETag" not in answer.headers
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version).where(Version.title == "Fund the coordinator")).one()
        house.withdraw(session, version, "Alder")
        house.say(session, version, "Elm")
    for path in (CSV, JSON):
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
    assert pool.checkedout() == 1
    response.close()
    assert pool.checkedout() == 0
    head = reader.head(CSV)
    assert (head.status_code, head.data, pool.checkedout()) == (200, b"", 0)
