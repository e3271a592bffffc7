"""A round to all partners on PostgreSQL, with four web processes and four workers, while everyone is at work.

Run with `python -m bench.scale`. Staff and readers browse the whole time, and the position is public, so each answer
changes pages that are read. Fifty clients answer as fast as they are served: that is the highest rate. At half of it
people come at their own pace, whether or not those before them were served. The database is a new one; email goes to a
sink. Exit code 1 when anything failed or took longer than it may.
"""

import argparse
import asyncio
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.browsers import Browser, Times
from bench.crowd import add_crowd
from bench.mail_sink import listening
from bench.working_day import (
    BOARD,
    BOARD_OF_FEW,
    Answering,
    answer_evenly,
    answer_together,
    browsed,
    open_round,
    sign_in,
)
from signoff.db import schema
from signoff.models import Answer, Contact, Letter, Link, Partner, Request, Version
from signoff.services.accounts.api_tokens import make_token
from signoff.settings import Settings
from signoff.worker.engines import open_database
from signoff.worker.installation import utc_now
from signoff.worker.job_queue import ensure_tables
from tests.house import House, quietly_imported_postgres, settings_for
from tests.letters.sink import free_port

PROJECT = Path(__file__).parent.parent
WEB, WORKERS, THREADS = 4, 4, 30
FEW = 20  # partners, to compare the board with
# Each web process may hold 30, each worker 15 and some of Procrastinate's.
CONNECTIONS = 250
_BAD = ("Traceback", "Error", "CRITICAL", "cannot")


@dataclass(frozen=True)
class Line:
    """Something measured, in its unit, and what it may be at most."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        judged = "" if self.limit is None else f"  at most {self.limit:g}: {'kept' if self.is_kept else 'MISSED'}"
        return f"{self.name:<56}{self.value:>12,.2f} {self.unit:<3}{judged}"


@contextmanager
def own_postgresql(folder: Path) -> Iterator[str]:
    """The address of a server that takes as many connections as all processes together may hold."""
    folder.chmod(0o755)
    postgres = quietly_imported_postgres()
    first = postgres.get_server(folder / "data")
    first.psql(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
    first.cleanup()
    server = postgres.get_server(folder / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def fill(house: House, partners: int) -> str:
    """The register, a position with a round of a few, and one that waits for its round; a publisher's API token."""
    schema.upgrade(house.database)
    ensure_tables(house.database)
    with house.database.unit_of_work() as session:
        house.furnish(session)
        everyone = add_crowd(session, partners, at=utc_now() - timedelta(days=9))
        house.ask(session, house.checked(session, house.position(session, "Open the yards")), everyone[:FEW])
        house.checked(session, house.position(session))
        publisher = house.user(session, "publisher")
        return make_token(house.act(session, publisher.actor), publisher, name="bench")


def answers_to_give(session: Session, house: House) -> list[Answering]:
    """What each partner needs that was asked with all others: the link of its first contact, and the names."""
    query = (
        select(Link, Contact.full_name, Partner.name)
        .join(Request, Request.id == Link.request_id)
        .join(Version, Version.id == Request.version_id)
        .join(Contact, Contact.id == Link.contact_id)
        .join(Partner, Partner.id == Link.partner_id)
        .where(Version.title == "Fund the coordinator", Contact.full_name.startswith("Ana "))
        .order_by(Partner.id)
    )
    return [Answering(house.secret(link), person, partner) for link, person, partner in session.execute(query)]


@contextmanager
def processes(settings: Settings, port: int, folder: Path) -> Iterator[list[Path]]:
    """Four workers, and gunicorn with four processes; with the files that take what they print."""
    web = ["gunicorn", "--workers", str(WEB), "--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    logs: list[Path] = []
    running: list[subprocess.Popen[bytes]] = []
    with ExitStack() as stack:
        for number, command in enumerate([web, *[["signoff", "worker"]] * WORKERS]):
            logs.append(folder / f"{command[0]}-{number}.log")
            file = stack.enter_context(logs[-1].open("wb"))
            words, environment = [sys.executable, "-m", *command], environment_of(settings)
            running.append(subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=file, stderr=file))
        try:
            wait_for_pages(port)
            yield logs
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(60)


def environment_of(settings: Settings) -> Mapping[str, str]:
    """What a process of this installation is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    return kept | {
        "PYTHONPATH": str(PROJECT),
        "SIGNOFF_INSTANCE": str(settings.instance),
        "SIGNOFF_DATABASE_URL": settings.database_url,
        "SIGNOFF_BASE_URL": settings.base_url,
        "SIGNOFF_WORKER": settings.worker,
        "SIGNOFF_MAIL_PORT": str(settings.mail.port),
        "SIGNOFF_MAIL_SENDER": settings.mail.sender,
    }


def wait_for_pages(port: int) -> None:
    """Until pages are served. AssertionError after two minutes."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as ready:
            if ready.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError("no page is served")


def waiting_emails(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).where(Letter.state.in_(["queued", "sending"]))) or 0


async def until_emails_left(house: House, *, at_most: float) -> float:
    """Seconds until no email waits, or the most that we wait."""
    began = time.monotonic()
    while waiting_emails(house) and time.monotonic() - began < at_most:
        await asyncio.sleep(1)
    return time.monotonic() - began


