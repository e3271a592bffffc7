"""What a command says when it did not succeed: one sentence, and exit code 1."""

import errno
from pathlib import Path
from typing import Any

import click

_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Make room on that disk, and try again."),
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


def of_system(problem: OSError, *, where: Path | str | None = None, so: str = "") -> str:
    """What the operating system refused, in sentences: which file or place it is about, what was not done, what to do.

    Without `where` it is the file that the error names. Only an error about a file is answered by advice.
    """
    place = where or problem.filename or ""
    sentences = [f"{f'{place}: ' if place else ''}{str(problem.strerror or problem).rstrip('.')}."]
    return " ".join(filter(None, (*sentences, so, _ADVICE.get(problem.errno or 0, "") if place else "")))
