"""Files that survive a crash: written whole or not at all, and on the disk before anyone relies on them."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signoff.evidence.key_files import naming


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


def write_durably(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Put a text in place of a file; after a crash the file is the old or the new one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    try:
        with naming(path):
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
                _write(file.fileno(), text)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def append_durably(path: Path, text: str) -> None:
    """Add a text to the end of a file."""
    is_new = not path.exists()
    with naming(path), path.open("a") as file:
        _write(file.fileno(), text)
    if is_new:
        _settle(path.parent)


def _write(file: int, text: str) -> None:
    left = text.encode()
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)


def _settle(folder: Path) -> None:
    # The name of a new file is on the disk only once its folder is.
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
