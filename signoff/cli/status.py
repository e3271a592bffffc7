"""`signoff status`: what is the matter with the installation, one line each."""

from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from signoff.cli.command import with_installation
from signoff.cli.failure import Failed
from signoff.db import schema
from signoff.domain.letters import LetterState
from signoff.domain.phrasing import counted
from signoff.services.coalition import find_coalition
from signoff.services.outbox.mail_state import mail_problems, mail_state
from signoff.services.outbox.outbox import LetterFilter, count_by_state
from signoff.services.publications.witnessed_heads import witness_problems
from signoff.worker.installation import Installation


@click.command()
@with_installation
def status(context: Installation) -> None:
    """Say what is the matter, one line each; exit 1 if anything is."""
    problems = list(_problems(context))
    if problems:
        raise Failed("\n".join(problems))
    click.echo("All is well.")


def _problems(context: Installation) -> Iterator[str]:
    if context.database.is_missing:
        yield "There is no database yet; run `signoff db upgrade`."
        return
    try:
        with context.database.reading() as session:
            wrong = schema.problems(session.connection())
            yield from wrong
            if not wrong:
                yield from _of_set_up(session)
                yield from _of_email(context, session)
                yield from (row.problem for row in witness_problems(session, context.settings.witnesses))
    except SQLAlchemyError:
        yield "The database does not answer."


def _of_set_up(session: Session) -> Iterator[str]:
    if find_coalition(session) is None:
        yield "This installation is not set up yet; run `signoff init`."


def _of_email(context: Installation, session: Session) -> Iterator[str]:
    mail, counts = mail_state(session, at=context.clock()), count_by_state(session, LetterFilter())
    yield from mail_problems(mail)
    if failed := counts.get(LetterState.FAILED, 0):
        yield f"{counted(failed, 'email').capitalize()} failed; `signoff letters retry` has them tried again."
