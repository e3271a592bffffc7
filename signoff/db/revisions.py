"""Reads revisions with one indexed statement, on connections of its own: past sessions, pools and their checks.

Every page from memory waits for this, so it calls the operating system for nothing but the file and the statement.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Engine, event

from signoff.db.database import file_at

_AT_ONCE = 8  # connections; each is held for a fraction of a millisecond


class _Forks:
    """How often this process was forked from another, counted without asking for its id each time."""

    number = 0

    @classmethod
    def count(cls) -> None:
        cls.number += 1


os.register_at_fork(after_in_child=_Forks.count)


@dataclass
class _Line:
    """A connection of the driver's, or none yet; on SQLite with the file that it has open."""

    connection: Any = None
    file: tuple[int, int] | None = None


class _Lines:
    """So many connections, and a turn for each: who takes a turn finds one free."""

    def __init__(self) -> None:
        # The one used last is taken first, so that few are opened.
        self.free = [_Line() for _ in range(_AT_ONCE)]
        self.turns: SimpleQueue[None] = SimpleQueue()
        for _ in self.free:
            self.turns.put(None)


class RevisionReader:
    """The revisions of a database, for any number of threads, and for processes forked after it was made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._path = str(Path(str(engine.url.database)).absolute()) if engine.dialect.name == "sqlite" else ""
        self._mark = "?" if self._path else "%s"
        self._abandoned: list[_Lines] = []
        self._begin()
        event.listen(engine, "engine_disposed", lambda _: self._close_all())

    def _begin(self) -> None:
        self._forks = _Forks.number
        self._lines = _Lines()

    def read(self, scopes: tuple[int, ...]) -> tuple[str | None, ...]:
        """The token of each of these scopes, in their order; what the driver raises when it cannot be reached."""
        if self._forks != _Forks.number:
            self._leave_to_parent()
        lines = self._lines
        lines.turns.get()
        line = lines.free.pop()
        try:
            if line.connection is None or (self._path and line.file != file_at(self._path)):
                self._open(line)
            row: tuple[str | None, ...] = line.connection.execute(
                _statement(len(scopes), self._mark), scopes
            ).fetchone()
            return row
        except BaseException:
            _close(line)
            raise
        finally:
            lines.free.append(line)
            lines.turns.put(None)

    def _leave_to_parent(self) -> None:
        # The connections are the parent's: not to be used here, and not to be closed either.
        self._abandoned.append(self._lines)
        self._begin()

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
        if self._forks != _Forks.number:
            self._leave_to_parent()
        lines, taken = self._lines, []
        with suppress(Empty):
            while True:
                lines.turns.get_nowait()
                taken.append(lines.free.pop())
        for line in taken:
            _close(line)
            lines.free.append(line)
            lines.turns.put(None)


@cache
def _statement(scopes: int, mark: str) -> str:
    # One row, each of whose columns is one step into the table: half the work of two rows.
    token = f"(SELECT token FROM public_revision WHERE scope = {mark})"  # noqa: S608 - a mark, no value
    return f"SELECT {', '.join([token] * scopes)}"


def _close(line: _Line) -> None:
    if line.connection is not None:
        with suppress(Exception):
            line.connection.close()
        line.connection = None
