"""Opens the database: one engine, sessions that read (and cannot write) and sessions that write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session

from signoff.domain.letters import QUEUED_NOW

# What a database raises that is busy, full, away, or for a while no writer any more.
AWAY = (OperationalError, InternalError, InterfaceError)

_PRAGMAS = (
    "journal_mode = WAL",
    "busy_timeout = 10000",
    "synchronous = FULL",
    # REPLACE deletes rows; without this it does so past the triggers that forbid deletion.
    "recursive_triggers = ON",
)


class Database:
    """The database of one installation; `engine` is for commands and tests that need a bare connection.

    `enqueue` is called before a commit that queues letters, with the session and how many: it may add work for
    others to the same transaction.
    """

    def __init__(self, url: str, *, enqueue: Callable[[Session, int], None] | None = None) -> None:
        self._enqueue = enqueue
        self.engine = (
            _sqlite_engine(url)
            if make_url(url).get_backend_name() == "sqlite"
            else create_engine(url, hide_parameters=True, pool_pre_ping=True)
        )
        if self.engine.dialect.name == "postgresql":
            self._readers = self.engine.execution_options(postgresql_readonly=True)
            self._writers = self.migrating = self.engine
            self._markers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            self._readers = self.engine.execution_options(signoff_begin="BEGIN", signoff_query_only="ON")
            self._writers = self.engine
            self._markers = self.engine.execution_options(isolation_level="AUTOCOMMIT", signoff_begin="")
            # With foreign keys on, rebuilding a table would delete the rows that point at it.
            self.migrating = self.engine.execution_options(signoff_foreign_keys="OFF")

    def reader(self) -> Session:
        """A session whose transaction the database itself keeps from writing."""
        return Session(self._readers, expire_on_commit=False)

    def writer(self) -> Session:
        """A session that begins as a writer: on SQLite it waits for its turn before it reads anything."""
        session = Session(self._writers, expire_on_commit=False)
        if self._enqueue is not None:
            event.listen(session, "before_commit", self._call_for_letters)
        return session

    def _call_for_letters(self, session: Session) -> None:
        number = session.info.pop(QUEUED_NOW, 0)
        if number and self._enqueue is not None:
            self._enqueue(session, number)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reader for one block."""
        with self.reader() as session:
            yield session

    def marking(self) -> Connection:
        """A bare connection to keep and to close, on which each statement is a transaction of its own."""
        return self._markers.connect()

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A writer for one block: committed when the block ends, rolled back when it raises."""
        with self.writer() as session, session.begin():
            yield session


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": 10})

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options, info = connection.get_execution_options(), connection.connection.info
        for pragma, usual in (("foreign_keys", "ON"), ("query_only", "OFF")):
            wanted = options.get(f"signoff_{pragma}", usual)
            if info.get(pragma) != wanted:
                connection.exec_driver_sql(f"PRAGMA {pragma} = {wanted}")
                info[pragma] = wanted
        if statement := options.get("signoff_begin", "BEGIN IMMEDIATE"):
            connection.exec_driver_sql(statement)

    return engine
