"""Lays the guards and views on a database, sets them aside for a migration, and says which do not stand."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from signoff.models.guard_definitions import GUARDS
from signoff.models.guard_kinds import Guard
from signoff.models.view_definitions import VIEWS


def lay(connection: Connection) -> None:
    """Create every view and guard on a database that has the tables of the newest migration."""
    dialect = connection.dialect.name
    for view in VIEWS:
        connection.execute(text(f"CREATE VIEW {view.name} AS {view.select}"))
    for guard in GUARDS:
        for statement in _laid_on_sqlite(guard) if dialect == "sqlite" else _laid_on_postgresql(guard, connection):
            connection.exec_driver_sql(statement)


def set_aside(connection: Connection) -> None:
    """Drop whatever views and guards stand, so that tables can be changed under them."""
    dialect = connection.dialect.name
    for name, table in sorted(_standing_triggers(connection)):
        on = "" if dialect == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        if dialect == "postgresql":
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")
    for view in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def missing(connection: Connection) -> set[str]:
    """The names of views and guards that should stand in this database and do not."""
    dialect = connection.dialect.name
    expected = {guard.name for guard in GUARDS if dialect == "postgresql" or guard.act != "TRUNCATE"}
    triggers = {name for name, _ in _standing_triggers(connection)}
    views = set(connection.scalars(text(_VIEW_NAMES[dialect])))
    return (expected - triggers) | ({view.name for view in VIEWS} - views)


_VIEW_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "postgresql": "SELECT viewname FROM pg_views WHERE schemaname = current_schema()",
}
_TRIGGER_NAMES = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')
        AND c.relname NOT LIKE 'procrastinate%'""",
}


def _standing_triggers(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(text(_TRIGGER_NAMES[connection.dialect.name]))
    return {(name, table) for name, table in rows}


def _laid_on_sqlite(guard: Guard) -> Iterator[str]:
    if guard.act != "TRUNCATE":
        yield (
            f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} "
            f"WHEN {guard.when.replace('{differs}', 'IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{_quoted(guard.sentence)}'); END"
        )


def _laid_on_postgresql(guard: Guard, connection: Connection) -> Iterator[str]:
    # pg_temp last: otherwise a temporary table could stand in for the real one inside the guard.
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    raising = (
        f"RAISE EXCEPTION '{_quoted(guard.sentence)}' "
        f"USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{guard.name}';"
    )
    condition = guard.when.replace("{differs}", "IS DISTINCT FROM")
    row = "OLD" if guard.act == "DELETE" else "NEW"
    body = raising if guard.act == "TRUNCATE" else f"IF {condition} THEN {raising} END IF; RETURN {row};"
    yield (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = {schema}, pg_temp AS $guard$ BEGIN {body} END $guard$"
    )
    each = "STATEMENT" if guard.act == "TRUNCATE" else "ROW"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {guard.name}()"
    )


def _quoted(sentence: str) -> str:
    return sentence.replace("'", "''")
