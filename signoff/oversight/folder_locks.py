"""Folders that one process works in at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """Another process works in this folder."""


@contextmanager
def only_user(folder: Path) -> Iterator[None]:
    """Make the folder and hold it, by a lock that dies with its holder; InUse when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"Another process is using the folder {folder}.") from None
        yield
