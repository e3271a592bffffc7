"""Opens the database: one engine, sessions that read (and cannot write) and sessions that write."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError, InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session

from signoff.db.write_queue import Busy, Limits, WriteQueue
from signoff.domain.letters import QUEUED_NOW

# What a database raises that is busy, full, away, or for a while no writer anymore.
UNAVAILABLE = (OperationalError, InternalError, InterfaceError)

# Readers wait for no one, but for the moment in which a log is recovered; writers wait as their limits say.
_BUSY_TIMEOUT = "busy_timeout = 5000"
_LOOKS_EVERY = 0.01  # seconds
_CONNECTS_WITHIN = 5  # seconds
_POOL = 20  # connections to keep, where many are served at once
_WRITING = "BEGIN IMMEDIATE"
_LOCK_TIMEOUT = "55P03"
_IN_VAIN = "signoff_in_vain"  # a mark on a connection that waited too long for a lock

_PRAGMAS = (
    "journal_mode = WAL",
    _BUSY_TIMEOUT,
    "synchronous = FULL",
    # REPLACE deletes rows; without this it does so past the triggers that forbid deletion.
    "recursive_triggers = ON",
)


class Database:
    """The database of one installation; `engine` is for commands and tests that need a bare connection.

    `enqueue` is called before a commit that queues letters, with the session and how many: it may add work for
    others to the same transaction. `limits` are for who serves many at once. `watch` is called with each session,
    and whether it writes, before it begins.
    """

    def __init__(
        self,
        url: str,
        *,
        enqueue: Callable[[Session, int], None] | None = None,
        limits: Limits | None = None,
        watch: Callable[[Session, bool], None] | None = None,
    ) -> None:
        self._enqueue = enqueue
        self.watch = watch
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine, self.queue = _sqlite_engine(url, limits) if is_sqlite else _postgresql_engine(url, limits)
        self._writers = self.engine.execution_options(signoff_in_line=True)
        if self.engine.dialect.name == "postgresql":
            # All that a reader reads is of one moment, as on SQLite: a page counts the names that it shows.
            self._readers = self.engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            self.migrating = self.engine
            self._markers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            self._readers = self.engine.execution_options(signoff_begin="BEGIN", signoff_query_only="ON")
            self._markers = self.engine.execution_options(isolation_level="AUTOCOMMIT", signoff_begin="")
            # With foreign keys on, rebuilding a table would delete the rows that point at it.
            self.migrating = self.engine.execution_options(signoff_foreign_keys="OFF")

    @property
    def is_missing(self) -> bool:
        """Whether SQLite's file is not there."""
        return self.engine.dialect.name == "sqlite" and not Path(str(self.engine.url.database)).exists()

    def create_file(self) -> None:
        """Make SQLite's empty file where there is none; only a migration does, so that none is lost unnoticed."""
        if self.is_missing:
            # For its owner alone, whatever the umask; SQLite gives the files beside it the same rights.
            Path(str(self.engine.url.database)).touch(mode=0o600)

    def reader(self) -> Session:
        """A session whose transaction the database itself keeps from writing, and which reads one moment."""
        session = Session(self._readers, expire_on_commit=False)
        if self.watch is not None:
            self.watch(session, False)
        return session

    def writer(self) -> Session:
        """A session that begins as a writer: on SQLite it waits for its turn before it reads anything."""
        session = Session(self._writers, expire_on_commit=False)
        if self.watch is not None:
            self.watch(session, True)
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


def _postgresql_engine(url: str, limits: Limits | None) -> tuple[Engine, WriteQueue | None]:
    connect_args = {} if "connect_timeout" in make_url(url).query else {"connect_timeout": _CONNECTS_WITHIN}
    pool = {"pool_size": _POOL, "pool_timeout": limits.seconds} if limits else {}
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=connect_args, **pool)
    event.listen(engine, "connect", _ensure_holds_all_characters, insert=True)
    queue = _line_up(engine, limits) if limits else None
    if limits and queue:
        seconds, turn_seconds = limits.seconds, limits.turn_seconds

        @event.listens_for(engine, "connect")
        def limit_waiting(connection: Any, _record: Any) -> None:
            connection.execute(f"SET lock_timeout = {int(seconds * 1000)}")
            connection.commit()

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("signoff_in_line"):
                with _counted(queue):
                    _enter(connection, queue, until=time.monotonic() + turn_seconds)

        @event.listens_for(engine, "handle_error")
        def note_waiting_in_vain(context: ExceptionContext) -> None:
            if getattr(context.original_exception, "sqlstate", "") == _LOCK_TIMEOUT and context.connection is not None:
                context.connection.info[_IN_VAIN] = True

    return engine, queue


