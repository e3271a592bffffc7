"""Reads revisions with one indexed statement, on connections of its own: past sessions, pools and their checks."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from sqlalchemy import Engine, event

from signoff.db.database import file_at

_AT_ONCE = 8  # connections; each is held for a fraction of a millisecond


@dataclass
class _Line:
    """A connection of the driver's, or none yet; on SQLite with the file that it has open."""

    connection: Any = None
    file: tuple[int, int] | None = None


class RevisionReader:
    """The revisions of a database, for any number of threads, and for processes forked after it was made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._path = Path(str(engine.url.database)).absolute() if engine.dialect.name == "sqlite" else None
        self._abandoned: list[LifoQueue[_Line]] = []
        self._begin()
        event.listen(engine, "engine_disposed", lambda _: self._close_all())

    def _begin(self) -> None:
        self._process = os.getpid()
        # The connection that was used last is taken first, so that few are opened.
        self._lines: LifoQueue[_Line] = LifoQueue()
        for _ in range(_AT_ONCE):
            self._lines.put(_Line())

    def read(self, scopes: tuple[int, ...]) -> Mapping[int, str]:
        """The token of each of these scopes that has one; what the driver raises, when the database is away."""
        lines = self._own_lines()
        line = lines.get()
        try:
            if line.connection is None or (self._path and line.file != file_at(self._path)):
                self._open(line)
            return dict(line.connection.execute(self._statement(len(scopes)), scopes).fetchall())
        except BaseException:
            _close(line)
            raise
        finally:
            lines.put(line)

    def _own_lines(self) -> "LifoQueue[_Line]":
        if self._process != os.getpid():
            # The connections are the parent's: not to be used here, and not to be closed either.
            self._abandoned.append(self._lines)
            self._begin()
        return self._lines

    def _statement(self, scopes: int) -> str:
        marks = ", ".join(["?" if self._path else "%s"] * scopes)
        return f"SELECT scope, token FROM public_revision WHERE scope IN ({marks})"  # noqa: S608 - marks, no values

    def _open(self, line: _Line) -> None:
        _close(line)
        line.file = file_at(self._path) if self._path else None
        # Made as the engine makes its own, and then ours alone.
        taken = self._engine.raw_connection()
        line.connection = taken.driver_connection
        taken.detach()
        if self._path:
            line.connection.execute("PRAGMA query_only = ON")
        else:
            line.connection.rollback()
            line.connection.autocommit = True

    def _close_all(self) -> None:
        lines = self._own_lines()
        with suppress(Empty):
            while True:
                _close(lines.get_nowait())
        self._begin()


def _close(line: _Line) -> None:
    if line.connection is not None:
        with suppress(Exception):
            line.connection.close()
        line.connection = None
