"""Lays views, guards and what moves revisions on a database, and sets them aside for a migration."""

import secrets

from sqlalchemy import Connection, text, update

from signoff.db.revision_triggers import revision_triggers
from signoff.models.guard_kinds import Guard
from signoff.models.guards import GUARDS
from signoff.models.revisions import PublicRevision
from signoff.models.views import VIEWS


def lay(connection: Connection) -> None:
    """Create every view and trigger on a database that has the tables of the newest migration."""
    for view in VIEWS:
        connection.execute(text(f"CREATE VIEW {view.name} AS {view.select}"))
    dialect = connection.dialect.name
    for guard in guards_for(connection):
        if dialect == "postgresql":
            connection.exec_driver_sql(_function(guard.name, function_body(guard), connection))
        connection.exec_driver_sql(trigger(guard, dialect))
    for moving in revision_triggers(dialect):
        if moving.body:
            connection.exec_driver_sql(_function(moving.name, moving.body, connection))
        connection.exec_driver_sql(moving.statement)
    # Whatever changed while they did not stand moved nothing: who runs is to forget every page.
    connection.execute(update(PublicRevision).values(token=secrets.token_hex(16)))


def set_aside(connection: Connection) -> None:
    """Drop all triggers and the program's views, so that tables can be changed under them."""
    dialect = connection.dialect.name
    for name, table in connection.execute(text(_TRIGGERS[dialect])).all():
        on = "" if dialect == "sqlite" else f' ON "{table}"'
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"{on}')
    for view in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
        AND c.relname NOT LIKE 'procrastinate%'""",
}


def guards_for(connection: Connection) -> list[Guard]:
    """The guards that this kind of database has; SQLite knows no TRUNCATE, and needs some that PostgreSQL does not."""
    dialect = connection.dialect.name
    return [
        guard for guard in GUARDS if (guard.only or ("postgresql" if guard.act == "TRUNCATE" else dialect)) == dialect
    ]


def trigger(guard: Guard, dialect: str) -> str:
    """The statement that makes a guard's trigger, as the database will give it back."""
    if dialect == "sqlite":
        return (
            f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} "
            f"WHEN {guard.when.replace('{differs}', 'IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{_quoted(guard.sentence)}'); END"
        )
    each = "STATEMENT" if guard.act == "TRUNCATE" else "ROW"
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {guard.name}()"
    )


def function_body(guard: Guard) -> str:
    """What the function behind a guard's trigger does on PostgreSQL."""
    raising = (
        f"RAISE EXCEPTION '{_quoted(guard.sentence)}' "
        f"USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{guard.name}';"
    )
    if guard.act == "TRUNCATE":
        return f" BEGIN {raising} END "
    condition = guard.when.replace("{differs}", "IS DISTINCT FROM")
    return f" BEGIN IF {condition} THEN {raising} END IF; RETURN {'OLD' if guard.act == 'DELETE' else 'NEW'}; END "


def _function(name: str, body: str, connection: Connection) -> str:
    # pg_temp last: otherwise a temporary table could stand in for the real one inside the guard.
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = {schema}, pg_temp AS $guard${body}$guard$"
    )


def _quoted(sentence: str) -> str:
    return sentence.replace("'", "''")
