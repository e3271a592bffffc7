"""Brings the database's schema to a revision, with every view and guard standing at the end."""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from signoff.db import guards
from signoff.db.comparison import differences
from signoff.db.database import Database
from signoff.settings import PROJECT


class SchemaBroken(Exception):
    """After a migration the database is not what it must be; the migration was rolled back."""


class NotReady(Exception):
    """The database cannot be worked with; the message is a sentence that says what to do."""


def upgrade(database: Database) -> str:
    """Bring the schema to its newest revision and say which that is."""
    return _migrate(database, lambda config: command.upgrade(config, "head"))


def downgrade(database: Database, revision: str) -> str:
    """Take the schema back to a revision (`base` for none) and say which stands now."""
    return _migrate(database, lambda config: command.downgrade(config, revision))


def current(connection: Connection) -> str:
    """The revision the database is at; empty for none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """The newest revision this program knows."""
    return ScriptDirectory(str(PROJECT / "migrations")).get_current_head() or ""


def problems(connection: Connection) -> list[str]:
    """Why this database cannot be worked with: not migrated, or not as this program made it. Empty when it can."""
    if current(connection) != newest():
        return ["The database is not at the newest revision; run `signoff db upgrade`."]
    return [
        f"{difference.sentence} "
        f"{'Run `signoff db upgrade` to put it back.' if difference.laid else 'Restore a backup.'}"
        for difference in differences(connection)
    ]


def _migrate(database: Database, run: Callable[[Config], None]) -> str:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    database.create_file()
    with database.migrating.begin() as connection:
        guards.set_aside(connection)
        config.attributes["connection"] = connection
        run(config)
        revision = current(connection)
        if revision == newest():
            guards.lay(connection)
            _ensure_whole(connection)
    return revision


def _ensure_whole(connection: Connection) -> None:
    if result := differences(connection):
        raise SchemaBroken(" ".join(difference.sentence for difference in result))
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken:
            raise SchemaBroken(f"a row of {broken[0]} points nowhere")
