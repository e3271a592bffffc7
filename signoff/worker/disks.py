"""What is left on the disks that an installation writes to: the database's, and that of the sealing key file."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.db.errors import Trouble, trouble_of
from signoff.settings import Settings

LEAST_FREE = 500_000_000  # bytes
_NOTHING_LEFT = 1_000_000  # bytes
# Rows that do not fit in this much memory go to a temporary file of a megabyte, on the disk of the data.
_SPILL = "SELECT COUNT(*) FROM generate_series(1, 80000)"
_LITTLE_MEMORY = "SELECT set_config('work_mem', '64kB', true)"
_KNOWN_FOR = 15.0  # seconds; monitoring may ask each of many processes every few seconds
_OVER_A_LIMIT = "53400"  # the server's `temp_file_limit` is below a megabyte
# When this process saw last that the server of an engine had room.
_had_room: "WeakKeyDictionary[Engine, float]" = WeakKeyDictionary()
_looking = Lock()  # of many that ask at once, one looks


@dataclass(frozen=True)
class Disks:
    """How much room there is. `free` is in bytes, and known only where the disk is this machine's: for SQLite."""

    free: int | None
    is_full: bool
    key_disk_is_full: bool

    @property
    def is_low(self) -> bool:
        """Whether little is left for the database."""
        return self.free is not None and self.free < LEAST_FREE

    def problems(self, *, in_public: bool = False) -> list[str]:
        """What is the matter, a sentence each; to the public without a number."""
        found = []
        if self.is_full:
            found.append("The disk of the database is full.")
        elif self.is_low:
            left = "" if in_public else f": {(self.free or 0) // 1_000_000:,} MB are left"
            found.append(f"The disk of the database is nearly full{left}.")
        if self.key_disk_is_full:
            found.append(
                "The disk of the sealing key file is full. An older copy of the database would not be noticed."
            )
        return found


def find_disks(session: Session, settings: Settings) -> Disks:
    """How much room there is now; nothing is changed by looking."""
    key_disk_is_full = _is_full(settings.sealing_key_file.parent)
    if session.get_bind().dialect.name == "postgresql":
        return Disks(None, _postgresql_is_full(session), key_disk_is_full)
    folder = Path(str(session.connection().engine.url.database)).parent
    free = shutil.disk_usage(folder).free
    return Disks(free, free < _NOTHING_LEFT, key_disk_is_full)


def is_full_beside(database: Database) -> bool:
    """Whether the disk of a SQLite database has no room; where no one has it open, it cannot even be read then."""
    engine = database.engine
    return engine.dialect.name == "sqlite" and _is_full(Path(str(engine.url.database)).parent)


def _is_full(folder: Path) -> bool:
    # A folder that may only be read, such as a mounted secret, has no room and needs none.
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free < _NOTHING_LEFT


def _postgresql_is_full(session: Session) -> bool:
    # The server tells no one how much is left on its disk, and answers as ever until it has to write.
    engine = session.connection().engine
    with _looking:
        if time.monotonic() - _had_room.get(engine, -_KNOWN_FOR) < _KNOWN_FOR:
            return False
        is_full = _cannot_spill(session)
        if not is_full:
            _had_room[engine] = time.monotonic()
    return is_full


def _cannot_spill(session: Session) -> bool:
    attempt = session.connection().begin_nested()
    try:
        session.connection().execute(text(_LITTLE_MEMORY))
        session.connection().execute(text(_SPILL))
    except DBAPIError as problem:
        if trouble_of(problem, writing=False) is Trouble.FULL:
            return True
        if getattr(problem.orig, "sqlstate", None) != _OVER_A_LIMIT:
            raise
    finally:
        attempt.rollback()
    return False
