"""Signoff's own part of `bench.letters`: a round of so many partners is opened, then its letters are delivered.

Run by bench.letters. Filling the database is another process's, so that the peak of memory is delivery's alone.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from signoff.db import schema
from signoff.db.database import Database
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.models import Contact, Partner
from signoff.worker.installation import utc_now
from tests.house import House, quietly_imported_postgres, settings_for

SUMMARY = (
    "We ask for five-year grants, so that a coordinator can stay long enough to know the families of a school. Today "
    "the grants end after one year, and a third of the coordinators leave before the second one begins."
)
MESSAGE = (
    "The committee hears the coalition on 3 December. Whoever has answered by the deadline can be named in what we "
    "hand in; we would be glad of yours. If your board has to decide, tell us when it meets."
)


@contextmanager
def address(database: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'signoff.db'}"
        return
    folder.chmod(0o755)
    server = quietly_imported_postgres().get_server(folder / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def fill(url: str, folder: Path, port: int, number: int) -> float:
    """A round with so many partners asked; answers with the seconds that opening it took."""
    house = _house(url, folder, port)
    schema.upgrade(house.database)
    with house.database.unit_of_work() as session:
        house.furnish(session)
        at, long_ago = utc_now(), utc_now() - timedelta(days=9)
        rows = [{"slug": f"p{n}", "name": f"Partner Number {n}", "website": "", "joined_at": at} for n in range(number)]
        session.execute(insert(Partner), rows)
        partners = session.scalars(select(Partner).order_by(Partner.id)).all()
        people = {"may_answer": 1, "added_at": long_ago, "answers_from": long_ago}
        contacts = [
            {"partner_id": p.id, "full_name": f"Ana Alder {p.id}", "email": f"ana@p{p.id}.example", **people}
            for p in partners
        ]
        session.execute(insert(Contact), contacts)
        version = house.checked(session, house.position(session, summary=SUMMARY))
        began = time.perf_counter()
        house.ask(session, version, partners, message=MESSAGE)
        took = time.perf_counter() - began
    house.database.engine.dispose()
    return took


def _house(url: str, folder: Path, port: int) -> House:
    return House(settings_for(url, folder / "instance", MAIL_PORT=str(port)), Database(url), utc_now)  # type: ignore[arg-type]


def main() -> None:
    """Print one line of JSON: seconds to deliver, seconds to open the round, peak of memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--letters", type=int, required=True)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, address(given.database, folder := Path(name)) as url:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            opening = pool.submit(fill, url, folder, given.port, given.letters).result()
        house = _house(url, folder, given.port)
        delivery = LetterDelivery(house.database, house.settings, utc_now)
        began = time.perf_counter()
        sent = sum(state == "sent" for state in delivery.deliver_due())
        seconds = time.perf_counter() - began
        assert sent == given.letters, sent
        house.database.engine.dispose()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mib": peak, "opening": opening}))


if __name__ == "__main__":
    main()
