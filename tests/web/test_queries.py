"""The number of queries of a page does not grow with what it shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []
    engine = app.extensions["signoff"].database.engine

    def note(_connection, _cursor, statement, *_more) -> None:  # type: ignore[no-untyped-def]
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def furnish(house: House, partners: int, positions: int) -> None:
    names = [f"Partner {number:03}" for number in range(partners)]
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names)
        for name in names[: partners // 2]:
            house.say(session, version, name)
        house.publish(session, version)
        for number in range(positions):
            other = house.checked(session, house.position(session, f"Position {number}"))
            house.publish(session, other)


PAGES = {
    "public": [
        "/", "/positions/", "/positions/fund-the-coordinator", "/positions/fund-the-coordinator.json", "/partners/",
        "/positions/feed.atom", "/partners/partner-000", "/verify", "/positions/fund-the-coordinator/signatories.csv",
        "/api/v1/partners", "/api/v1/positions",
    ],
    "publisher": [
        "/staff/", "/staff/positions/", "/staff/positions/fund-the-coordinator", "/staff/partners/", "/staff/record",
        "/staff/positions/fund-the-coordinator/versions/1/round",
        "/staff/positions/fund-the-coordinator/versions/1/publish",
        "/staff/positions/fund-the-coordinator/versions/1/ask",
        "/staff/positions/fund-the-coordinator/versions/1/check",
    ],
}  # fmt: skip


@pytest.mark.parametrize("who", list(PAGES))
def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    app: Flask, client: InspectingClient, house: House, who: str
) -> None:
    def numbers() -> dict[str, int]:
        found = {}
        for path in PAGES[who]:
            with counted(app) as statements:
                assert client.get(path).status_code == 200, path
            found[path] = len(statements)
        return found

    furnish(house, partners=4, positions=2)
    if who != "public":
        client.sign_in(who)
    few = numbers()
    with house.database.unit_of_work() as session:
        more = [house.partner(session, f"Another {number:03}") for number in range(30)]
        version = house.position(session, "One more").position.versions[0]
        house.ask(session, house.checked(session, version), more)
    with house.database.unit_of_work() as session:
        first = house.link(session, version, "Another 000").request.version_id
        assert first
        for number in range(6):
            house.publish(session, house.checked(session, house.position(session, f"Later {number}")))
    with house.database.unit_of_work() as session:
        fund = session.get_one(Version, 1)
        house.ask(session, fund, more, deadline=house.clock.now.replace(month=12, day=20))
        for number in range(30):
            house.say(session, fund, f"Another {number:03}")
    assert numbers() == few
    assert max(few.values()) <= 40, few
