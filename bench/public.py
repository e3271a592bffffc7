"""How many public pages a second are served, beside bare WSGI bytes in the same run, and what long lists cost.

Run with `python -m bench.public`. Five applications stand behind gunicorn with two processes and send the same page:
one that does nothing but read one row by its key, Flask that has the bytes ready, Signoff, and a site made with
Wagtail, with Django's cache for whole pages (which sends them for ten minutes, whatever changes) and without. Compared
is the processor time of the servers for a request, and the pages by the clock. The last lines say what long lists cost
in one process: pages from memory, made again after an answer, and made again after a change of the register, by the
processor; and the first byte of what is sent in parts.
"""

import argparse
import multiprocessing
import os
import resource
import socket
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, Response
from gunicorn.app.base import BaseApplication
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.letters_of_ours import address
from signoff.db import guards, schema
from signoff.db.database import Database
from signoff.models.revisions import COMMON
from signoff.web.app import create_app
from tests.house import House, settings_for
from tests.letters.sink import free_port

PAGE = "/positions/fund-the-coordinator"
NAMES = 500
REQUEST = f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode()
# Names begin with many letters, as they do in life.
TREES = (
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gum",
    "Hazel",
    "Ironwood",
    "Juniper",
    "Katsura",
    "Larch",
    "Maple",
    "Nutmeg",
    "Oak",
    "Pine",
    "Quince",
    "Rowan",
    "Spruce",
    "Tulip",
    "Umbrella",
    "Viburnum",
    "Willow",
    "Xylosma",
    "Yew",
    "Zelkova",
)
GOALS = {"sqlite": 0.8, "postgresql": 0.5}  # of bare
ROW = "SELECT token FROM public_revision WHERE scope = 0"


def filled(url: str, folder: Path) -> House:
    """A published position with so many names, each given through its link."""
    house = House(settings_for(url, folder / "instance"), Database(url))
    schema.upgrade(house.database)
    names = [f"{TREES[number % len(TREES)]} Partner {number:05}" for number in range(NAMES)]
    with house.database.unit_of_work() as session:
        house.furnish(session)
        version = house.asked(session, *names)
        for name in names:
            house.say(session, version, name)
        house.publish(session, version)
        session.execute(text("ANALYZE"))
    return house


def multiplied(house: House, held: int, number: int) -> None:
    """The same position with so many names instead of those held: copies of partners and answers, past the guards."""
    with house.database.migrating.begin() as connection:
        guards.set_aside(connection)
        for table, changed in (("partner", "slug"), ("answer", "")):
            names = [column["name"] for column in connection.execute(text(f"PRAGMA table_info({table})")).mappings()]
            values = [
                f"o.{name} + n.k * 100000"
                if name in ("id", "partner_id", "entry_id")
                else f"o.{name} || '-' || n.k"
                if name in (changed, "name", "public_name")
                else f"CAST(o.{name} || n.k AS BLOB)"
                if name == "order_key"
                else f"o.{name}"
                for name in names
            ]
            connection.execute(
                text(
                    f"INSERT INTO {table} ({', '.join(names)}) "
                    f"WITH RECURSIVE n(k) AS (SELECT {held // NAMES} UNION ALL SELECT k + 1 FROM n "
                    f"WHERE k < {number // NAMES - 1}) "
                    f"SELECT {', '.join(values)} FROM {table} o, n WHERE o.id < 100000"
                )
            )
        guards.lay(connection)
        connection.execute(text("ANALYZE"))


