"""What a database's error means to the person served: others are writing, it is away, or something is broken."""

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from signoff.db.write_queue import Busy


class Trouble(StrEnum):
    """Why it helps to try again later."""

    BUSY = "busy"  # others hold what is needed; nothing was changed
    AWAY = "away"  # it cannot be reached or written; nothing was changed
    LOST = "lost"  # the connection broke; what was being committed may or may not have been kept


_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_FULL: Trouble.AWAY,
    sqlite3.SQLITE_IOERR: Trouble.AWAY,
    sqlite3.SQLITE_PROTOCOL: Trouble.AWAY,
    sqlite3.SQLITE_READONLY: Trouble.AWAY,
}
# Serialization, deadlock, lock not available, canceled by a time limit.
_BUSY_STATES = ("40001", "40P01", "55P03", "57014")
# Connection, resources such as a full disk, operator's intervention, system; a server that became read-only.
_AWAY_STATES = ("08", "53", "57P", "58", "25006")


def trouble_of(problem: SQLAlchemyError, *, writing: bool) -> Trouble | None:
    """What keeps the database from serving for a while; None when trying again is no help.

    A request that only reads and is told that the database cannot be written has tried to write: that is our fault.
    """
    if isinstance(problem, Busy | TimeoutError):
        return Trouble.BUSY
    if not isinstance(problem, DBAPIError):
        return None
    origin = problem.orig
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        return None if code == sqlite3.SQLITE_READONLY and not writing else _SQLITE.get(code)
    return _of_postgresql(problem, getattr(origin, "sqlstate", None), writing=writing)


def _of_postgresql(problem: DBAPIError, state: str | None, *, writing: bool) -> Trouble | None:
    if state in _BUSY_STATES:
        return Trouble.BUSY
    if problem.connection_invalidated:
        return Trouble.LOST if writing else Trouble.AWAY
    if state is None:
        # Without a code it did not come from the server: there was none to talk to.
        return Trouble.AWAY if type(problem).__name__ in ("OperationalError", "InterfaceError") else None
    return Trouble.AWAY if state.startswith(_AWAY_STATES) and (writing or state != "25006") else None
