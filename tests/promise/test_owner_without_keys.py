"""Whoever owns the database and not the keys: no change of a row that anyone reads remains unseen or is signed.

Each change is verified in its own transaction and taken back when it was found. Those that were not found stay, one
upon the other, and must leave everything as it was read before.
"""

import random
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.models import LogHead, LogLeaf
from signoff.services.publications.log_verification import verify_log
from signoff.services.record.sealing import SealingStopped
from signoff.services.record.verification import verify_record
from signoff.web.app import create_app
from tests.conftest import copied_database, house_on
from tests.house import House
from tests.promise.owner import bend
from tests.promise.surfaces import addresses, read
from tests.services.publications.logged import bent, wrong_in

Surfaces = dict[str, tuple[int, dict[str, str], bytes]]
# A sentence says where: a position, a partner's name, an entry, a place in the log, an edition, or which of its kind.
PLACE = re.compile(
    r"“|of [A-Z]|[Tt]he partner|Entry \d|[Ee]dition \d|[Vv]ersion \d|[Ll]eaf \d|head of \d|[Pp]lace \d|number \d|"
    r"\d(st|nd|rd|th) |of the Coalition|other roles|the word \w|\blog\b|\brecord\b"
)
ON_ONE_COPY = 50  # changes


@contextmanager
def within(house: House, connection: Connection) -> Iterator[Session]:
    """A session of the installation in a transaction that someone else has begun; what it did is taken back."""
    with (
        connection.begin_nested() as point,
        Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
    ):
        assert house.database.watch is not None
        house.database.watch(session, True)
        yield session
        session.close()
        point.rollback()


@dataclass
class Installation:
    """A full installation, what people read there before anything was changed, and how long its log is."""

    house: House
    before: Surfaces
    leaves: int

    def shown_otherwise(self) -> list[str]:
        now = seen(self.house, list(self.before))
        return [path for path in self.before if _as_read(now[path]) != _as_read(self.before[path])]

    def wrong_in(self, session: Session) -> list[str]:
        return [*verify_record(session, self.house.keys).wrong, *verify_log(session, self.house.keys).wrong]

    def said_by_next_head(self, session: Session) -> set[str]:
        """What the log says next, by a head that is signed now; nothing when none is signed."""
        self.house.clock.advance(minutes=1)
        try:
            self.house.seal(session)
            return set(session.scalars(select(LogLeaf.kind).where(LogLeaf.number >= self.leaves)))
        except SealingStopped:
            return set()
        finally:
            self.house.clock.advance(minutes=-1)


def _as_read(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
    # `Vary` says only whether the server had kept the page, compressed, in its memory.
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name != "Vary"}, body


def seen(
    house: House, paths: list[str] | None = None, chance: random.Random | None = None, sample: int = 0
) -> Surfaces:
    """What is read at these addresses, or at some or all of those that people read."""
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    try:
        # What a subscriber follows is read by no one else, and names no one; row_codes.py leaves it without codes.
        everyone = [path for path in addresses(app, house) if not path.startswith("/subscriptions/")]
        all_of = everyone if paths is None else paths
        return read(app, chance.sample(all_of, sample) if chance and sample else all_of)
    finally:
        app.extensions["signoff"].database.engine.dispose()


def attack(attacked: Installation, chance: random.Random) -> str:
    """One change; returns what was done when verify does not find it. Fails when the log says it."""
    house = attacked.house
    with house.database.migrating.connect() as connection, connection.begin() as transaction:
        done = bend(connection, chance)
        with within(house, connection) as session:
            wrong = attacked.wrong_in(session)
        assert all(PLACE.search(sentence) for sentence in wrong), wrong
        with within(house, connection) as session:
            assert attacked.said_by_next_head(session) <= {"state"}, done
        if wrong:
            transaction.rollback()
    return "" if wrong else done


