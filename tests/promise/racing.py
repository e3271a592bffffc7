"""Runners for races: processes of their own, each with its own connections, let go at the same moment."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.errors import Refusal
from signoff.models import Partner, Version
from signoff.services.locks.order import be_strict, expect_one_act
from signoff.services.principles.editions import get_edition
from signoff.settings import Settings
from tests.house import House, StandingClock

# What each runner can be told to do, by name: version 1 is the one that is asked about.


def approve(house: House, session: Session, version: Version, who: str = "Alder", contact: int = 0) -> None:
    link = house.link(session, version, who, contact)
    house.say_through(session, version, link.contact)


def say(house: House, session: Session, version: Version, verdict: str, who: str = "Alder") -> None:
    house.say(session, version, who, verdict)


def withdraw(house: House, session: Session, version: Version, who: str = "Alder") -> None:
    house.withdraw(session, version, who)


def retire(house: House, session: Session, version: Version) -> None:
    house.retire(session, version)


def publish_later(house: House, session: Session, version: Version) -> None:
    house.publish(session, session.get_one(Version, 2))


def contest(house: House, session: Session, version: Version) -> None:
    house.contest(session, version, "Alder")


def publish(house: House, session: Session, version: Version) -> None:
    house.publish(session, version)


def ask_later(house: House, session: Session, version: Version) -> None:
    house.ask(session, session.get_one(Version, 2), _partners(session, "Alder", "Birch"))


def reopen(house: House, session: Session, version: Version) -> None:
    house.ask(session, version, _partners(session, "Birch"))


def move_edition(house: House, session: Session, version: Version) -> None:
    assert version.position.edition.number == 1
    house.moved(session, get_edition(session, 2), version)


def close(house: House, session: Session, version: Version) -> None:
    house.close_due(session)


def recall(house: House, session: Session, version: Version) -> None:
    house.recall(session, version)


def drop(house: House, session: Session, version: Version) -> None:
    house.drop(session, version, "Alder")


def leave(house: House, session: Session, version: Version) -> None:
    house.leaves(session, "Alder")


def refer(house: House, session: Session, version: Version) -> None:
    house.refer(session, version, "Alder", "cleo@alder.example")


def fresh(house: House, session: Session, version: Version) -> None:
    house.fresh(session, house.link(session, version, "Alder"))


def redirect(house: House, session: Session, version: Version) -> None:
    house.correct(session, house.link(session, version, "Alder").contact, email="mallory@evil.example")


def merge(house: House, session: Session, version: Version) -> None:
    house.merge(session, "Birch", "Alder")


def undo_merge(house: House, session: Session, version: Version) -> None:
    house.part(session, "Birch")


def _partners(session: Session, *names: str) -> list[Partner]:
    return list(session.scalars(select(Partner).where(Partner.name.in_(names))))


_ALL = (approve, say, withdraw, contest, publish, publish_later, retire, ask_later, reopen, close, recall, drop)
ACTS = {act.__name__: act for act in (*_ALL, leave, refer, fresh, redirect, move_edition, merge, undo_merge)}


def _run(orders: Connection, start: Barrier) -> None:
    be_strict()
    while (order := orders.recv()) is not None:
        settings, at, act, arguments = order
        database = Database(settings.database_url)
        house = House(settings, database, StandingClock(at))
        start.wait()
        try:
            with database.unit_of_work() as session:
                expect_one_act(session)
                ACTS[act](house, session, session.get_one(Version, 1), **arguments)
            outcome = "done"
        except Refusal as refusal:
            outcome = type(refusal).__name__
        except Exception as failure:  # told to the test, which expects none
            outcome = f"{type(failure).__name__}: {failure}"
        database.engine.dispose()
        orders.send(outcome)


class Runners:
    """Two processes that do one thing each at the same moment."""

    def __init__(self, orders: list[Connection]) -> None:
        self._orders = orders

    def race(self, settings: Settings, *acts: tuple[str, datetime, dict[str, Any]]) -> list[str]:
        """What became of each act: done, or the refusal's name."""
        for orders, (act, at, arguments) in zip(self._orders, acts, strict=True):
            orders.send((settings, at, act, arguments))
        return [str(orders.recv()) for orders in self._orders]


@contextmanager
def runners() -> Iterator[Runners]:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    pipes = [context.Pipe() for _ in range(2)]
    processes = [context.Process(target=_run, args=(theirs, start), daemon=True) for _, theirs in pipes]
    for process in processes:
        process.start()
    yield Runners([ours for ours, _ in pipes])
    for ours, _ in pipes:
        ours.send(None)
    for process in processes:
        process.join(10)
    for ours, theirs in pipes:
        ours.close()
        theirs.close()
