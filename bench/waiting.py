"""How long readers take while a writer holds the database and eight answers wait, beside what they take otherwise.

Run with `python -m bench.waiting`. The aims: every page within 300 ms, and whoever writes told within five seconds. On
SQLite the holder has the lock of the file, on PostgreSQL every version's row.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from sqlalchemy import text

from bench.letters_of_ours import address
from signoff.db import schema
from signoff.db.database import Database
from signoff.worker.installation import utc_now
from tests.house import House, settings_for
from tests.inspection import served_fields
from tests.served import Served, served

PAGES = ("/positions/", "/positions/open-the-yards", "/partners/", "/login")
WRITERS = 8
SLOWEST_READ = 0.3  # seconds
LONGEST_WAIT = 5.0  # seconds


def installation(url: str, folder: Path) -> tuple[House, list[str]]:
    """A published position, and a round that asks eight partners; with the secrets of their links."""
    house = House(settings_for(url, folder / "instance"), Database(url), utc_now)  # type: ignore[arg-type]
    schema.upgrade(house.database)
    names = [f"Partner {number}" for number in range(WRITERS)]
    with house.database.unit_of_work() as session:
        house.furnish(session)
        published = house.asked(session, "Fir", title="Open the yards")
        house.say(session, published, "Fir")
        house.publish(session, published)
        asked = house.asked(session, *names)
        return house, [house.secret(house.link(session, asked, name)) for name in names]


@contextmanager
def held(database: Database) -> Iterator[None]:
    """A writer that begins and does not end."""
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.execute(text("SELECT 1" if sqlite else "SELECT id FROM version FOR UPDATE"))
        yield
        connection.rollback()


def read(server: Served, seconds: float) -> list[float]:
    """The time of each page, read one after the other for so long."""
    taken, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        for page in PAGES:
            began = time.perf_counter()
            assert " 200 " in server.ask(page).splitlines()[0]
            taken.append(time.perf_counter() - began)
        time.sleep(0.05)
    return taken


def write(server: Served, secret: str, body: str, ended: threading.Event) -> list[float]:
    """Send an answer again and again until all is over, and say how long each try took."""
    taken = []
    while not ended.is_set():
        began = time.perf_counter()
        status = server.ask(f"/r/{secret}/answer", method="POST", body=body).splitlines()[0]
        assert " 503 " in status, status
        taken.append(time.perf_counter() - began)
    return taken


def filled(server: Served, secret: str) -> str:
    """A decline, as a browser would send it."""
    page = BeautifulSoup(server.ask(f"/r/{secret}").split("\r\n\r\n", 1)[1], "html.parser")
    form = next(form for form in page.find_all("form") if form["action"].endswith("/answer"))
    return urlencode(dict(served_fields(form)) | {"answer": "decline", "reason": "Not now."})


def main() -> None:
    """Print for each database how long reading and waiting took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60, help="for how long the writer holds")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    for backend in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        with tempfile.TemporaryDirectory() as name, address(backend, Path(name)) as url:
            house, secrets = installation(url, Path(name))
            with served(house, Path(name)) as server, ThreadPoolExecutor(WRITERS) as pool:
                bodies = [filled(server, secret) for secret in secrets]
                read(server, 1)
                alone, ended = read(server, min(10.0, given.seconds)), threading.Event()
                with held(house.database):
                    tries = [pool.submit(write, server, *each, ended) for each in zip(secrets, bodies, strict=True)]
                    beside = read(server, given.seconds)
                    ended.set()
                    waits = [wait for item in tries for wait in item.result()]
            house.database.engine.dispose()
        kept = max(beside) <= SLOWEST_READ and max(waits) <= LONGEST_WAIT
        ratio = statistics.median(beside) / statistics.median(alone)
        print(
            f"{backend:<11} alone: median {statistics.median(alone) * 1000:.0f} ms, slowest {max(alone) * 1000:.0f}; "
            f"beside eight that wait: median {statistics.median(beside) * 1000:.0f} ms ({ratio:.2f}x), slowest "
            f"{max(beside) * 1000:.0f}; writers told after {min(waits):.1f} to {max(waits):.1f} s, {len(waits)} tries; "
            f"{'kept' if kept else 'MISSED'}"
        )
    print(
        f"aims: no page takes more than {SLOWEST_READ * 1000:.0f} ms, no writer waits for more than {LONGEST_WAIT:g} s"
    )


if __name__ == "__main__":
    main()
