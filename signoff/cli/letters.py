"""`signoff letters`: how many emails are in each state, and trying again."""

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed
from signoff.domain.letters import LetterState
from signoff.domain.permissions import OPERATOR
from signoff.domain.phrasing import counted, duration
from signoff.services.outbox.mail_state import MailState, mail_problems, mail_state
from signoff.services.outbox.outbox import LetterFilter, count_by_state, retry_all
from signoff.worker.installation import Installation


@click.group()
def letters() -> None:
    """Letters: how many wait, left or failed."""


@letters.command("status")
@with_installation
def status(context: Installation) -> None:
    """Say how many emails are in each state, what waits longest, and whether email is sent; exit 1 if not."""
    ensure_ready(context)
    with context.database.reading() as session:
        counts = count_by_state(session, LetterFilter())
        mail = mail_state(session, at=context.clock())
    for state in LetterState:
        click.echo(f"{state.value:<10} {counts.get(state, 0)}")
    click.echo(_waits(mail))
    if lost := counts.get(LetterState.FAILED, 0):
        click.echo(f"{counted(lost, 'email').capitalize()} failed; `signoff letters retry` tries them again.")
    if returned := counts.get(LetterState.BOUNCED, 0):
        click.echo(f"{counted(returned, 'email').capitalize()} came back; correct the addresses of these contacts.")
    if problems := mail_problems(mail):
        raise Failed("\n".join(problems))


def _waits(mail: MailState) -> str:
    if mail.oldest_due_at is None:
        return "No email is due."
    return f"The oldest email that is due has waited for {duration(mail.at - mail.oldest_due_at)}."


@letters.command("retry")
@with_installation
def retry(context: Installation) -> None:
    """Try failed emails, those that wait for a later try, and the mail server again now."""
    ensure_ready(context)
    with context.database.unit_of_work() as session:
        number, others = retry_all(context.act(session, OPERATOR))
    if number:
        click.echo(f"{counted(number, 'email').capitalize()} to be tried again; the worker sends them.")
    else:
        click.echo("No email failed or waits to be tried again.")
    if others:
        click.echo(f"Due anyway: {counted(others, 'email')}.")
