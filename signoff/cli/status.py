"""`signoff status`: what is wrong with the installation, one line each."""

from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from signoff.cli.command import with_installation
from signoff.cli.failure import Failed
from signoff.db.errors import Trouble, trouble_of
from signoff.worker import engines
from signoff.worker.condition import condition
from signoff.worker.disks import is_full_beside
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
        wrong = _of_schema(context)
        with context.database.reading() as session:
            yield from wrong or condition(session, context).problems
    except SQLAlchemyError as problem:
        full = trouble_of(problem, writing=False) is Trouble.FULL or is_full_beside(context.database)
        yield "The disk of the database is full." if full else "The database does not answer."


def _of_schema(context: Installation) -> list[str]:
    try:
        with context.database.reading() as session:
            return engines.problems(session.connection(), context.settings)
    except SQLAlchemyError as problem:
        if trouble_of(problem, writing=False) is not Trouble.FULL:
            raise
        return []  # PostgreSQL needs room to compare a schema; that there is none is said with the rest
