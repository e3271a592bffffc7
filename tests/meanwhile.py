"""What comes in between, on PostgreSQL: an act beside a test, begun where it matters, until it is done or must wait."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import event, text

from tests.house import House

T = TypeVar("T")
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def beside(house: House, act: Callable[[], T]) -> Iterator[Future[T]]:
    """Begin an act; the block runs once that is done or waits for a lock, and ends when it is done."""
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(act)
        _until_it_waits(house, doing)
        yield doing


@contextmanager
def coming_between(house: House, app: Flask, statement: str, act: Callable[[], T]) -> Iterator[Future[T]]:
    """Begin an act when the application first sends a statement that begins so; the block ends when both are done."""
    engine = app.extensions["signoff"].database.engine
    outcome: Future[T] = Future()
    begun: list[Future[None]] = []

    def run() -> None:
        try:
            outcome.set_result(act())
        except Exception as problem:  # told to the test
            outcome.set_exception(problem)

    def note(_connection: Any, _cursor: Any, sent: str, *_more: Any) -> None:
        if sent.startswith(statement) and not begun:
            begun.append(pool.submit(run))
            _until_it_waits(house, outcome)

    with ThreadPoolExecutor(1) as pool:
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield outcome
        finally:
            event.remove(engine, "before_cursor_execute", note)
    assert begun, f"nothing was sent that begins with {statement}"


def _until_it_waits(house: House, doing: Future[Any]) -> None:
    late = time.monotonic() + 20
    while not doing.done() and not _somebody_waits(house):
        assert time.monotonic() < late, "it neither ends nor waits for a lock"
        time.sleep(0.02)


def _somebody_waits(house: House) -> bool:
    with house.database.marking() as connection:
        return bool(connection.scalar(text(_WAITING)))
