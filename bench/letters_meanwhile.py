"""How fast several workers deliver on PostgreSQL while answers come in, beside how fast they do when nothing happens.

Run with `python -m bench.letters_meanwhile`. The aim: at least half as fast with five answers a second. Each run opens
a round in a database of its own; the partners who answer are the last in the queue, and their emails are canceled.
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, select, text

from bench.crowd import ask_crowd
from bench.letters_of_ours import address
from bench.mail_sink import listening
from signoff.db import schema
from signoff.db.database import Database
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.models import Version
from signoff.worker.installation import utc_now
from tests.house import House, settings_for

LEAST = 0.5  # of the undisturbed speed


@dataclass(frozen=True)
class Run:
    """One delivery: letters sent, answers given meanwhile, and what it cost the database."""

    letters: int
    answers: int
    seconds: float
    updates: int
    wal_bytes: int

    @property
    def rate(self) -> float:
        """Letters a second."""
        return self.letters / self.seconds


def fill(url: str, folder: Path, port: int, number: int) -> None:
    """A round in which so many partners are asked."""
    house = _house(url, folder, port)
    schema.upgrade(house.database)
    with house.database.unit_of_work() as session:
        house.furnish(session)
        ask_crowd(house, session, number, at=utc_now() - timedelta(days=9))
    house.database.engine.dispose()


def deliver(url: str, folder: Path, port: int) -> int:
    """What one worker sends."""
    house = _house(url, folder, port)
    sent = sum(state == "sent" for state in LetterDelivery(house.database, house.settings, utc_now).deliver_due())
    house.database.engine.dispose()
    return sent


def answer(house: House, numbers: Sequence[int], rate: float, ended: threading.Event) -> int:
    """Answers at an even pace, until all is delivered."""
    with house.database.reading() as session:
        version_id = session.scalars(select(Version.id)).one()
    began, given = time.monotonic(), 0
    for number in numbers if rate else ():
        if ended.wait(max(0.0, began + given / rate - time.monotonic())):
            break
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version_id), f"Partner Number {number}")
        given += 1
    return given


def run(base: str, folder: Path, port: int, *, letters: int, workers: int, rate: float) -> Run:
    """Fill a database, then let the workers deliver while answers come in at this rate a second."""
    server = create_engine(base, isolation_level="AUTOCOMMIT")
    name = f"meanwhile_{time.monotonic_ns()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    ended, spawn = threading.Event(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        pool.submit(fill, url, folder, port, letters).result()
    house = _house(url, folder, port)
    before = _cost(house)
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        list(pool.map(abs, range(workers)))
        given: list[int] = []
        numbers = range(letters - 1, letters // 2, -1)
        answering = threading.Thread(target=lambda: given.append(answer(house, numbers, rate, ended)))
        answering.start()
        began = time.perf_counter()
        sent = sum(item.result() for item in [pool.submit(deliver, url, folder, port) for _ in range(workers)])
        seconds = time.perf_counter() - began
        ended.set()
        answering.join()
    time.sleep(1.5)  # until PostgreSQL has counted
    after = _cost(house)
    house.database.engine.dispose()
    server.dispose()
    return Run(sent, given[0], seconds, after[0] - before[0], after[1] - before[1])


def _house(url: str, folder: Path, port: int) -> House:
    return House(settings_for(url, folder / "instance", MAIL_PORT=str(port)), Database(url), utc_now)  # type: ignore[arg-type]


def _cost(house: House) -> tuple[int, int]:
    updates = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'letter'"
    written = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
    with house.database.reading() as session:
        return session.scalar(text(updates)) or 0, session.scalar(text(written)) or 0


def main() -> None:
    """Print a line for each rate of answers."""
    parser = argparse.ArgumentParser(prog="python -m bench.letters_meanwhile", description=__doc__)
    parser.add_argument("--letters", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rates", default="0,2,5,10", help="answers a second, with commas between; 0 first")
    given = parser.parse_args()
    heads = "".join(f"{head:>11}" for head in ("answers/s", "letters/s", "of alone", "letters", "updates", "WAL MiB"))
    print(heads)
    alone: Run | None = None
    with tempfile.TemporaryDirectory() as name, address("postgresql", folder := Path(name)) as url, listening() as port:
        for rate in map(float, given.rates.split(",")):
            seen = run(url, folder, port, letters=given.letters, workers=given.workers, rate=rate)
            alone = alone or seen
            speed = f"{seen.answers / seen.seconds:>11.1f}{seen.rate:>11,.0f}{seen.rate / alone.rate:>11.0%}"
            print(f"{speed}{seen.letters:>11,}{seen.updates:>11,}{seen.wal_bytes / 2**20:>11.1f}", flush=True)
    print(f"aim: at 5 answers a second at least {LEAST:.0%} of the speed of delivery alone")


if __name__ == "__main__":
    main()
