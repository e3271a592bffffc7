"""What sealing and bundles cost: entries sealed a second, and a position's evidence beside its JSON.

The limit for sealing is a thousand entries a second, far above what a coalition does in a minute; the peer of a bundle
is the same position's JSON, served by the same application.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from signoff.db import schema
from signoff.db.database import Database
from signoff.evidence.position_bundles import verify_bundle
from signoff.services.record.record import record
from signoff.web.app import create_app
from tests.house import House, StandingClock, settings_for

LIMIT = 1_000  # entries a second
OTHERS = 20_000  # entries of other matters in the same record


def median(run: Callable[[], object], runs: int = 5) -> float:
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def measure(signatories: int) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/signoff.db"
        database = Database(url)
        schema.upgrade(database)
        house = House(settings_for(url, Path(folder)), database, StandingClock())
        with database.unit_of_work() as session:
            house.furnish(session)
            names = [f"Partner {number:05}" for number in range(signatories)]
            version = house.asked(session, *names)
            for name in names:
                house.say(session, version, name)
            house.publish(session, version)
            user = house.user(session, "drafter").actor
            for number in range(OTHERS):
                record(session, "token_added", by=user, at=house.clock(), facts={"user": number, "token": number})
        start, sealed, more = time.perf_counter(), 0, 1
        while more:
            with database.unit_of_work() as session:
                more = house.seal(session)
                sealed += more
        rate = sealed / (time.perf_counter() - start)
        client = create_app(house.settings, clock=house.clock, passwords=house.passwords).test_client()
        address = "/positions/fund-the-coordinator"
        file = client.get(f"{address}/proof").text
        bundle, page = (median(lambda end=end: client.get(address + end).data) for end in ("/proof", ".json"))
        verified = median(lambda: verify_bundle(file, now=house.clock()), runs=3)
        paper = median(lambda: client.get(f"{address}.pdf").data, runs=1)
        print(
            f"{signatories:>6,} signatories in {sealed:,} entries: {rate:,.0f} sealed/s, {rate / LIMIT:.1f} × limit; "
            f"bundle {bundle * 1000:.0f} ms, {bundle / page:.1f} of the JSON's {page * 1000:.0f} ms; "
            f"{len(file) / 1000:,.0f} kB, verified in {verified * 1000:.0f} ms; PDF made in {paper * 1000:.0f} ms"
        )
        database.engine.dispose()


def main() -> None:
    for signatories in (10, 500):
        measure(signatories)


if __name__ == "__main__":
    main()
