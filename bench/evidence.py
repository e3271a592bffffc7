"""What evidence costs, as ratios against the limits it has to keep; above 1 is within the limit.

Run with `python -m bench.evidence [--database postgresql] [--entries N] [--names N]`. Figures are by the clock and, in
brackets, by the time that the processor worked for this process: on a busy machine the first says little.
"""

import argparse
import gzip
import hashlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.crowd import ask_crowd
from bench.letters_of_ours import address
from signoff.db import schema
from signoff.db.database import Database
from signoff.evidence.codes import SealingKeys
from signoff.evidence.position_bundles import verify_bundle
from signoff.models import Answer, Entry, Link, Request
from signoff.services.act import ActContext
from signoff.services.answers.rows import AnswerContent, add_answer
from signoff.services.publications.partner_proofs import proofs_of
from signoff.services.publications.quick_verification import verify_leaves
from signoff.services.record.record import record_all
from signoff.services.record.seal_verification import verify_seals
from signoff.services.record.sealing import may_be_more
from signoff.web.app import create_app
from tests.house import House, StandingClock, settings_for

SEALED = 150_000  # entries a second, at least
GONE_OVER = 250_000  # entries a second, at least
MEMORY = 64  # MiB more, at most
BUNDLE = 100  # ms for a bundle whose list has not changed, at most
FILE = 8  # MB as gzip, at most
START = 200  # ms for `signoff verify FILE`, at most
AT_ONCE = 20_000
PROOF = "/positions/fund-the-coordinator/proof"


@dataclass
class Watch:
    """How long something took, by the clock and by the processor."""

    clock: float = 0.0
    processor: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        clock, processor = time.perf_counter(), time.process_time()
        yield
        self.clock += time.perf_counter() - clock
        self.processor += time.process_time() - processor

    def rate(self, what: str, number: int, least: int) -> str:
        by_clock, by_processor = number / self.clock, number / self.processor
        return (
            f"{what}: {by_clock:,.0f} entries/s ({by_processor:,.0f}), "
            f"{by_clock / least:.2f} × limit ({by_processor / least:.2f})"
        )


def peak() -> float:
    """The most memory that this process has had since `forget_peak`, in MiB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def forget_peak() -> float:
    """Begin to look at memory again; how much there is, in MiB."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


@contextmanager
def furnished(database: str) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as name, address(database, folder := Path(name)) as url:
        house = House(settings_for(url, folder / "instance"), Database(url), StandingClock())
        schema.upgrade(house.database)
        with house.database.unit_of_work() as session:
            house.furnish(session)
        yield house
        house.database.engine.dispose()


def measure_trees(house: House, number: int) -> None:
    """Seal so many entries of other matters than answers, go over all leaves, and derive some of them again."""
    keys = house.keys
    for start in range(0, number, AT_ONCE):
        with house.database.unit_of_work() as session:
            some = range(start, min(start + AT_ONCE, number))
            session.execute(insert(Entry), [_entry(keys, house.clock(), at) for at in some])
    before, watch, sealed, more = forget_peak(), Watch(), 0, 1
    with watch.running():
        while more:
            with house.database.unit_of_work() as session:
                more = house.seal(session)
                sealed += more
    print(watch.rate(f"sealing {sealed:,} entries", sealed, SEALED))
    _tell_memory(before)
    before, watch = forget_peak(), Watch()
    with watch.running(), house.database.reading() as session:
        report = verify_leaves(session, house.keys)
    assert not report.wrong, report.wrong[:3]
    print(watch.rate("quick verification", report.entries, GONE_OVER))
    _tell_memory(before)


def _entry(keys: SealingKeys, at: datetime, number: int) -> dict[str, object]:
    # Sealing reads nothing of an entry but its leaf; the body has the length of a usual one.
    leaf = hashlib.sha256(str(number).encode()).hexdigest()
    own = {"leaf": leaf, "body": f"{number:0500}", "code": keys.code_of_entry(leaf)}
    return {"kind": "token_added", "at": at, "actor": "user:1", **own}


def _tell_memory(before: float) -> None:
    more = max(peak() - before, 0.1)
    print(f"  memory: {more:.0f} MiB more, {min(MEMORY / more, 99):.1f} × limit")


