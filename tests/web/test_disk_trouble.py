"""A full disk or a database that cannot be written: pages are read, and what was typed comes back to be sent again."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import Engine, event

from tests.house import House
from tests.inspection import InspectingClient, served_fields

REASON = "The board meets in June. " * 40


@pytest.fixture
def dialect() -> str:
    return "sqlite"


def fill_the_disk(engine: Engine) -> Callable[[], None]:
    """No page can be added to the file anymore."""

    def limit(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    return _with("connect", engine, limit)


def forbid_writing(engine: Engine) -> Callable[[], None]:
    """The file is opened as one that may only be read."""

    def open_for_reading(_dialect: Any, _record: Any, arguments: list[str], _options: Any) -> None:
        arguments[0] = arguments[0].replace("mode=rw", "mode=ro")

    return _with("do_connect", engine, open_for_reading)


def take_the_disk_away(engine: Engine) -> Callable[[], None]:
    """The file beside the database in which writers line up cannot be opened, as on a disk that may only be read."""
    gate = Path(f"{engine.url.database}.turnstile")
    gate.unlink()
    gate.mkdir()

    def end() -> None:
        gate.rmdir()

    return end


def _with(name: str, engine: Engine, listener: Callable[..., None]) -> Callable[[], None]:
    event.listen(engine, name, listener)
    engine.dispose()

    def end() -> None:
        event.remove(engine, name, listener)
        engine.dispose()

    return end


FULL, UNREACHED = "because our disk is full. Nothing was changed.", "We cannot reach our database right now."


@pytest.mark.parametrize(
    ("trouble", "sentence", "logged"),
    [
        (fill_the_disk, FULL, "the disk of the database is full"),
        (forbid_writing, UNREACHED, "the database cannot be reached or written"),
        (take_the_disk_away, UNREACHED, "the database cannot be reached or written"),
    ],
)
def test_pages_are_read_and_no_word_is_lost(
    app: Flask,
    client: InspectingClient,
    house: House,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[[Engine], Callable[[], None]],
    sentence: str,
    logged: str,
) -> None:
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))
    end = trouble(app.extensions["signoff"].database.engine)
    words = {"answer": "decline", "full_name": "Ana Alder", "authority": "board"}
    with caplog.at_level(logging.INFO):
        for number in range(9):  # the pages that the file has hold one or two more
            target, served = client.form(f"/r/{secret}", "/answer")
            refused = client.post(target, data=dict(served) | words | {"reason": f"{number}. {REASON}"})
            if refused.status_code != 303:
                break
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
    assert sentence in refused.text
    assert client.get(f"/r/{secret}").status_code == 200 and client.get("/positions/").status_code == 200
    assert not any(record.exc_info for record in caplog.records)
    assert any(logged in record.getMessage() for record in caplog.records)
    shown = BeautifulSoup(refused.text, "html.parser")
    end()
    assert shown.form is not None
    sent = client.post(str(shown.form["action"]), data=dict(served_fields(shown.form)))
    assert sent.status_code == 303 and f"{number}. The board meets" in client.get(f"/r/{secret}").text
