"""Locks that die with their holder: one worker, or one import, at a time for each installation."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import PendingRollbackError

from signoff.db.database import UNAVAILABLE, Database


class AnotherWorker(Exception):
    """Another worker holds the lock of this installation."""


class LockLost(Exception):
    """The database took the lock away, with its connection; whether another worker has it now is not known."""


@contextmanager
def only_one(database: Database, key: int, ending: str) -> Iterator[Callable[[], None]]:
    """Hold a lock that dies with its holder; AnotherWorker when someone else holds it.

    It has a key on PostgreSQL, and beside a SQLite file a file of its own with this ending. Yields a check that raises
    LockLost when the lock is gone although its holder lives.
    """
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                raise AnotherWorker
            connection.commit()
            try:
                yield lambda: _ensure_alive(connection)
            finally:
                # The pool keeps the connection, and with it the lock.
                with suppress(*UNAVAILABLE, PendingRollbackError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        return
    path = Path(f"{database.engine.url.database}.{ending}")
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
