"""What a command says when it did not succeed: one sentence, and exit code 1."""

import errno
from pathlib import Path
from typing import Any

import click

from signoff.domain.full_disk import DISK_IS_FULL

_ADVICE = {
    **dict.fromkeys(DISK_IS_FULL, "Make room on that disk, and try again."),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS), "Let the user who runs this write there, or name another place."
    ),
}


class Failed(click.ClickException):
    """The command was understood and did not succeed."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """One sentence on stderr; further lines for each reason."""
        click.echo(self.format_message(), err=True)


def os_error_text(problem: OSError, *, where: Path | str | None = None, outcome: str = "") -> str:
    """An error of the operating system in sentences: which file it is about, what went wrong, the outcome, what to do.

    Without `where` it is about the file that the error names, if any. Only an error about a file comes with advice.
    """
    place = where or problem.filename or ""
    about = f"{place}: " if place else ""
    advice = _ADVICE.get(problem.errno or 0, "") if place else ""
    return " ".join(filter(None, (f"{about}{str(problem.strerror or problem).rstrip('.')}.", outcome, advice)))