def one_read(url: str) -> Callable[[], Any]:
    """Reads the row on a connection that stays open, with nothing in between."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        kept = sqlite3.connect(str(made.database), isolation_level=None)
        return lambda: kept.execute(ROW).fetchone()
    line = psycopg.connect(made.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
    return lambda: line.execute(ROW).fetchone()


def bare(house: House, page: bytes) -> Any:
    """No framework: a read, and the bytes."""
    read, length = one_read(house.settings.database_url), str(len(page))

    def application(_environ: Any, start_response: Any) -> list[bytes]:
        read()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", length)])
        return [page]

    return application


def flask(_house: House, page: bytes) -> Any:
    """Flask with the bytes ready and nothing to read."""
    app = Flask(__name__)
    app.add_url_rule(PAGE, view_func=lambda: Response(page, content_type="text/html; charset=utf-8"))
    return app


def ours(house: House, _page: bytes) -> Any:
    """Signoff as it is."""
    return create_app(house.settings, clock=house.clock, passwords=house.passwords)


def wagtail(database: Path, *, cached: bool) -> Any:
    """The Wagtail site."""
    return import_module("bench.wagtail_site.site").application(database, cached=cached)


def wagtail_filled(database: Path, html: str) -> bool:
    """Make the Wagtail site with this page, in a process of its own; whether Wagtail is there."""
    if find_spec("wagtail") is None:
        return False
    fill = import_module("bench.wagtail_site.site").fill
    process = multiprocessing.Process(target=fill, args=(database, PAGE, html))
    process.start()
    process.join()
    assert process.exitcode == 0
    return True


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """Two processes with one application each."""

    def __init__(self, make: Callable[[], Any], port: int) -> None:
        self._make, self._port = make, port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {"bind": f"127.0.0.1:{self._port}", "workers": 2, "loglevel": "error"}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make()


@contextmanager
def serving(make: Callable[[], Any]) -> Iterator[tuple[int, int]]:
    """A server: its port and the id of its first process."""
    port = free_port()
    process = os.fork()
    if process == 0:
        try:
            Gunicorn(make, port).run()
        finally:
            os._exit(0)  # past what the parent tidies up
    try:
        while True:
            try:
                ask(port)
                break
            except OSError:
                assert os.waitpid(process, os.WNOHANG) == (0, 0), "the server has ended"
                time.sleep(0.05)
        yield port, process
    finally:
        os.kill(process, 15)
        os.waitpid(process, 0)


def spent(first: int) -> float:
    """Seconds of processor time that a server's first process and its workers have taken."""
    workers = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in (first, *workers)) / 1e9


def ask(port: int) -> bytes:
    """One answer, on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port)) as talk:
        talk.sendall(REQUEST)
        return b"".join(iter(lambda: talk.recv(262144), b""))


def _asking(port: int, number: int) -> None:
    for _ in range(number):
        assert ask(port).startswith(b"HTTP/1.1 200")


def measured(make: Callable[[], Any], requests: int) -> tuple[float, float]:
    """Pages a second by the clock, and microseconds of the servers' processors for each, once all workers are warm."""
    with serving(make) as (port, first):
        _from_two_clients(port, 200)
        before, began = spent(first), time.perf_counter()
        _from_two_clients(port, requests)
        taken = time.perf_counter() - began
        return requests / taken, (spent(first) - before) / requests * 1e6


