"""The files that hold keys: made once, for their owner alone, and never in place of others that were used."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from signoff.evidence.whole_files import make_folder, write_new


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
    make_folder(path.parent)
    with suppress(FileExistsError):
        write_new(path, make())
    return path.read_text().strip()
