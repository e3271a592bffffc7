"""What a database's error means to the person served: others are writing, it is unavailable, or we are at fault."""

import errno
import os
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from signoff.db.write_queue import Busy
from signoff.domain.full_disk import DISK_IS_FULL


class Trouble(StrEnum):
    """Why it helps to try again later."""

    BUSY = "busy"  # others hold what is needed; nothing was changed
    UNAVAILABLE = "unavailable"  # it cannot be reached or written; nothing was changed
    FULL = "full"  # its disk is; nothing was changed
    LOST = "lost"  # the connection broke; what was being committed may or may not have been kept


FOR_THE_LOG = {
    Trouble.BUSY: "the database is busy",
    Trouble.UNAVAILABLE: "the database cannot be reached or written",
    Trouble.FULL: "the disk of the database is full",
    Trouble.LOST: "the connection to the database broke while saving",
}
_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_CANTOPEN: Trouble.UNAVAILABLE,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR: Trouble.UNAVAILABLE,
    sqlite3.SQLITE_PROTOCOL: Trouble.UNAVAILABLE,
    sqlite3.SQLITE_READONLY: Trouble.UNAVAILABLE,
}
# Serialization, deadlock, lock not available, canceled by a time limit.
_BUSY_STATES = ("40001", "40P01", "55P03", "57014")
_FULL_STATE = "53100"
_FULL_WORDS = os.strerror(errno.ENOSPC)  # of a server without room for another connection; that has no code
# Connection, resources, operator's intervention, system; a server that became read-only.
_UNAVAILABLE_STATES = ("08", "53", "57P", "58", "25006")


def trouble_of(problem: SQLAlchemyError, *, writing: bool) -> Trouble | None:
    """What keeps the database from serving for a while; None when trying again is no help.

    A request that only reads and is told that the database cannot be written has tried to write: that is our fault.
    """
    if isinstance(problem, Busy | TimeoutError):
        return Trouble.BUSY
    if not isinstance(problem, DBAPIError):
        return None
    origin = problem.orig
    if isinstance(origin, OSError) and not isinstance(origin, TimeoutError):
        return Trouble.FULL if origin.errno in DISK_IS_FULL else Trouble.UNAVAILABLE
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        return None if code == sqlite3.SQLITE_READONLY and not writing else _SQLITE.get(code)
    return _of_postgresql(problem, getattr(origin, "sqlstate", None), writing=writing)


def _of_postgresql(problem: DBAPIError, state: str | None, *, writing: bool) -> Trouble | None:
    if state in _BUSY_STATES:
        return Trouble.BUSY
    if state == _FULL_STATE:
        return Trouble.FULL
    if problem.connection_invalidated:
        return Trouble.LOST if writing else Trouble.UNAVAILABLE
    if state is None:
        if _FULL_WORDS in str(problem.orig):
            return Trouble.FULL
        # Without a code it did not come from the server: there was none to talk to.
        return Trouble.UNAVAILABLE if type(problem).__name__ in ("OperationalError", "InterfaceError") else None
    return Trouble.UNAVAILABLE if state.startswith(_UNAVAILABLE_STATES) and (writing or state != "25006") else None