def _ensure_holds_all_characters(connection: Any, _record: Any) -> None:
    # Where the server's locale is C or POSIX, new databases hold bytes, and the driver returns them.
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in (None, "UTF8"):
        raise ValueError(
            f"The PostgreSQL database has the encoding {encoding}, which does not hold every character. Make one with "
            "`createdb --encoding UTF8 --template template0`"
        )


def _sqlite_engine(url: str, limits: Limits | None) -> tuple[Engine, WriteQueue]:
    connect_args = {"isolation_level": None, "timeout": 5}
    pool = {"pool_size": _POOL, "pool_timeout": limits.seconds} if limits else {}
    engine = create_engine(url, hide_parameters=True, connect_args=connect_args, **pool)
    # There is one writer to a file, whichever thread asks.
    limits = replace(limits or Limits(), at_once=1)
    queue, seconds = _line_up(engine, limits), limits.seconds
    path = Path(str(make_url(url).database)).absolute()
    turnstile = path.with_name(f"{path.name}.turnstile")
    _open_one_file(engine, path)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options, info = connection.get_execution_options(), connection.connection.info
        for pragma, usual in (("foreign_keys", "ON"), ("query_only", "OFF")):
            wanted = options.get(f"signoff_{pragma}", usual)
            if info.get(pragma) != wanted:
                connection.exec_driver_sql(f"PRAGMA {pragma} = {wanted}")
                info[pragma] = wanted
        statement, until = options.get("signoff_begin", _WRITING), time.monotonic() + seconds
        if statement == _WRITING:
            with _counted(queue):
                if options.get("signoff_in_line"):
                    _enter(connection, queue, until=until)
                _begin_writing(connection, turnstile, until=until)
        elif statement:
            connection.exec_driver_sql(statement)

    return engine, queue


@contextmanager
def _counted(queue: WriteQueue) -> Iterator[None]:
    began, turned_away = time.monotonic(), False
    try:
        yield
    except Busy:
        turned_away = True
        raise
    finally:
        queue.note(time.monotonic() - began, turned_away=turned_away)


def _open_one_file(engine: Engine, path: Path) -> None:
    @event.listens_for(engine, "do_connect")
    def open_what_is_there(_dialect: Any, _record: Any, arguments: list[str], options: dict[str, Any]) -> None:
        # A file that was moved away is not replaced by an empty one.
        arguments[0] = f"{path.as_uri()}?mode=rw"
        options["uri"] = True

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = file_at(path)

    @event.listens_for(engine, "checkout")
    def ensure_same_file(_connection: Any, record: Any, _proxy: Any) -> None:
        # An open file goes on being read and written after it was moved, deleted or replaced by a copy.
        if record.info["file"] != file_at(path):
            raise DisconnectionError("the database's file was moved")


def file_at(path: Path | str) -> tuple[int, int] | None:
    """Which file stands at a path: its device and number there; None without one."""
    try:
        result = os.stat(path)
    except OSError:
        return None
    return result.st_dev, result.st_ino


def _line_up(engine: Engine, limits: Limits) -> WriteQueue:
    # A session gives its connection back when its transaction has ended, however it ended; so does its turn.
    queue = WriteQueue(limits)

    @event.listens_for(engine, "checkin")
    def leave(_connection: Any, record: Any) -> None:
        in_vain = record.info.pop(_IN_VAIN, False)
        if record.record_info.pop("signoff_turn", False):
            queue.leave(in_vain=in_vain)

    return queue


def _enter(connection: Connection, queue: WriteQueue, *, until: float) -> None:
    kept = connection.connection.record_info
    assert kept is not None
    if not kept.get("signoff_turn"):
        queue.enter(until=until)
        kept["signoff_turn"] = True


def _begin_writing(connection: Connection, turnstile: Path, *, until: float) -> None:
    # A writer that waits for the file's lock has passed the turnstile and keeps it shut: a process that writes one part
    # after the other lets others in between, however slow they are to wake. It opens by itself when a process dies.
    raw: Any = connection.connection.dbapi_connection
    with _opened(turnstile) as gate:
        _keep_trying(lambda: _has_locked(gate), until=until)
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            _keep_trying(lambda: _has_begun(raw), until=until)
        finally:
            raw.execute(f"PRAGMA {_BUSY_TIMEOUT}")


def _opened(turnstile: Path) -> IO[str]:
    try:
        return turnstile.open("a")
    except OSError as problem:  # a disk that is full or may only be read: as if the database said it
        raise OperationalError("BEGIN", None, problem) from problem


def _keep_trying(attempt: Callable[[], bool], *, until: float) -> None:
    while not attempt():
        if time.monotonic() > until:
            raise Busy("others are writing")
        time.sleep(_LOOKS_EVERY)


def _has_locked(gate: IO[str]) -> bool:
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_begun(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute(_WRITING)
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise OperationalError(_WRITING, None, problem) from problem
        return False
    return True
