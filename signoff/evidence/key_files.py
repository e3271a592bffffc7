"""The files that hold keys: made once, for their owner alone, and never in place of others that were used."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp


class KeysMissing(Exception):
    """A key is not where it should be, and making another would leave what was made with it without proof."""


@dataclass(frozen=True)
class KeyFiles:
    """The keys in the folder of an installation that was given none; `loopback` says that it is on its own machine."""

    folder: Path
    loopback: bool
    may_make: Callable[[], bool]

    def read(self, name: str, make: Callable[[], str]) -> str:
        """The content of this file, made once where keys may be made; KeysMissing otherwise."""
        path = self.folder / name
        if not path.is_file() and not self.may_make():
            raise KeysMissing(
                f"There is no {path}. Run this where the installation was made, or name its folder in "
                "SIGNOFF_INSTANCE; `signoff up` makes a new installation."
            )
        return made_once(path, make)


def made_once(path: Path, make: Callable[[], str]) -> str:
    """The content of a file that is made, readable by its owner alone, unless it is there.

    Of several processes starting at once, one writes the file and all read that one. OSError, which names the file,
    when it cannot be written; nothing of it is left then.
    """
    if path.is_file():  # a full disk, or one that cannot be written, keeps no one from reading it
        return path.read_text().strip()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_beside(path, make()) as draft, suppress(FileExistsError):
        os.link(draft, path)
    return path.read_text().strip()


@contextmanager
def written_beside(path: Path, text: str) -> Iterator[str]:
    """A file with this text beside `path`, durable and for its owner alone, to be given that name; else it goes."""
    draft = ""
    with naming(path):
        try:
            handle, draft = mkstemp(prefix=f"{path.name}.", dir=path.parent)
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            yield draft
        finally:
            if draft:
                Path(draft).unlink(missing_ok=True)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of writing say which file it is about: a full disk does not know, and of a draft no one knows."""
    try:
        yield
    except OSError as problem:
        problem.filename, problem.filename2 = str(path), None
        raise
