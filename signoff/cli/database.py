"""`signoff db`: the database's schema."""

from pathlib import Path

import click

from signoff.cli.command import with_installation, with_new_installation
from signoff.db import schema
from signoff.worker.engines import upgrade as upgrade_database
from signoff.worker.installation import Installation


@click.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
@with_new_installation
def upgrade(context: Installation) -> None:
    """Bring the schema to its newest revision."""
    if context.database.engine.url.database and context.database.engine.dialect.name == "sqlite":
        Path(context.database.engine.url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    click.echo(f"The database is at revision {upgrade_database(context.database, context.settings)}.")


@database.command("downgrade")
@click.argument("revision")
@with_installation
def downgrade(context: Installation, revision: str) -> None:
    """Take the schema back to REVISION, `base` for none. What it held is lost."""
    click.echo(f"The database is at revision {schema.downgrade(context.database, revision) or 'base'}.")


@database.command("current")
@with_installation
def current(context: Installation) -> None:
    """Say which revision the database is at."""
    if context.database.is_missing:
        click.echo("base")
        return
    with context.database.engine.connect() as connection:
        click.echo(schema.current(connection) or "base")
