"""The built-in worker's lock: it dies with its holder, and a holder that lost it notices."""

import threading
import time

import pytest
from sqlalchemy import text

from signoff.worker.built_in import only_worker, run
from signoff.worker.only_one import AnotherWorker, LockLost
from tests.house import House
from tests.letters.sink import Sink


@pytest.fixture
def dialect() -> str:
    return "postgresql"


def holder(house: House) -> int | None:
    """The database process that holds the lock."""
    with house.database.reading() as session:
        return session.scalar(
            text(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 7446331 "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )


def end_connection(house: House, pid: int | None) -> None:
    with house.database.unit_of_work() as session:
        assert session.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def wait_for_holder(house: House, *, other_than: int | None) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if (result := holder(house)) not in (None, other_than):
            return result  # type: ignore[return-value]
        time.sleep(0.05)
    raise AssertionError("no one holds the lock")


def wait_for_who_waits(house: House) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with house.database.reading() as session:
            if session.scalar(text("SELECT COUNT(*) FROM pg_locks WHERE objid = 7446331 AND NOT granted")):
                return
        time.sleep(0.05)
    raise AssertionError("no one waits for the lock")


def test_a_holder_whose_connection_ended_notices(house: House) -> None:
    with only_worker(house.database) as ensure_held:
        ensure_held()
        with pytest.raises(AnotherWorker), only_worker(house.database):
            pass
        end_connection(house, holder(house))
        with pytest.raises(LockLost):
            ensure_held()
        with only_worker(house.database):  # it is free for another
            pass


def test_a_worker_takes_its_lock_again_or_leaves_the_work_to_who_has_it(house: House, sink: Sink) -> None:
    met: list[BaseException] = []
    stop = threading.Event()

    def work() -> None:
        try:
            run(house.worker(stopped=stop.is_set), watch=0.5)
        except AnotherWorker as problem:
            met.append(problem)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        first = wait_for_holder(house, other_than=None)
        end_connection(house, first)
        second = wait_for_holder(house, other_than=first)
        assert worker.is_alive() and met == []
        with house.database.engine.connect() as connection:
            # Someone else waits for the lock, so that it has it the moment it is free.
            connection.execute(text("SET statement_timeout = '20s'"))
            waiting = threading.Thread(
                target=connection.execute, args=(text("SELECT pg_advisory_lock(7446331)"),), daemon=True
            )
            waiting.start()
            wait_for_who_waits(house)
            end_connection(house, second)
            waiting.join(timeout=20)
            worker.join(timeout=20)
            connection.rollback()
            connection.invalidate()
        assert len(met) == 1
    finally:
        stop.set()
        worker.join(timeout=20)
    assert not worker.is_alive()
