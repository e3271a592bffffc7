"""Files that are written whole or not at all, and are on the disk with their names before anyone relies on them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o600) -> None:
    """Put this in place of a file; after a crash the file is the old or the new one.

    OSError, which names the file, when it cannot be written; then the old one stays, and nothing of the new one.
    """
    with draft_beside(path, mode=mode) as draft:
        _write(draft, content)
        _settle(draft)
        draft.replace(path)
        _settle(path.parent)


def write_new(path: Path, content: str | bytes) -> None:
    """Make a file for its owner alone; FileExistsError when something has its name, OSError as for `write_whole`."""
    with draft_beside(path) as draft:
        _write(draft, content)
        place_new(draft, path)


@contextmanager
def draft_beside(path: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """An empty file beside `path`, to be written and given its name with `place_new`; gone if it was not.

    Files whose names begin with the draft's go with it. An OSError of the draft names `path`.
    """
    with naming(path):
        handle, name = mkstemp(prefix=f".{path.name}.", suffix=".draft", dir=path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            if mode != 0o600:
                draft.chmod(mode & ~_umask())
            yield draft
        finally:
            for leftover in path.parent.iterdir():
                if leftover.name.startswith(draft.name):
                    leftover.unlink(missing_ok=True)


def place_new(draft: Path, path: Path) -> None:
    """Give a finished draft its name, on the disk. FileExistsError when something has the name by now."""
    _settle(draft)
    os.link(draft, path)
    _settle(path.parent)


def append(path: Path, text: str) -> None:
    """Add a text to the end of a file, on the disk; OSError, which names the file, when it cannot be added."""
    is_new = not path.exists()
    with naming(path), path.open("ab") as file:
        _write_to(file.fileno(), text.encode())
        os.fsync(file.fileno())
        if is_new:
            _settle(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it, unless they are there; their names are on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in missing:
        _settle(one.parent)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of writing say which file it is about: a full disk does not know, and of a draft no one knows."""
    try:
        yield
    except OSError as problem:
        about = problem.filename
        if about is None or str(about).startswith(str(path.with_name(f".{path.name}."))):
            problem.filename, problem.filename2 = str(path), None
        raise


def _write(path: Path, content: str | bytes) -> None:
    with path.open("r+b") as file:
        _write_to(file.fileno(), content.encode() if isinstance(content, str) else content)


def _write_to(file: int, left: bytes) -> None:
    while left:
        left = left[os.write(file, left) :]


def _umask() -> int:
    # It can only be read by setting it; what another thread makes meanwhile is for its owner alone.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _settle(path: Path) -> None:
    # The name of a new file is on the disk only once its folder is.
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
