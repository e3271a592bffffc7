"""Migrations up and down with data, and a migrated schema that is the models' schema."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from signoff.db import schema
from signoff.db.comparison import differences
from signoff.db.database import Database
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Role
from signoff.domain.record import KINDS
from signoff.models import Base
from signoff.models.guards import GUARDS
from signoff.models.views import VIEWS
from signoff.models.words import WORDS
from tests.house import House
from tests.promise.full import fill
from tests.web.dump import everything


def test_up_and_down_and_up_again_with_data(house: House) -> None:
    fill(house)
    before = everything(house.database)
    assert all(before.values()), "every table has rows"
    assert schema.upgrade(house.database) == schema.newest()  # again is nothing
    again = everything(house.database)
    assert again.pop("public_revision") != before.pop("public_revision")  # who runs forgets the pages it keeps
    assert again == before
    assert schema.downgrade(house.database, "base") == ""
    with house.database.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"}
        assert left == set()
        assert schema.problems(connection) == ["The database is not at the newest revision; run `signoff db upgrade`."]
    schema.upgrade(house.database)
    after = everything(house.database)
    words = {name: {word for (word,) in after.pop(name)} for name in WORDS}
    assert not any(after.values()), "a fresh database has words and nothing else"
    assert words == {"letter_kind": set(LetterKind), "entry_kind": set(KINDS), "role": set(Role)}


def test_every_guard_and_view_stands_after_migrating(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []
        guard = next(guard for guard in GUARDS if not guard.only)
        name = guard.name
        on = "" if connection.dialect.name == "sqlite" else f" ON {guard.table}"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text(f"DROP VIEW {VIEWS[-1].name}"))
        assert {difference.sentence for difference in differences(connection)} == {
            f"The database lacks the trigger {name}.",
            f"The database lacks the view {VIEWS[-1].name}.",
        }
        assert len(schema.problems(connection)) == 2
        connection.rollback()


def test_the_migrated_tables_are_the_models_tables(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Compared by DDL, which sees CHECKs; Alembic's own comparison does not."""
    with database.engine.connect() as connection:
        migrated = _described(connection)
        connection.rollback()
    guards_free = _created_from_models(database, tmp_path, request)
    with guards_free.engine.connect() as connection:
        assert _described(connection) == migrated
    guards_free.engine.dispose()


def _created_from_models(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    if database.engine.dialect.name == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'models.db'}")
        made.create_file()
    else:
        admin: Engine = request.getfixturevalue("postgres_admin")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS signoff_models"))
            connection.execute(text("CREATE DATABASE signoff_models"))
        url = database.engine.url.set(database="signoff_models").render_as_string(hide_password=False)
        made = Database(url)
    Base.metadata.create_all(made.engine)
    return made


def _described(connection: Connection) -> dict[str, object]:
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
        )
        return {name: _parts(sql) for name, sql in rows if name not in ("alembic_version", "sqlite_sequence")}
    rows = connection.execute(
        text(
            """SELECT c.conrelid::regclass || ' ' || c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
            WHERE c.connamespace = current_schema()::regnamespace AND c.contype NOT IN ('n', 't')
            UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT table_name || ' ' || column_name, data_type || ' ' || is_nullable
            FROM information_schema.columns c2 JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c2.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"""
        )
    )
    return {name: sql for name, sql in rows if "alembic_version" not in name}


def _parts(sql: str) -> list[str]:
    """The clauses of a CREATE statement, whatever their order and line breaks."""
    flat = re.sub(r"\s+", " ", sql.replace('"', "")).replace(" ) STRICT", ", STRICT")
    return sorted(part.strip() for part in re.split(r",(?![^(]*\))", flat))


def test_the_comparison_would_see_a_missing_check() -> None:
    table = Base.metadata.tables["answer"]
    ddl = str(CreateTable(table))
    assert _parts(ddl) != _parts(re.sub(r"CONSTRAINT ck_answer_mac_present CHECK \([^)]*\) > 0\),", "", ddl))
    assert str(CreateIndex(next(iter(table.indexes))))


def test_a_database_of_another_version_is_told_of_in_one_sentence_and_left_alone(database: Database) -> None:
    with database.migrating.begin() as connection:
        connection.execute(text("ALTER TABLE import_file RENAME TO import_text"))
    with database.engine.connect() as connection:
        before = {difference.sentence for difference in differences(connection)}
        (told,) = schema.problems(connection)
    assert told.startswith("The database lacks the table import_file, and ") and told.count(". ") == 1
    assert told.endswith(
        " Go back to the version of Signoff that made this database, or restore a backup that this version made."
    )
    with pytest.raises(schema.SchemaBroken, match="lacks the table import_file, and .* Nothing was changed.$"):
        schema.upgrade(database)
    with database.engine.connect() as connection:
        assert {difference.sentence for difference in differences(connection)} == before
