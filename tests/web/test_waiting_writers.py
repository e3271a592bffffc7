"""Writers wait in line, for a while; readers never wait for them. Nothing here is measured: bench/waiting.py does."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from signoff.db.database import Database
from signoff.db.write_queue import Busy, Limits, WriteQueue
from signoff.models import Answer
from signoff.web.app import WRITERS
from signoff.web.serving import _THREADS
from tests.house import House
from tests.inspection import served_fields
from tests.served import PROJECT, Served, served

LATE = 30.0
on_postgresql = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
EIGHT = 8


def soon() -> float:
    return time.monotonic() + LATE


def test_turns_come_in_the_order_of_coming() -> None:
    queue, order = WriteQueue(Limits(at_once=1, in_line=5)), []
    queue.enter(until=soon())

    def write(number: int) -> None:
        queue.enter(until=soon())
        order.append(number)
        queue.leave()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        while len(queue._line) < number:
            time.sleep(0.001)
    with pytest.raises(Busy):
        queue.enter(until=soon())  # the line is full
    queue.leave()
    for thread in threads:
        thread.join()
    assert order == list(range(5))
    queue.enter(until=soon())  # and no one has kept the turn


def test_who_gives_up_leaves_the_line_and_takes_no_turn_away() -> None:
    queue = WriteQueue(Limits(at_once=1, in_line=1))
    queue.enter(until=soon())
    for _ in range(3):
        with pytest.raises(Busy):
            queue.enter(until=time.monotonic())
    queue.leave()
    queue.enter(until=soon())


@pytest.mark.parametrize(("seconds", "comes"), [(0.0, "Busy"), (60.0, "turn")])
def test_a_line_is_refused_when_those_before_wait_in_vain_unless_someone_came_to_an_end(
    seconds: float, comes: str
) -> None:
    queue, came = WriteQueue(Limits(at_once=2, in_line=2, seconds=seconds)), []

    def write() -> None:
        try:
            queue.enter(until=soon())
            came.append("turn")
        except Busy:
            came.append("Busy")

    for _ in range(3):
        queue.enter(until=soon())
        queue.leave()  # someone came to an end just now
    queue.enter(until=soon())
    queue.enter(until=soon())
    waiting = [threading.Thread(target=write) for _ in range(2)]
    for number, one in enumerate(waiting, start=1):
        one.start()
        while len(queue._line) < number:
            time.sleep(0.001)
    queue.leave(in_vain=True)
    queue.leave(in_vain=True)
    for one in waiting:
        one.join()
    assert came == [comes] * 2


@pytest.mark.parametrize("ends", ["commit", "rollback", "close", "raise", "fail"])
def test_a_session_gives_its_turn_back_however_it_ends(house: House, ends: str) -> None:
    for _ in range(EIGHT):
        with house.database.writer() as session:
            session.execute(text("SELECT 1"))
            if ends in ("commit", "rollback"):
                getattr(session, ends)()
            elif ends == "raise":
                with pytest.raises(ValueError), house.database.unit_of_work() as other_ended_first:
                    session.close()
                    other_ended_first.execute(text("SELECT 1"))
                    raise ValueError
            elif ends == "fail":
                with pytest.raises(Exception, match="no_such_table"):
                    session.execute(text("SELECT * FROM no_such_table"))
    with house.database.unit_of_work() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_readers_keep_threads_for_themselves() -> None:
    assert WRITERS.at_once + WRITERS.in_line < _THREADS and 1 + WRITERS.in_line >= EIGHT and WRITERS.seconds < 5


@on_postgresql
def test_who_only_waits_for_a_turn_waits_longer_than_for_what_others_hold(house: House) -> None:
    database = Database(house.settings.database_url, limits=Limits(at_once=1, in_line=3, seconds=0.6, turn_seconds=30))
    with ThreadPoolExecutor(3) as pool, database.unit_of_work() as first:
        first.execute(text("SELECT 1"))
        waiting = [pool.submit(_writes, database) for _ in range(3)]
        time.sleep(0.1)
        first.commit()
        assert [one.result() for one in waiting] == [1, 1, 1], "each takes 0.3 s, so the last waits for longer than 0.6"
    held = text("SELECT pg_advisory_xact_lock(1)")
    with house.database.unit_of_work() as holder:
        holder.execute(held)
        with pytest.raises(OperationalError, match="lock timeout"), database.unit_of_work() as other:
            other.execute(held)
    database.engine.dispose()


@on_postgresql
def test_who_stands_behind_someone_that_waits_in_vain_is_told_at_once(house: House) -> None:
    database = Database(house.settings.database_url, limits=Limits(at_once=1, in_line=1, seconds=1.5, turn_seconds=30))
    held = text("SELECT pg_advisory_xact_lock(1)")

    def wait_for_it() -> None:
        with database.unit_of_work() as session:
            session.execute(held)

    with house.database.unit_of_work() as holder, ThreadPoolExecutor(2) as pool:
        holder.execute(held)
        first = pool.submit(wait_for_it)
        while not database.queue._inside:  # type: ignore[union-attr]
            time.sleep(0.001)
        second = pool.submit(_writes, database)
        with pytest.raises(OperationalError, match="lock timeout"):
            first.result()
        with pytest.raises(Busy):
            second.result()
    assert _writes(database) == 1
    database.engine.dispose()


def _writes(database: Database) -> int | None:
    with database.unit_of_work() as session:
        return session.scalar(text("SELECT 1 FROM pg_sleep(0.3)"))


@contextmanager
def somebody_writes(house: House) -> Iterator[None]:
    """Another process holds what an answer needs: SQLite's one lock, on PostgreSQL every version."""
    with house.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT id FROM version FOR UPDATE"))
        else:
            connection.execute(text("SELECT 1"))  # begun as a writer
        yield
        connection.rollback()


