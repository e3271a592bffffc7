"""How long an import takes, as a ratio to bare INSERTs of the same rows, and how long an answer waits meanwhile.

Run with `python -m bench.imports`. The aims: no answer waits for more than a second, and 100,000 rows take less than a
minute. Answers are transactions of another process that take the lock, change one row and commit, ten a second.
"""

import argparse
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import func, insert, select, text

from bench.letters_of_ours import address
from signoff.db import schema
from signoff.db.database import Database
from signoff.domain.permissions import OPERATOR
from signoff.models import Contact, Entry, Partner, PartnerName
from signoff.services.partners.partner_import import plan_import
from signoff.web.app import WRITERS
from signoff.worker.importing import import_partners
from signoff.worker.installation import utc_now
from tests.house import House, settings_for
from tests.spreadsheets import partner_file

SIZES = "16000,100000"
LONGEST_WAIT = 1.0  # seconds
LONGEST = {100_000: 60.0}  # seconds
EVERY = 0.1  # seconds between two answers


@dataclass
class Measured:
    """What one import took, in seconds."""

    planning: float
    adding: float
    bare: float
    waited: float
    answers: int


def file_of(number: int) -> bytes:
    """A register of so many partners, one row each."""
    head = "name,aliases,website,level,tags,contact_name,contact_email,contact_job_title,may_answer\n"
    row = "Families of District {0},FD {0},https://d{0}.example/,local,west,Ana Lopez,ana@d{0}.example,Director,\n"
    return (head + "".join(row.format(n) for n in range(number))).encode()


def answer_until(url: str, ended: Event, waits: "multiprocessing.Queue[tuple[float, int]]") -> None:
    """Write as a serving process does, and tell how long the slowest of all waited."""
    database, longest, answers = Database(url, limits=WRITERS), 0.0, 0
    while not ended.is_set():
        began = time.monotonic()
        with database.unit_of_work() as session:
            session.execute(text("UPDATE staff_user SET name = name WHERE id = 1"))
        longest, answers = max(longest, time.monotonic() - began), answers + 1
        time.sleep(EVERY)
    waits.put((longest, answers))


def measured(backend: str, rows: int) -> Measured:
    """Import so many rows into an empty installation while another process writes answers."""
    with tempfile.TemporaryDirectory() as name, address(backend, Path(name)) as url:
        house = House(settings_for(url, Path(name) / "instance"), Database(url), utc_now)  # type: ignore[arg-type]
        schema.upgrade(house.database)
        with house.database.unit_of_work() as session:
            house.furnish(session)
        context = multiprocessing.get_context("spawn")
        ended, waits = context.Event(), context.Queue()
        answering = context.Process(target=answer_until, args=(url, ended, waits))
        answering.start()
        raw = file_of(rows)
        began = time.monotonic()
        file = partner_file(raw)
        with house.database.reading() as session:
            plan = plan_import(session, file)
        planned = time.monotonic()
        import_partners(house.database, lambda session: house.act(session, OPERATOR), plan, file)
        added = time.monotonic()
        ended.set()
        waited, answers = waits.get()
        answering.join()
        with house.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Partner)) == rows
        house.database.engine.dispose()
        return Measured(planned - began, added - planned, bare(backend, rows), waited, answers)


def bare(backend: str, rows: int) -> float:
    """The same rows as bare INSERTs in one transaction, past the same guards; nothing is read or judged."""
    with tempfile.TemporaryDirectory() as name, address(backend, Path(name)) as url:
        database, at = Database(url), utc_now()
        schema.upgrade(database)
        began = time.monotonic()
        with database.unit_of_work() as session:
            numbers = range(1, rows + 1)
            session.execute(
                insert(Partner), [{"id": n, "slug": f"p{n}", "name": f"P{n}", "joined_at": at} for n in numbers]
            )
            names = [(n, f"{kind}{n}") for n in numbers for kind in ("P", "Q")]
            kinds = {"kind": "public", "accepted_at": at}
            session.execute(insert(PartnerName), [{"partner_id": n, "name": x, "key": x, **kinds} for n, x in names])
            person = {"full_name": "Ana Lopez", "added_at": at, "answers_from": at}
            session.execute(insert(Contact), [{"partner_id": n, "email": f"a@d{n}.example", **person} for n in numbers])
            entry = {"kind": "partner_added", "at": at, "actor": "operator", "body": "x" * 250}
            entry |= {"leaf": "0" * 64, "code": "x"}
            session.execute(insert(Entry), [entry for _ in numbers])
        took = time.monotonic() - began
        database.engine.dispose()
        return took


def main() -> None:
    """Print what each size took on each database, beside its limits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    print(f"{'':<12}{'rows':>9}{'planning':>10}{'adding':>9}{'bare':>8}{'ratio':>7}{'longest wait':>14}  aims")
    for backend in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        for rows in map(int, given.sizes.split(",")):
            item = measured(backend, rows)
            whole, limit = item.planning + item.adding, LONGEST.get(rows)
            kept = item.waited <= LONGEST_WAIT and (limit is None or whole <= limit)
            times = f"{item.planning:>9.1f}s{item.adding:>8.1f}s{item.bare:>7.1f}s{whole / item.bare:>6.1f}x"
            waits = f"{item.waited:>9.2f} s of {item.answers}"
            print(f"{backend:<12}{rows:>9,}{times}{waits}  {'kept' if kept else 'MISSED'}")
    print(f"aims: no answer waits for more than {LONGEST_WAIT:g} s; 100,000 rows take less than {LONGEST[100_000]:g} s")


if __name__ == "__main__":
    main()
