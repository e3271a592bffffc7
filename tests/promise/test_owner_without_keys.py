"""Whoever owns the database and not the keys: no change of a row that anyone reads remains unseen or is signed."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.models import LogHead, LogLeaf
from signoff.services.publications.log_verification import verify_log
from signoff.services.record.sealing import SealingStopped
from signoff.services.record.verification import verify_record
from signoff.web.app import create_app
from tests.conftest import copied_database, house_on
from tests.house import House
from tests.promise.owner import bend
from tests.promise.surfaces import addresses, read

Surfaces = dict[str, tuple[int, dict[str, str], bytes]]
# A sentence says where: a position, a partner's name, an entry, a place in the log, an edition, or which of its kind.
PLACE = re.compile(
    r"“|of [A-Z]|[Tt]he partner|Entry \d|[Ee]dition \d|[Vv]ersion \d|[Ll]eaf \d|head of \d|[Pp]lace \d|number \d|"
    r"rows? (of|that)|word |roles|log|record"
)


def wrong_in(house: House) -> list[str]:
    with house.database.reading() as session:
        return [*verify_record(session, house.keys).wrong, *verify_log(session, house.keys).wrong]


def said_in(house: House, after: int) -> set[str]:
    with house.database.reading() as session:
        return set(session.scalars(select(LogLeaf.kind).where(LogLeaf.number >= after)))


@dataclass
class Installation:
    """A full installation, the addresses that people read there, and how long its log is."""

    house: House
    app: Flask
    paths: list[str]
    leaves: int

    def shown_otherwise(self, before: Surfaces) -> list[str]:
        now = read(self.app, list(before))
        return [path for path in before if now[path] != before[path]]


@contextmanager
def installation(
    dialect: str, request: pytest.FixtureRequest, folder: Path, paths: list[str]
) -> Iterator[Installation]:
    with copied_database(dialect, request, folder, "filled") as database:
        house = house_on(database, folder)
        app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
        if not paths:
            paths += addresses(app, house)
        with house.database.reading() as session:
            leaves = session.scalars(select(LogHead.size).order_by(LogHead.size.desc())).first() or 0
        yield Installation(house, app, paths, leaves)
        app.extensions["signoff"].database.engine.dispose()


def attack(attacked: Installation, chance: random.Random, looked_at: Callable[[list[str]], list[str]]) -> str:
    """One change; returns what was done and shows, and verify does not find. Fails when the log says it."""
    before = read(attacked.app, looked_at(attacked.paths))
    done = bend(attacked.house.database, chance)
    wrong = wrong_in(attacked.house)
    assert all(PLACE.search(sentence) for sentence in wrong), wrong
    shown = [] if wrong else attacked.shown_otherwise(before)
    attacked.house.clock.advance(minutes=1)
    try:
        with attacked.house.database.unit_of_work() as session:
            attacked.house.seal(session)
    except SealingStopped:
        pass
    else:
        assert said_in(attacked.house, attacked.leaves) <= {"state"}, done
    return f"{done}: {shown}" if shown else ""


def run(dialect: str, request: pytest.FixtureRequest, folder: Path, seeds: range, sample: int) -> None:
    paths: list[str] = []
    unseen = []
    for seed in seeds:
        chance, own = random.Random(seed), folder / str(seed)
        own.mkdir()
        with installation(dialect, request, own, paths) as attacked:
            looked_at = lambda all_of, chance=chance: chance.sample(all_of, sample) if sample else all_of  # noqa: E731
            unseen += filter(None, [f"{seed}: {found}" if (found := attack(attacked, chance, looked_at)) else ""])
        shutil.rmtree(own)
    assert not unseen, "\n".join(unseen)


def test_some_changes_that_show_are_found_and_never_signed(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run(dialect, request, tmp_path, range(24 if dialect == "sqlite" else 8), sample=25)


@pytest.mark.torture
def test_a_thousand_changes_that_show_are_found_and_never_signed(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run(dialect, request, tmp_path, range(1000, 2000 if dialect == "sqlite" else 1100), sample=0)
