"""The built-in worker: one at a time for each installation, by a lock that dies with its holder."""

import fcntl
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import PendingRollbackError

from signoff.db.database import UNAVAILABLE, Database
from signoff.worker.installation import WorkerContext
from signoff.worker.turn import delete_old, work_once

_ADVISORY_LOCK = 7_446_331

_HEEDS_STOP = 0.2  # seconds after which a resting worker notices that it should stop


class AnotherWorker(Exception):
    """Another worker holds the lock of this installation."""


class LockLost(Exception):
    """The database took the lock away, with its connection; whether another worker has it now is not known."""


@contextmanager
def only_worker(database: Database) -> Iterator[Callable[[], None]]:
    """Hold the lock that dies with its holder; AnotherWorker when someone else holds it.

    Yields a check that raises LockLost when the lock is gone although its holder lives.
    """
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_LOCK}):
                raise AnotherWorker
            connection.commit()
            try:
                yield lambda: _ensure_alive(connection)
            finally:
                # The pool keeps the connection, and with it the lock.
                with suppress(*UNAVAILABLE, PendingRollbackError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
        return
    path = Path(f"{database.engine.url.database}.worker-lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherWorker from None
        yield lambda: None


def _ensure_alive(connection: Connection) -> None:
    try:
        connection.execute(text("SELECT 1"))
        connection.commit()
    except UNAVAILABLE:
        connection.rollback()
        connection.invalidate()
        raise LockLost("the lock went with its connection") from None


def run(context: WorkerContext, *, watch: float) -> None:
    """Work for ever, looking every `watch` seconds, until the context is stopped; AnotherWorker when one works already.

    A lock that the database took away is taken again; the worker that has it then goes on instead of us.
    """
    force, night = True, None
    while not context.stopped():
        try:
            with only_worker(context.database) as ensure_held:
                while not context.stopped():
                    ensure_held()
                    # Who starts a worker may have mended what it paused for. What was sent is marked, however
                    # long that takes: nothing else may leave before.
                    work_once(context, force=force, at_once=False, patience=math.inf)
                    force = False
                    if night != (night := context.clock().astimezone(context.settings.timezone).date()):
                        delete_old(context)
                    _sleep(watch, context.stopped)
        except (LockLost, *UNAVAILABLE) as problem:
            said = getattr(problem, "orig", None) or problem
            logging.getLogger("signoff").warning("the database is busy or cannot be written; trying again: %s", said)
            _sleep(watch, context.stopped)


def _sleep(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _HEEDS_STOP))
