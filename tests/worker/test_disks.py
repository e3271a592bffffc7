"""Room on the disk of a PostgreSQL server: looked for by a temporary file, seldom, and told apart from its limit."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from signoff.worker import disks
from tests.house import House
from tests.inspection import InspectingClient


@pytest.fixture
def dialect() -> str:
    return "postgresql"


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The engine of the web process."""
    engine: Engine = app.extensions["signoff"].database.engine
    return engine


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """The statements that look for room."""
    found: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "generate_series" in statement:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield found
    event.remove(engine, "before_cursor_execute", hear)


def test_room_is_looked_for_once_in_a_while(
    client: InspectingClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with heard(engine) as found:
        for _ in range(3):
            assert client.get("/readyz").status_code == 200
        assert len(found) == 1
        monkeypatch.setattr(disks, "_KNOWN_FOR", 0.0)
        assert client.get("/readyz").status_code == 200
        assert len(found) == 2


def test_of_many_who_ask_at_once_one_looks(house: House) -> None:
    def ask(_number: int) -> bool:
        with house.database.reading() as session:
            return disks.find_disks(session, house.settings).is_full

    def linger(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "generate_series" in statement:
            time.sleep(0.3)

    event.listen(house.database.engine, "before_cursor_execute", linger)
    with heard(house.database.engine) as found, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == [False] * 4
    assert len(found) == 1


def test_a_limit_of_temporary_files_is_no_full_disk(client: InspectingClient, engine: Engine) -> None:
    def limit(connection: object, _record: object) -> None:
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SET temp_file_limit = '512kB'")
        connection.commit()  # type: ignore[attr-defined]

    event.listen(engine, "connect", limit)
    engine.dispose()
    ready = client.get("/readyz")
    assert ready.status_code == 200 and not any("disk" in problem for problem in ready.json["problems"])


def test_a_full_disk_is_told_until_there_is_room(
    client: InspectingClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
    spill = disks._SPILL
    monkeypatch.setattr(disks, "_SPILL", raised)
    for _ in range(2):
        assert "The disk of the database is full." in client.get("/readyz").json["problems"]
    monkeypatch.setattr(disks, "_SPILL", spill)
    assert "The disk of the database is full." not in client.get("/readyz").json["problems"]
