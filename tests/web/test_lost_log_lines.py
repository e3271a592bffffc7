"""A log that cannot be written is said where operators look, and afterward the log says that lines are missing."""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from signoff.web.logs import LogLines, log_problem, retry_log
from signoff.worker.turn import record_heartbeat
from tests.house import House
from tests.inspection import InspectingClient

SAID = "The log cannot be written: No space left on device."


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def full() -> Iterator[LogLines]:
    """The log of this process, on a disk that is full."""
    with suppress(OSError), Path("/dev/full").open("w", buffering=1) as stream:
        handler, root = LogLines(stream), logging.getLogger()
        root.addHandler(handler)
        yield handler
        root.removeHandler(handler)


def test_a_log_on_a_full_disk_is_said(client: InspectingClient, house: House, full: LogLines) -> None:
    record_heartbeat(house.worker())
    assert client.get("/readyz").json["problems"] == [] and log_problem() == ""  # type: ignore[index]
    logging.getLogger("signoff").warning("one thing")
    assert client.get("/readyz").json["problems"] == [SAID]  # type: ignore[index]
    client.sign_in("administrator")
    page = BeautifulSoup(client.get("/staff/system").text, "html.parser")
    assert SAID in [item.text for item in page.select(".missing li")]


def test_once_there_is_room_again_the_log_says_that_lines_are_missing(full: LogLines, tmp_path: Path) -> None:
    for number in range(3):
        logging.getLogger("signoff").warning("lost %s", number)
    assert log_problem() == SAID
    place = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    os.dup2(place, full.stream.fileno())
    os.close(place)
    assert log_problem() == SAID and (tmp_path / "log").read_text() == "", "asking writes nothing"
    retry_log()
    assert log_problem() == ""
    logging.getLogger("signoff").warning("seen")
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[-1] == "seen" and "Lines before this one may be missing." in lines[-2]
    assert "No space left on device" in lines[-2]