def run(dialect: str, request: pytest.FixtureRequest, folder: Path, seeds: range, sample: int = 0) -> None:
    before: Surfaces = {}
    for start in seeds[::ON_ONE_COPY]:
        own = folder / str(start)
        own.mkdir()
        with copied_database(dialect, request, own, "filled") as database:
            house = house_on(database, own)
            before = before or seen(house, chance=random.Random(start), sample=sample)
            with database.reading() as session:
                leaves = session.scalars(select(LogHead.size).order_by(LogHead.size.desc())).first() or 0
            attacked = Installation(house, before, leaves)
            with database.reading() as session:
                assert attacked.wrong_in(session) == []
            some = range(start, min(start + ON_ONE_COPY, seeds.stop))
            unseen = [f"{seed}: {done}" for seed in some if (done := attack(attacked, random.Random(seed)))]
            shown = attacked.shown_otherwise()
        assert not shown, "\n".join([f"One of these shows at {shown}:", *unseen])


def test_some_changes_that_show_are_found_and_never_signed(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run(dialect, request, tmp_path, range(24 if dialect == "sqlite" else 8), sample=100)


@pytest.mark.torture
@pytest.mark.parametrize("start", range(1000, 2000, 250))
def test_a_thousand_changes_that_show_are_found_and_never_signed(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, start: int
) -> None:
    run(dialect, request, tmp_path, range(start, start + 250))


NAMED_BY_NOTHING = {
    "UPDATE logo SET width = width + 1": "The 2nd logo is not as this program wrote it.",
    "UPDATE staff_role SET user_id = 70000 WHERE role = 'administrator'": (
        "The 4th role, of a staff account that is gone, is not as this program wrote it."
    ),
    "UPDATE finding SET version_id = 70000 WHERE version_id = 2": (
        "The 11th finding, of a version that is gone, points at no version that is there."
    ),
    "UPDATE first_draft SET begun_by = 70000": "The 1st row of first_draft points at no staff account that is there.",
    "UPDATE recovery_code SET authenticator_id = 70000": "The 13th recovery code points at no authenticator that is",
    "DELETE FROM publication WHERE id = 1": "The log tells that version 1 of “fund-the-coordinator” was published",
}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_nothing_names_is_said_by_its_kind_and_rank(filled_database: Database, tmp_path: Path) -> None:
    house = house_on(filled_database, tmp_path)
    bent(house, *NAMED_BY_NOTHING)
    assert _unsaid(house, NAMED_BY_NOTHING.values()) == []


OTHERWISE_IN_SQLITE = {
    # Read as the same time, but compared as another.
    "UPDATE publication SET published_at = datetime(published_at, '-9 hours') || '.000000-09:00' WHERE id = 1": (
        "The publication of version 1 of “fund-the-coordinator” is not as this program wrote it."
    ),
    "UPDATE acceptance SET at = 'yesterday'": "The answer about the commitments",
    "UPDATE principles_edition SET adopted_on = '20160901' WHERE number = 1": "Edition 1 of the principles is not",
    "UPDATE cosignature SET line = line || 'x'": "A cosignature of the head of 6 leaves is not valid.",
    "DELETE FROM partner_name WHERE id = 25": "which is not one of its names",
    "DELETE FROM row_code WHERE row_table = 'partner_name' AND row_id = 25": "which is not one of its names",
}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_written_in_another_way_is_found(filled_database: Database, tmp_path: Path) -> None:
    house = house_on(filled_database, tmp_path)
    bent(house, *OTHERWISE_IN_SQLITE)
    _emptied(tmp_path / "signoff.db", "ix_answer_order")
    emptied = "The index ix_answer_order is not made of the rows of its table."
    assert _unsaid(house, [*OTHERWISE_IN_SQLITE.values(), emptied]) == []


def _unsaid(house: House, sentences: Iterable[str]) -> list[str]:
    """Those of these sentences that verify does not say."""
    said = "\n".join(wrong_in(house))
    return [sentence for sentence in sentences if sentence not in said]


def _emptied(file: Path, index: str) -> None:
    """A partial index of this name and text in which no row is: what is looked up by it is not there."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        (own,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [index]).fetchone()
        _rewritten(connection, index, f"{own} AND 0", version=1_000)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"REINDEX {index}")
        _rewritten(connection, index, own, version=1_001)


def _rewritten(connection: sqlite3.Connection, index: str, words: str, *, version: int) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [words, index])
    connection.execute(f"PRAGMA schema_version = {version}")
