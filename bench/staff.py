"""How fast the staff's pages are as a round grows: each as a ratio against the same page with 20 partners.

Run with `python -m bench.staff`. The board's first page is the aim: flat within 1.5 times from 20 to 10,000 partners.
Answers stand for a third of those asked, all letters have left, and the register holds everyone.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from bench.crowd import ask_crowd
from bench.letters_of_ours import address
from signoff.db import schema
from signoff.db.database import Database
from signoff.models import StaffUser
from signoff.services.accounts.sessions import start_session
from signoff.web.app import create_app
from signoff.worker.installation import utc_now
from tests.house import House, settings_for

SIZES = "20,2000,10000"
ROUND = "/staff/positions/fund-the-coordinator/versions/1/round"
PAGES = {
    "board": ROUND,
    "board, waiting": f"{ROUND}?status=waiting",
    "board, newest answers": f"{ROUND}?sort=-answered",
    "board, a name": f"{ROUND}?q=number+17",
    "register": "/staff/partners/",
    "register, a name": "/staff/partners/?q=number+17",
    "search": "/staff/search?q=number+17",
    "choosing": "/staff/positions/open-the-yards/versions/1/ask",
    "start": "/staff/",
}
AIM = 1.5
REPEATS = 15


@contextmanager
def installation(database: str, partners: int) -> Iterator[FlaskClient]:
    """A signed-in publisher's browser on an installation in which so many partners were asked."""
    with tempfile.TemporaryDirectory() as name, address(database, folder := Path(name)) as url:
        settings = settings_for(url, folder / "instance")
        house = House(settings, Database(url), utc_now)  # type: ignore[arg-type]
        schema.upgrade(house.database)
        with house.database.unit_of_work() as session:
            house.furnish(session)
            secret = fill(house, session, partners)
        if database == "postgresql":
            with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        app = create_app(settings, passwords=house.passwords)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = secret
        yield client
        house.database.engine.dispose()
        app.extensions["signoff"].database.engine.dispose()


def fill(house: House, session, number: int) -> str:  # type: ignore[no-untyped-def]
    """Partners, a round that asks them all, answers of a third; returns the secret of a publisher's session."""
    version, partners = ask_crowd(house, session, number, at=utc_now())
    house.leave(session)
    for partner in partners[::3]:
        house.say(session, version, partner.name)
    house.checked(session, house.position(session, "Open the yards"))
    publisher = session.scalars(select(StaffUser).where(StaffUser.email == "publisher@coalition.example")).one()
    return start_session(session, publisher, clock=utc_now)


def milliseconds(client: FlaskClient, page: str) -> float:
    """The median time of a page, after one to warm up."""
    taken = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        response = client.get(page)
        taken.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, (page, response.status_code)
    return statistics.median(taken[1:])


def main() -> None:
    """Print each page's time at each size, and its ratio to the smallest."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    seen: dict[str, dict[int, float]] = {name: {} for name in PAGES}
    for size in sizes:
        with installation(given.database, size) as client:
            for name, page in PAGES.items():
                seen[name][size] = milliseconds(client, page)
    print(f"{given.database}: milliseconds, and how many times the page at {sizes[0]} partners")
    print(f"{'page':<24}" + "".join(f"{size:>18,}" for size in sizes))
    for name, times in seen.items():
        cells = (f"{taken:>10.1f} {taken / times[sizes[0]]:>6.2f}x" for taken in times.values())
        print(f"{name:<24}" + "".join(cells))
    print(f"aim: the board flat within {AIM}x")


if __name__ == "__main__":
    main()