def _from_two_clients(port: int, requests: int) -> None:
    clients = [multiprocessing.Process(target=_asking, args=(port, requests // 2)) for _ in range(2)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
        assert client.exitcode == 0


def call(app: Any, path: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and how many bytes."""
    began = time.perf_counter()
    response = app.test_client(use_cookies=False).get(path, buffered=False)
    parts, first, length = iter(response.response), 0.0, 0
    for part in parts:
        first, length = first or time.perf_counter() - began, length + len(part)
    return first, time.perf_counter() - began, length


def renewed(house: House, moved: str) -> None:
    """Move these revisions, so that pages are made again."""
    with house.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE public_revision SET token = token || 'x' WHERE {moved}"))


def page(house: House, path: str) -> tuple[float, float, float]:
    """Milliseconds of the processor for a page from memory, made again after an answer, and after any other change.

    An answer leaves what all pages have in common as it is.
    """
    app, kept, answered, changed = ours(house, b""), [], [], []
    call(app, path)
    for moved, own in (f"scope <> {COMMON}", answered), ("scope = scope", changed):
        for _ in range(5):
            renewed(house, moved)
            for times in (own, kept):
                began = time.process_time()
                call(app, path)
                times.append((time.process_time() - began) * 1000)
    app.extensions["signoff"].database.engine.dispose()
    return statistics.median(kept), statistics.median(answered), statistics.median(changed)


def sent(house: House, path: str) -> tuple[float, float]:
    """Milliseconds to the first byte of a list by the clock, and by how many MiB the process grew while it was sent."""
    app, firsts = ours(house, b""), []
    call(app, "/principles")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        firsts.append(call(app, path)[0] * 1000)
    return min(firsts), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def alone(measure: Callable[[House, str], tuple[float, ...]], house: House, path: str) -> tuple[float, ...]:
    """What is measured in a process of its own."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=lambda: sender.send(measure(house, path)))
    process.start()
    sender.close()
    result: tuple[float, ...] = receiver.recv()
    process.join()
    return result


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=6000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--names", type=int, nargs="*", default=[10_000, 100_000], help="SQLite alone, in one process")
    given = parser.parse_args()
    multiprocessing.set_start_method("fork")
    print(f"load before: {os.getloadavg()[0]:.1f}; {NAMES} names")
    for backend in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        with tempfile.TemporaryDirectory() as name, address(backend, Path(name)) as url:
            house = filled(url, Path(name))
            client = ours(house, b"").test_client()
            content, html = client.get(PAGE, headers={"Accept-Encoding": "gzip"}).data, client.get(PAGE).text
            house.database.engine.dispose()
            print(f"{backend:<22} {'pages/s':>9} {'us each':>9} {'of bare':>9} {'goal':>9}")
            first = 0.0
            for make in (bare, flask, ours):
                rate, each = measured(partial(make, house, content), given.requests)
                first = first or each
                goal = GOALS[backend] if make is ours else ""
                print(f"{make.__name__:<22} {rate:>9.0f} {each:>9.0f} {first / each:>9.2f} {goal:>9}")
            if backend == "sqlite":
                _peers(Path(name) / "wagtail.db", html, given.requests, first)
                _long_lists(house, given.names)
    print(f"load after: {os.getloadavg()[0]:.1f}")


def _peers(database: Path, html: str, requests: int, bare_takes: float) -> None:
    if not wagtail_filled(database, html):
        print("Wagtail is not installed, and not measured: make install-bench")
        return
    for what, cached, number in (
        ("Wagtail with its cache", True, requests),
        ("Wagtail", False, max(requests // 20, 100)),
    ):
        rate, each = measured(partial(wagtail, database, cached=cached), number)
        print(f"{what:<22} {rate:>9.0f} {each:>9.0f} {bare_takes / each:>9.2f}")


def _long_lists(house: House, sizes: list[int]) -> None:
    held, few = NAMES, 0.0
    for size in [NAMES, *sizes]:
        if size > held:
            multiplied(house, held, size)
            held = size
        house.database.engine.dispose()
        pages, directory = -(-size // 500), "/partners/"
        for which, number in {"first": 1, "middle": -(-pages // 2), "last": pages}.items():
            kept, answered, changed = alone(page, house, f"{PAGE}?page={number}")
            few, what = few or answered, f"{which} page of names"
            _say(size, f"{what}, from memory", f"{kept:.2f} ms")
            times = f"{answered / few:.2f} x"
            _say(size, f"{what}, after an answer", f"{answered:.0f} ms", times, "1.5 x at any size")
            _say(size, f"{what}, after any change", f"{changed:.0f} ms", f"{changed / few:.2f} x")
        kept, answered, changed = alone(page, house, directory)
        _say(size, "directory, from memory", f"{kept:.2f} ms")
        _say(size, "directory, after an answer", f"{answered:.0f} ms", limit="20 ms at 10,000")
        _say(size, "directory, after any change", f"{changed:.0f} ms")
        kept, answered, changed = alone(page, house, PAGE.replace("positions", "embed", 1))
        _say(size, "frame for other sites, after an answer", f"{answered:.0f} ms")
        _say(size, "frame for other sites, after any change", f"{changed:.0f} ms")
        for path in (f"{PAGE}/signatories.csv", f"{PAGE}.json", f"{PAGE}.md"):
            first, more = alone(sent, house, path)
            _say(size, path.removeprefix(PAGE), f"{first:.0f} ms", f"{more:.0f} MiB", "25 ms to the first byte, 32 MiB")


def _say(size: int, what: str, first: str, second: str = "", limit: str = "") -> None:
    print(f"{size:>7} {what:<40} {first:>9} {second:>9}  {limit}")


if __name__ == "__main__":
    main()
