"""Brings the database's schema to a revision, with every view and guard standing at the end."""

from collections.abc import Callable, Sequence

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from signoff.db import guards
from signoff.db.comparison import Difference, differences
from signoff.db.database import Database
from signoff.domain.phrasing import sentence_for
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
    found = differences(connection)
    if of_another_version := _another_version(found):
        return [of_another_version]
    return [
        f"{difference.sentence} "
        f"{'Run `signoff db upgrade` to put it back.' if difference.laid else 'Restore a backup.'}"
        for difference in found
    ]


def first_missing(connection: Connection) -> str:
    """A sentence on a table or column that the database of another version does not have; empty when all are there."""
    missing = _missing(differences(connection))
    return missing[0].sentence if missing else ""


def _missing(found: Sequence[Difference]) -> list[Difference]:
    return sorted((one for one in found if one.is_missing), key=lambda one: " table " not in one.sentence)


def _another_version(found: Sequence[Difference]) -> str:
    # Each table that is not there brings dozens of differences, for which there is one thing to do.
    missing = _missing(found)
    if not missing:
        return ""
    more = sentence_for(len(found) - 1, ", and one more thing differs", ", and {number} more things differ")
    return (
        f"{missing[0].sentence.removesuffix('.')}{more if len(found) > 1 else ''}. Go back to the version of Signoff "
        "that made this database, or restore a backup that this version made."
    )


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
            _ensure_tables(connection)
            guards.lay(connection)
            _ensure_whole(connection)
    return revision


def _ensure_tables(connection: Connection) -> None:
    # Triggers and views are set aside now, and could not be laid on tables that are not there.
    found = [difference for difference in differences(connection) if not difference.laid]
    if of_another_version := _another_version(found):
        raise SchemaBroken(f"{of_another_version} Nothing was changed.")


def _ensure_whole(connection: Connection) -> None:
    if result := differences(connection):
        raise SchemaBroken(" ".join(difference.sentence for difference in result))
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken:
            raise SchemaBroken(f"a row of {broken[0]} points nowhere")