async def work(house: House, port: int, token: str, given: argparse.Namespace) -> tuple[list[Line], list[Times]]:
    """The whole of it; what was measured, and everything that was asked in its three parts."""
    opening, busy, calm = Times(), Times(), Times()
    staff = await sign_in(Browser(port, opening), "administrator")
    await open_round(staff, token)
    with house.database.reading() as session:
        todo = answers_to_give(session, house)
    assert len(todo) == given.partners, len(todo)
    async with browsed(staff, busy):
        number, rate = await answer_together(
            port, busy, todo[: given.answers], clients=given.clients, seconds=given.at_most
        )
    behind = waiting_emails(house)
    seconds = await until_emails_left(house, at_most=given.drain)
    later = todo[number:][: int(rate / 2 * given.seconds)]
    async with browsed(staff, calm):
        await answer_evenly(port, calm, later, rate / 2)
    seconds_at_end = await until_emails_left(house, at_most=given.drain)
    lines = [
        Line("opening the round", opening.centile("opening the round", 1), "s", 5),
        Line("a contact changed meanwhile, slowest", opening.centile("changing a contact", 1), "s", 1),
        Line(f"highest rate: {number:,} answers by {given.clients} clients", rate, "/s"),
        Line("emails that waited after it", behind),
        Line("until they had left", seconds, "s"),
        Line(f"{len(later):,} more answers at half that rate", rate / 2, "/s"),
        Line("an answer, 95 of 100 within", calm.centile("answer", 0.95), "s", 0.5),
        Line(
            "board of all, times the board of 20", calm.centile(BOARD, 0.5) / calm.centile(BOARD_OF_FEW, 0.5), "", 1.5
        ),
        Line("until all emails had left", seconds_at_end, "s"),
    ]
    return lines, [opening, busy, calm]


def faults(house: House, logs: Sequence[Path], *, taken: int, answered: int) -> list[str]:
    """What is not as it should be in the end."""
    with house.database.reading() as session:
        stored = session.scalar(select(func.count()).select_from(Answer)) or 0
        states = dict(session.execute(select(Letter.state, func.count()).group_by(Letter.state)).all())
    found = [] if stored == answered else [f"{stored:,} answers are stored, not {answered:,}"]
    if states.get("sent", 0) != taken:
        found.append(f"{states.get('sent', 0):,} emails are marked as sent, the server took {taken:,}")
    found += [f"{number:,} emails are {state}" for state, number in states.items() if state not in ("sent", "canceled")]
    return found + [f"{log.name}: {line}" for log in logs for line in _bad_lines(log)]


def _bad_lines(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if any(word in line for word in _BAD)]


def print_pages(title: str, times: Times) -> None:
    """A line for each kind of page: how many were asked for, and how long they took."""
    print(f"\n{title:<40}{'number':>10}{'median ms':>12}{'95 of 100':>12}{'slowest':>12}")
    for name, seconds in sorted(times.seconds.items()):
        cells = "".join(f"{times.centile(name, share) * 1000:>12,.0f}" for share in (0.5, 0.95, 1))
        print(f"{name:<40}{len(seconds):>10,}{cells}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--partners", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=5_000, help="given by all clients as fast as they are served")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--at-most", type=float, default=240, help="for how many seconds, at most")
    parser.add_argument("--seconds", type=float, default=60, help="for how long answers come in at half the rate")
    parser.add_argument("--drain", type=float, default=60, help="how many seconds to wait for emails to leave, at most")
    return parser.parse_args()


def main() -> None:
    """Print what was measured."""
    given, began = arguments(), time.monotonic()
    with tempfile.TemporaryDirectory() as name, own_postgresql(folder := Path(name)) as url, listening() as mail_port:
        port = free_port()
        more = {"MAIL_PORT": str(mail_port), "WORKER": "distributed", "BASE_URL": f"http://127.0.0.1:{port}"}
        settings = settings_for(url, folder / "instance", **more)
        house = House(settings, open_database(settings), utc_now)  # type: ignore[arg-type]
        token = fill(house, given.partners)
        print(f"{given.partners:,} partners after {time.monotonic() - began:.0f} s", flush=True)
        with processes(settings, port, folder) as logs:
            lines, parts = asyncio.run(work(house, port, token, given))
        with smtplib.SMTP("127.0.0.1", mail_port) as sink:
            taken = int(sink.verify("count")[1])
        answered = sum(len(part.seconds["answer"]) for part in parts)
        bad = [error for part in parts for error in part.errors]
        bad += faults(house, logs, taken=taken, answered=answered)
        house.database.engine.dispose()
    for title, part in zip(("opening the round", "fifty clients at once", "half that rate"), parts, strict=True):
        print_pages(title, part)
    lines += [Line("requests in all", sum(len(one) for part in parts for one in part.seconds.values()))]
    lines += [Line("emails delivered", taken), Line("errors", len(bad), "", 0)]
    print("", *lines, *bad[:20], f"{time.monotonic() - began:.0f} s in all", sep="\n")
    sys.exit(not all(line.is_kept for line in lines))


if __name__ == "__main__":
    main()