def measure_deep(house: House, number: int) -> None:
    """What is derived: entries recorded, and leaves derived again by the deep verification."""
    recording, deriving = Watch(), Watch()
    with house.database.unit_of_work() as session:
        actor = house.user(session, "drafter").actor
        facts = [{"user": at, "token": at} for at in range(number)]
        with recording.running():
            record_all(session, "token_added", by=actor, at=house.clock(), facts=facts)
    with house.database.reading() as session, deriving.running():
        verify_seals(session)
    print(f"recording entries: {number / recording.clock:,.0f}/s ({number / recording.processor:,.0f})")
    print(f"deriving leaves again: {number / deriving.clock:,.0f}/s ({number / deriving.processor:,.0f})")


def measure_bundle(house: House, names: int) -> None:
    """The bundle of a list of so many names, under the head after the one for which the list was prepared."""
    with house.database.unit_of_work() as session:
        _publish(house, session, names)
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    client = app.test_client()
    with house.database.unit_of_work() as session:
        sealing = Watch()
        with sealing.running():
            while may_be_more(house.seal(session)):
                pass
    first = _milliseconds(lambda: _bundle(client))
    took = []
    for _ in range(7):
        house.clock.advance(minutes=1)
        with house.database.unit_of_work() as session:
            house.seal(session)
        took.append(_milliseconds(lambda: _bundle(client)))
    clock, processor = (statistics.median(one) for one in zip(*took, strict=True))
    file, whole = _bundle(client), gzip.decompress(_bundle(client))
    print(f"bundle of {names:,} names, list new: {first[0]:.0f} ms ({first[1]:.0f})")
    print(
        f"bundle of {names:,} names, list as before: {clock:.0f} ms ({processor:.0f}), "
        f"{BUNDLE / clock:.2f} × limit ({BUNDLE / processor:.2f})"
    )
    megabytes = len(file) / 1e6
    print(f"  {megabytes:.2f} MB as gzip, {FILE / megabytes:.0f} × limit; {len(whole) / 1e6:.1f} MB whole")
    verified = _milliseconds(lambda: verify_bundle(whole, now=house.clock()))
    print(f"  verified in {verified[0]:.0f} ms ({verified[1]:.0f})")
    print(f"answers sealed: {names / sealing.clock:,.0f}/s ({names / sealing.processor:,.0f})")
    _measure_start(whole)
    _measure_proofs(house)
    app.extensions["signoff"].database.engine.dispose()


def _measure_proofs(house: House) -> None:
    with house.database.reading() as session:
        answers = session.scalars(select(Answer).limit(200)).all()
        proofs_of(session, answers[:1])
        took = _milliseconds(lambda: proofs_of(session, answers))
    print(f"partners' proofs of {len(answers)} answers, made and verified: {took[0]:.0f} ms ({took[1]:.0f})")


def _bundle(client: FlaskClient) -> bytes:
    response = client.get(PROOF, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200, response.status
    return response.data


def _milliseconds(run: Callable[[], object]) -> tuple[float, float]:
    watch = Watch()
    with watch.running():
        run()
    return watch.clock * 1000, watch.processor * 1000


def _measure_start(file: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".json") as kept:
        kept.write(file[:1000])
        kept.flush()
        command = [sys.executable, "-c", "from signoff.cli import main; main()", "verify", kept.name]
        took = statistics.median(
            _milliseconds(lambda: subprocess.run(command, capture_output=True, check=False))[0] for _ in range(5)
        )
    print(f"`signoff verify FILE` from its start to its first word: {took:.0f} ms, {START / took:.2f} × limit")


def _publish(house: House, session: Session, number: int) -> None:
    at = house.clock()
    version, partners = ask_crowd(house, session, number, at=at)
    links = {link.partner_id: link for link in session.scalars(select(Link))}
    requests = {request.partner_id: request for request in session.scalars(select(Request))}
    person = {"full_name": "Ana", "job_title": "", "reason": "", "note": ""}
    for partner in partners:
        link = links[partner.id]
        act = ActContext(session, link.actor, house.clock, house.keys, house.settings.secret_key)
        says = {"verdict": "approve", "public_name": partner.name, "public_note": "", "authority": "board"}
        add_answer(act, requests[partner.id], None, AnswerContent(says, person), at=at, link=link)
    house.publish(session, version)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=10_000)
    given = parser.parse_args()
    with furnished(given.database) as house:
        measure_trees(house, given.entries)
    with furnished(given.database) as house:
        measure_deep(house, 20_000)
    with furnished(given.database) as house:
        measure_bundle(house, given.names)


if __name__ == "__main__":
    main()
