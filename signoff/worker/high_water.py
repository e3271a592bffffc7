"""The mark beside the sealing key: how far its log was signed, so that an older copy of the database is noticed."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.time import rfc3339
from signoff.models import LogHead, Restoration
from signoff.oversight.durable_files import write_durably
from signoff.services.publications.log_reading import newest_head
from signoff.services.publications.restorations import close_older_copy, is_closed
from signoff.worker.installation import Installation

_FORMAT = "signoff-high-water/1"
_AHEAD = timedelta(minutes=1)  # that the time of a head may be ahead of the clock


@dataclass(frozen=True)
class HighWater:
    """The newest head that this machine signed with its key: how many leaves, their root, and when."""

    size: int
    root: str
    time: datetime


def mark_beside(key_file: Path) -> Path:
    """Where the mark of a sealing key file is kept."""
    return key_file.with_name(f"{key_file.name}.signed")


def read_mark(key_file: Path) -> HighWater | None:
    """The mark beside a key file; None where nothing was signed here yet. ValueError when it cannot be read."""
    path = mark_beside(key_file)
    try:
        content = json.loads(path.read_text())
        if content["format"] != _FORMAT:
            raise ValueError(content["format"])
        time = datetime.fromisoformat(content["time"])
        if time.tzinfo is None:
            raise ValueError(content["time"])
        return HighWater(int(content["size"]), str(content["root"]), time)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as problem:
        raise ValueError(
            f"{path} cannot be read; it says how far the log was signed. Let this user read it; if it is damaged, "
            "delete it, once you are sure that this database is no older copy"
        ) from problem


def lag_of(session: Session, mark: HighWater | None) -> str:
    """Why this database is older than what its key has signed, in a sentence; empty when it is not.

    What was signed before a restored copy was opened was given up then, by the person who opened it.
    """
    if mark is None:
        return ""
    root = session.scalar(select(LogHead.root).where(LogHead.size == mark.size))
    given_up = session.scalar(select(func.max(Restoration.opened_at)))
    if root == mark.root or (given_up is not None and given_up >= mark.time - _AHEAD):
        return ""
    newest = newest_head(session)
    own = f"the newest head of this database has {newest.size:,}" if newest else "this database has none"
    signed = f"{mark.time:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"This database is older than what its key has signed: a head of {mark.size:,} leaves was signed on {signed}, "
        f"and {own}. It is a copy, or the newest entries are missing."
    )


def notice_older_copy(context: Installation) -> bool:
    """Whether the database is closed: a copy was put back, by a restore or as noticed now.

    An older copy that came without a restore is closed here, until an administrator opens it.
    """
    with context.database.reading() as session:
        if is_closed(session):
            return True
        lag = lag_of(session, read_mark(context.settings.sealing_key_file))
    if not lag:
        return False
    logging.getLogger("signoff").error(
        "%s Public pages stay closed and no email is sent until an administrator opens them.", lag
    )
    with context.database.unit_of_work() as session:
        if not is_closed(session):
            close_older_copy(session, at=context.clock())
    return True


def raise_mark(context: Installation) -> None:
    """Keep the newest head as the mark, durably. Logged once where the folder of the key cannot be written."""
    with context.database.reading() as session:
        head = newest_head(session)
    key_file = context.settings.sealing_key_file
    if head is None:
        return
    mark = HighWater(head.size, head.root, head.time)
    if mark == read_mark(key_file):
        return
    content = {"format": _FORMAT, "size": mark.size, "root": mark.root, "time": rfc3339(mark.time)}
    try:
        write_durably(mark_beside(key_file), f"{json.dumps(content)}\n", mode=0o600)
    except OSError as problem:
        _warn_once(f"{mark_beside(key_file)} cannot be written, so an older copy is not noticed: {problem.strerror}")


@cache
def _warn_once(sentence: str) -> None:
    logging.getLogger("signoff").warning(sentence)
