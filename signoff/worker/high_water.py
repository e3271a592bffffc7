"""The marks beside the sealing key: how far its log was signed, so that an older copy of the database is noticed."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.time import rfc3339
from signoff.evidence.whole_files import write_whole
from signoff.models import LogHead, Restoration
from signoff.services.publications.log_reading import newest_head
from signoff.services.publications.public_log import origin_of
from signoff.services.publications.restorations import Signed, close_older_copy, is_closed
from signoff.settings import Settings
from signoff.worker.installation import Installation

_FORMAT = "signoff-high-water/2"
_AHEAD = timedelta(minutes=1)  # that the time of a head may be ahead of the clock


@dataclass(frozen=True)
class HighWater:
    """The newest head of a log that this machine signed with its key: how many leaves, their root, and when."""

    size: int
    root: str
    time: datetime


def marks_beside(key_file: Path) -> Path:
    """Where the marks of a sealing key file are kept: one for each log that its keys sign, by the log's name."""
    return key_file.with_name(f"{key_file.name}.signed")


def read_mark(session: Session, settings: Settings) -> HighWater | None:
    """The mark of this database's log; None where nothing of it was signed here yet.

    ValueError when the file of marks cannot be read.
    """
    return _read_marks(settings.sealing_key_file).get(_log_of(newest_head(session), settings))


def _log_of(head: LogHead | None, settings: Settings) -> str:
    return head.note.partition("\n")[0] if head else origin_of(settings.base_url)


def _read_marks(key_file: Path) -> Mapping[str, HighWater]:
    path = marks_beside(key_file)
    try:
        content = json.loads(path.read_text())
        if content["format"] != _FORMAT:
            raise ValueError(content["format"])
        return {str(log): _mark(said) for log, said in content["logs"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as problem:
        raise ValueError(
            f"{path} cannot be read; it says how far the log was signed. Let this user read it; if it is damaged, "
            "delete it, once you are sure that this database is no older copy"
        ) from problem


def _mark(said: Mapping[str, Any]) -> HighWater:
    time = datetime.fromisoformat(said["time"])
    if time.tzinfo is None:
        raise ValueError(said["time"])
    return HighWater(int(said["size"]), str(said["root"]), time)


def signed_here(session: Session, settings: Settings) -> Signed:
    """What opening a copy gives up of what was signed here. ValueError when the file of marks cannot be read."""
    mark = read_mark(session, settings)
    return Signed(mark.size, mark.root) if mark else Signed()


def lag_of(session: Session, mark: HighWater | None) -> str:
    """Why this database is older than what its key has signed, in a sentence; empty when it is not.

    What was signed before a restored copy was opened was given up then, by the person who opened it. So was the head
    that was the newest then, whenever its clock said that it was signed.
    """
    if mark is None:
        return ""
    root = session.scalar(select(LogHead.root).where(LogHead.size == mark.size))
    if root == mark.root or _is_given_up(session, mark):
        return ""
    newest = newest_head(session)
    own = f"the newest head of this database has {newest.size:,}" if newest else "this database has none"
    signed = f"{mark.time:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"This database is older than what its key has signed: a head of {mark.size:,} leaves was signed on {signed}, "
        f"and {own}. It is a copy, or the newest entries are missing."
    )


def _is_given_up(session: Session, mark: HighWater) -> bool:
    by_time, by_root = Restoration.opened_at >= mark.time - _AHEAD, Restoration.given_up == mark.root
    return session.scalar(select(Restoration.number).where(by_time | by_root).limit(1)) is not None


def notice_older_copy(context: Installation) -> bool:
    """Whether the database is closed: a copy was put back, by a restore or as noticed now.

    An older copy that came without a restore is closed here, until an administrator opens it.
    """
    with context.database.reading() as session:
        if is_closed(session):
            return True
        lag = lag_of(session, read_mark(session, context.settings))
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
    if head is None:
        return
    key_file = context.settings.sealing_key_file
    marks, mark = _read_marks(key_file), HighWater(head.size, head.root, head.time)
    log = _log_of(head, context.settings)
    if mark == marks.get(log):
        return
    logs = {name: {**vars(one), "time": rfc3339(one.time)} for name, one in {**marks, log: mark}.items()}
    try:
        content = json.dumps({"format": _FORMAT, "logs": logs})
        write_whole(marks_beside(key_file), f"{content}\n")
    except OSError as problem:
        _warn_once(f"{marks_beside(key_file)} cannot be written, so an older copy is not noticed: {problem.strerror}")


@cache
def _warn_once(sentence: str) -> None:
    logging.getLogger("signoff").warning(sentence)
