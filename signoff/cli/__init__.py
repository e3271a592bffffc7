"""The command line: one module for each group of commands; errors are one sentence."""

from importlib import import_module
from typing import Any

import click

# Each command's module and its name there. A module is loaded when its command is asked for: `signoff verify FILE`
# needs a few modules, most commands need nearly all.
COMMANDS = {
    "backup": "backups.backup",
    "bounce": "bounce.bounce",
    "db": "database.database",
    "demo": "demo.demo",
    "erase": "erase.erase",
    "export": "backups.export_all",
    "init": "setup.init",
    "letters": "letters.letters",
    "mail": "mail.mail",
    "monitor": "monitor.monitor",
    "partners": "partners.partners",
    "restore": "backups.restore",
    "sealing-key": "keys.sealing_key",
    "serve": "serve.serve",
    "status": "status.status",
    "token": "users.token",
    "up": "up.up",
    "user": "users.user",
    "verify": "verify.verify",
    "witness": "witness.witness",
    "worker": "worker.worker",
}


class CommandGroup(click.Group):
    """Finds its commands in `COMMANDS`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, loaded; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        command: Any = getattr(import_module(f"signoff.cli.{module}"), name)
        return command  # type: ignore[no-any-return]


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signoff", message="%(package)s %(version)s")
def main() -> None:
    """Signoff: partners are named on a position only after they approved that exact text."""
