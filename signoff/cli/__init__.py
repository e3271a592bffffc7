"""The command line: one module for each group of commands; errors are one sentence."""

import click

from signoff.cli.database import database
from signoff.cli.demo import demo
from signoff.cli.keys import sealing_key
from signoff.cli.letters import bounce, letters
from signoff.cli.monitor import monitor
from signoff.cli.partners import partners
from signoff.cli.serve import serve
from signoff.cli.setup import init
from signoff.cli.users import token, user
from signoff.cli.verify import verify
from signoff.cli.witness import witness
from signoff.cli.worker import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Signoff: partners are named on a position only after they approved that exact text."""


main.add_command(letters)
main.add_command(bounce)
main.add_command(worker)
main.add_command(partners)
main.add_command(serve)
main.add_command(database)
main.add_command(init)
main.add_command(user)
main.add_command(token)
main.add_command(verify)
main.add_command(monitor)
main.add_command(witness)
main.add_command(sealing_key)
main.add_command(demo)
