"""Commands of the mail: how it is, trying again, and reading what came back."""

import sys
from datetime import timedelta

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed
from signoff.domain.letters import LetterState
from signoff.domain.permissions import OPERATOR
from signoff.domain.phrasing import counted
from signoff.letters.bounces import MOST_BYTES, ReturnKind, read_returned
from signoff.services.outbox.bounces import find_letters, mark_bounced
from signoff.services.outbox.mail_state import MailState, mail_problems, mail_state
from signoff.services.outbox.outbox import LetterFilter, count_by_state, retry_all
from signoff.worker.installation import Installation


@click.group()
def letters() -> None:
    """Letters: how many wait, left or failed."""


@letters.command("status")
@with_installation
def status(context: Installation) -> None:
    """Say how many letters are in each state, what waits longest, and whether they leave; exit 1 if not."""
    ensure_ready(context)
    with context.database.reading() as session:
        counts = count_by_state(session, LetterFilter())
        mail = mail_state(session, at=context.clock())
    for state in LetterState:
        click.echo(f"{state.value:<10} {counts.get(state, 0)}")
    click.echo(_waits(mail))
    if lost := counts.get(LetterState.FAILED, 0):
        click.echo(f"{counted(lost, 'letter').capitalize()} failed; `signoff letters retry` has them tried again.")
    if returned := counts.get(LetterState.BOUNCED, 0):
        click.echo(f"{counted(returned, 'letter').capitalize()} came back; correct the addresses of these contacts.")
    if problems := mail_problems(mail):
        raise Failed("\n".join(problems))


def _waits(mail: MailState) -> str:
    if mail.oldest_due_at is None:
        return "No email is waiting."
    return f"The oldest letter that is due waits for {_long(mail.at - mail.oldest_due_at)}."


def _long(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    return counted(minutes, "minute") if minutes < 120 else counted(minutes // 60, "hour")


@letters.command("retry")
@with_installation
def retry(context: Installation) -> None:
    """Have failed letters, those that wait for a later try, and the mail server tried again now."""
    ensure_ready(context)
    with context.database.unit_of_work() as session:
        number, others = retry_all(context.act(session, OPERATOR))
    more = f" {counted(others, 'other letter').capitalize()} due to leave." if others else ""
    click.echo(f"{counted(number, 'letter').capitalize()} to be tried again; the worker sends them.{more}")


@click.command()
@with_installation
def bounce(context: Installation) -> None:
    """Read one message that came back from standard input, and mark the letter that did not arrive.

    Automatic replies and people's replies change nothing.
    """
    ensure_ready(context)
    returned = read_returned(sys.stdin.buffer.read(MOST_BYTES))
    if returned.said in (ReturnKind.AUTOMATIC, ReturnKind.REPLY):
        click.echo(
            f"Ignored: an {returned.said}." if returned.said == ReturnKind.AUTOMATIC else "Ignored: no notification."
        )
        return
    if returned.said == ReturnKind.DELAYED:
        click.echo(f"Nothing was changed: the email is delayed. {returned.reason}")
        return
    with context.database.unit_of_work() as session:
        letters = find_letters(session, returned.message_ids)
        marked = [letter for letter in letters if mark_bounced(session, letter, returned.reason, clock=context.clock)]
    if not letters:
        click.echo("Ignored: it is not about an email from this installation.")
        return
    click.echo(f"{counted(len(marked), 'letter').capitalize()} marked as bounced. {returned.reason}")
