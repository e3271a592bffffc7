"""How many bytes partners, emails and answers take on PostgreSQL, and what that makes of large coalitions.

Run with `python -m bench.sizes`. Tables are written anew before they are measured, so that no dead row counts; a
database at work is larger by what its autovacuum leaves.
"""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bench.crowd import ask_crowd
from bench.letters_of_ours import address
from bench.mail_sink import listening
from signoff.db import schema
from signoff.db.database import Database
from signoff.models import Partner, Version
from signoff.worker.installation import utc_now
from signoff.worker.turn import work_once
from tests.house import House, settings_for

TABLES = """
SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
# Partners and positions, each asked once about each position, each answering once.
COALITIONS = ((200, 50), (1_000, 200), (10_000, 100), (100_000, 1_000))


def whole(house: House) -> int:
    """The bytes of all tables with their indexes."""
    with house.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM FULL"))
        return int(connection.scalar(text(TABLES)) or 0)


def measure(house: House, number: int) -> tuple[float, float, float]:
    """Bytes for each partner, for each question with its email, and for each answer with its receipt."""
    answers = number // 2
    with house.database.unit_of_work() as session:
        house.furnish(session)
    begun = whole(house)
    with house.database.unit_of_work() as session:
        _, partners = ask_crowd(house, session, number, at=utc_now() - timedelta(days=9))
    work_once(house.worker())
    once = whole(house)
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Another matter"))
        house.ask(session, version, [session.get_one(Partner, partner.id) for partner in partners])
    work_once(house.worker())
    twice = whole(house)
    for place in range(answers):
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version.id), f"Partner Number {place}")
    work_once(house.worker())
    question = (twice - once) / number
    return (once - begun) / number - question, question, (whole(house) - twice) / answers


def main() -> None:
    """Print the bytes, and sizes on paper."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("--partners", type=int, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, address("postgresql", folder := Path(name)) as url, listening() as port:
        settings = settings_for(url, folder / "instance", MAIL_PORT=str(port))
        house = House(settings, Database(url), utc_now)  # type: ignore[arg-type]
        schema.upgrade(house.database)
        partner, question, answer = measure(house, given.partners)
        house.database.engine.dispose()
    print(
        f"bytes: partner {partner:,.0f}, question with its email {question:,.0f}, answer with its receipt {answer:,.0f}"
    )
    for partners, positions in COALITIONS:
        size = partners * (partner + positions * (question + answer))
        print(f"{partners:>8,} partners, {positions:>6,} positions: {size / 1e9:>8.1f} GB")


if __name__ == "__main__":
    main()