PATIENCE = """
from dataclasses import replace
from signoff.web import app
app.WRITERS = replace(app.WRITERS, seconds={})
"""


@pytest.fixture
def asked(house: House) -> dict[str, str]:
    """Eight partners that are asked, and the secrets of their links; another text is published."""
    names = [f"Partner {number}" for number in range(EIGHT)]
    with house.database.unit_of_work() as session:
        house.publish(session, house.asked(session, "Fir", title="Open the yards"))
        version = house.asked(session, *names)
        return {name: house.secret(house.link(session, version, name)) for name in names}


def test_readers_are_answered_while_a_writer_holds_and_eight_answers_wait(
    house: House, asked: dict[str, str], tmp_path: Path
) -> None:
    with served(house, tmp_path, PATIENCE.format(300)) as server, ThreadPoolExecutor(EIGHT) as pool:
        forms = [(secret, _filled(server, secret, name)) for name, secret in asked.items()]
        with somebody_writes(house):
            answers = [pool.submit(_send, server, *form) for form in forms]
            for path in ("/positions/", "/positions/open-the-yards", f"/r/{forms[0][0]}", "/login", "/healthz") * 2:
                assert " 200 " in server.ask(path).splitlines()[0], path
            assert not any(answer.done() for answer in answers), "they were to wait meanwhile"
        assert [_status(answer.result()) for answer in answers] == ["303"] * EIGHT
    with house.database.reading() as session:
        assert len(session.scalars(select(Answer)).all()) == EIGHT


def test_who_waited_in_vain_is_told_and_keeps_the_words(house: House, asked: dict[str, str], tmp_path: Path) -> None:
    with served(house, tmp_path, PATIENCE.format(0.2)) as server:
        name, secret = next(iter(asked.items()))
        body = _filled(server, secret, name)
        with somebody_writes(house):
            refused = _send(server, secret, body)
        assert _status(refused) == "503" and "Retry-After: 5" in refused and "Not now, thank you." in refused
        assert _status(_send(server, secret, body)) == "303"


COMES_BETWEEN = """
from sqlalchemy import text
from signoff.db import database
database._LOOKS_EVERY = 1.0
with database.Database({!r}).unit_of_work() as session:
    session.execute(text("UPDATE staff_user SET name = 'came between' WHERE id = 1"))
"""


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_who_writes_part_after_part_lets_in_whoever_waits(house: House, tmp_path: Path) -> None:
    """Another process waits, and looks too seldom to meet a gap by chance."""
    url, environment = house.database.engine.url.render_as_string(), os.environ | {"PYTHONPATH": str(PROJECT)}
    turnstile = tmp_path / "signoff.db.turnstile"
    with house.database.unit_of_work() as session:
        session.execute(text("SELECT 1"))
        other = subprocess.Popen([sys.executable, "-c", COMES_BETWEEN.format(url)], env=environment)
        while not _is_shut(turnstile):
            assert other.poll() is None, "it was to wait"
            time.sleep(0.01)
    parts, name = 0, ""
    while name != "came between" and parts < 1_000:
        with house.database.unit_of_work() as session:
            name = session.scalar(text("SELECT name FROM staff_user WHERE id = 1"))
        parts += 1
    assert (other.wait(60), parts) == (0, 1)


def _is_shut(turnstile: Path) -> bool:
    with turnstile.open("a") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _filled(server: Served, secret: str, name: str) -> str:
    page = BeautifulSoup(server.ask(f"/r/{secret}").split("\r\n\r\n", 1)[1], "html.parser")
    form = next(form for form in page.find_all("form") if form["action"].endswith("/answer"))
    words = {"answer": "decline", "reason": "Not now, thank you.", "authority": "board", "full_name": f"Ana {name}"}
    return urlencode(dict(served_fields(form)) | words)


def _send(server: Served, secret: str, body: str) -> str:
    return server.ask(f"/r/{secret}/answer", method="POST", body=body)


def _status(answer: str) -> str:
    return answer.splitlines()[0].split(" ")[1]
