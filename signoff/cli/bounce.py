"""`signoff bounce`: reads one message that came back, for mail servers that hand it over by a pipe."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed
from signoff.domain.phrasing import counted
from signoff.domain.return_addresses import returned_letter
from signoff.letters.bounces import MOST_BYTES, ReturnedMessage, ReturnKind, read_returned
from signoff.letters.marking import mark_returned
from signoff.worker.installation import Installation

_TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the message and comes again
_IGNORED = {
    ReturnKind.AUTOMATIC: "Ignored: an automatic reply.",
    ReturnKind.REPLY: "Ignored: not a delivery notification.",
}


def _or_try_again(command: Callable[..., Any]) -> Callable[..., Any]:
    # Any other code makes a mail server throw the message away.
    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except Failed as problem:
            click.echo(f"Not done; the mail server should try again: {problem.message}", err=True)
            sys.exit(_TRY_AGAIN)

    return call


@click.command()
@click.option(
    "--recipient",
    envvar=["ORIGINAL_RECIPIENT", "RECIPIENT"],
    default="",
    metavar="ADDRESS",
    help="The envelope recipient of the message. Postfix and Exim give it in the environment.",
)
@_or_try_again
@with_installation
def bounce(context: Installation, recipient: str) -> None:
    """Read one message that came back from standard input, and mark the email that bounced or was reported.

    Automatic replies, delays and people's replies change nothing. Exit code 75 asks the mail server to try again.
    """
    ensure_ready(context)
    settings = context.settings
    known = returned_letter(recipient, settings.mail.bounce_address, settings.secret_keys)
    returned = read_returned(sys.stdin.buffer.read(MOST_BYTES), is_for_bounces=known is not None)
    if returned.said in _IGNORED:
        click.echo(_IGNORED[returned.said])
    elif returned.said == ReturnKind.DELAYED:
        click.echo(f"Nothing was changed: the email is delayed. {returned.reason}")
    else:
        click.echo(_mark(context, replace(returned, message_ids=(known,)) if known else returned))


def _mark(context: Installation, returned: ReturnedMessage) -> str:
    with context.database.unit_of_work() as session:
        letters, marked = mark_returned(session, returned, clock=context.clock)
    if not letters:
        return "Ignored: it is not about an email from this installation."
    if returned.said == ReturnKind.COMPLAINT:
        return f"{counted(len(marked), 'spam report').capitalize()} recorded."
    return f"{counted(len(marked), 'email').capitalize()} marked as bounced. {returned.reason}"
