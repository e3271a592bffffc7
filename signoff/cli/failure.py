"""What a command says when it did not succeed: one sentence, and exit code 1."""

from typing import Any

import click


class Failed(click.ClickException):
    """The command was understood and did not succeed."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """One sentence on stderr; further lines for each reason."""
        click.echo(self.format_message(), err=True)
