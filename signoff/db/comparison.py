"""Compares a database with what the program needs, by text: columns, constraints, indexes, triggers, views, words.

What a database gives back of tables and views is compared with what it gives back of a fresh copy, made from the
models: in memory on SQLite, among the temporary tables of a transaction that is rolled back on PostgreSQL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, select, text

from signoff.db.guards import function_body, guards_for, trigger
from signoff.db.revision_triggers import revision_triggers
from signoff.models.base import Base
from signoff.models.views import VIEWS
from signoff.models.words import WORDS

# What something is (a trigger, a column …) and its name → its text.
Parts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Difference:
    """One thing that is not in the database as the program made it; what was `laid` is laid again by an upgrade.

    `is_missing` says that it is a table or column that is not there, as in the database of another version.
    """

    sentence: str
    laid: bool
    is_missing: bool = False


def differences(connection: Connection) -> list[Difference]:
    """Everything that was removed, replaced, switched off or added; empty when the database is as it must be."""
    wanted, result = _wanted(connection), _found(connection)
    lost = [
        Difference(f"The database lacks the {kind} {name}.", kind in _LAID, kind in ("table", "column"))
        for kind, name in sorted(wanted.keys() - result.keys())
    ]
    changed = [
        Difference(f"The {kind} {name} is not as this program made it.", kind in _LAID)
        for kind, name in sorted(wanted.keys() & result.keys())
        if wanted[kind, name] != result[kind, name]
    ]
    added = [
        Difference(f"The database has the {kind} {name}, which this program did not make.", kind in _LAID)
        for kind, name in sorted(result.keys() - wanted.keys())
        if kind in _NEVER_ADDED
    ]
    return lost + changed + added


_LAID = ("trigger", "view")
# An operator may add an index, a table or a view to report from. These change what the program's tables do, or what
# its statements mean.
_NEVER_ADDED = (
    *("trigger", "rewrite rule", "child table", "row policy", "disabled foreign key", "server setting"),
    *("word", "function", "operator", "cast", "temporary table", "event trigger"),
)


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace('"', "")).strip()


# What a fresh copy is read as depends on nothing but the database's kind and version.
_COPIES: dict[tuple[Any, ...], Parts] = {}


def _wanted(connection: Connection) -> Parts:
    """What must be there: the fresh copy's tables and views, the program's triggers and its words."""
    dialect = connection.dialect
    which = (dialect.name, *(getattr(dialect, "server_version_info", None) or ()))
    if which not in _COPIES:
        _COPIES[which] = _sqlite_copy() if dialect.name == "sqlite" else _postgresql_copy(connection)
    triggers = {("trigger", name): words for name, words in _triggers(connection)}
    words = {("word", f"{table}.{word}"): "" for table, known in WORDS.items() for word in known}
    return _COPIES[which] | triggers | words


def _triggers(connection: Connection) -> Iterator[tuple[str, str]]:
    dialect = connection.dialect.name
    laid = [(guard.name, trigger(guard, dialect), function_body(guard)) for guard in guards_for(connection)]
    laid += [(moving.name, moving.statement, moving.body) for moving in revision_triggers(dialect)]
    if dialect == "sqlite":
        yield from ((name, _flat(statement)) for name, statement, _ in laid)
        return
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    for name, statement, body in laid:
        yield name, _flat(f"{statement} {body} search_path={schema}, pg_temp plpgsql")


def _found(connection: Connection) -> Parts:
    if connection.dialect.name == "sqlite":
        own = _read_sqlite(connection)
    else:
        own = _read_postgresql(connection, "current_schema()::regnamespace")
        names = [*Base.metadata.tables, *(view.name for view in VIEWS)]
        for query in (_POSTGRESQL_TRIGGERS, _POSTGRESQL_MEANINGS):
            rows = connection.execute(text(query), {"tables": names})
            own |= {(kind, name): _flat(words) for kind, name, words in rows}
    return own | _read_words(connection, own)


def _read_words(connection: Connection, own: Parts) -> Parts:
    """The words in the word tables; a table or column that is not there is told of as such."""
    columns = [column for name in WORDS for column in Base.metadata.tables[name].columns]
    return {
        ("word", f"{column.table.name}.{word}"): ""
        for column in columns
        if ("column", str(column)) in own
        for word in connection.scalars(select(column))
    }


# SQLite


def _sqlite_copy() -> Parts:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        for view in VIEWS:
            connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {view.select}")
        copy = _read_sqlite(connection)
    engine.dispose()
    return copy


def _read_sqlite(connection: Connection) -> Parts:
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    parts: Parts = {}
    for kind, name, sql in rows:
        if kind == "table" and name not in ("alembic_version", "sqlite_sequence"):
            parts |= _table_parts(name, _flat(sql))
        elif kind != "table":
            parts[kind, name] = _flat(sql)
    return parts


def _table_parts(table: str, sql: str) -> Parts:
    """The clauses of a CREATE TABLE, whatever their order; the words before and after them stand for the table."""
    opening, closing = sql.index("("), sql.rindex(")")
    parts: Parts = {("table", table): f"{sql[:opening]} {sql[closing + 1 :]}".strip()}
    for clause in _clauses(sql[opening + 1 : closing]):
        first, _, rest = clause.partition(" ")
        if first == "CONSTRAINT":
            name, _, rule = rest.partition(" ")
            parts["constraint", f"{table}.{name}"] = rule
        else:
            parts["column", f"{table}.{first}"] = rest
    return parts


def _clauses(inside: str) -> list[str]:
    clauses, depth, quoted = [""], 0, False
    for letter in inside:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and depth == 0 and not quoted:
            clauses.append("")
        else:
            clauses[-1] += letter
    return [clause.strip() for clause in clauses]


# PostgreSQL


def _postgresql_copy(connection: Connection) -> Parts:
    # A connection of its own: the present one may be kept from writing, and has its own transaction.
    with connection.engine.connect().execution_options(
        postgresql_readonly=False, schema_translate_map={None: "pg_temp"}
    ) as other:
        other.exec_driver_sql("SET LOCAL search_path = pg_temp")
        Base.metadata.create_all(other, checkfirst=False)
        for view in VIEWS:
            other.exec_driver_sql(f"CREATE TEMPORARY VIEW {view.name} AS {view.select}")
        copy = _read_postgresql(other, "pg_my_temp_schema()")
        other.rollback()
    return copy


def _read_postgresql(connection: Connection, schema: str) -> Parts:
    rows = connection.exec_driver_sql(_POSTGRESQL_TABLES.format(schema=schema))
    return {(kind, name): words for kind, name, words in rows}


_POSTGRESQL_TABLES = """
SELECT 'constraint', r.relname || '.' || c.conname, pg_get_constraintdef(c.oid, true)
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE r.relnamespace = {schema} AND c.contype IN ('p', 'u', 'f', 'c')
UNION ALL
SELECT 'index', r.relname, pg_get_indexdef(i.indexrelid, 0, true) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid WHERE r.relnamespace = {schema}
UNION ALL
SELECT 'column', r.relname || '.' || a.attname,
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE r.relnamespace = {schema} AND r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'table', r.relname, CASE WHEN r.relpersistence = 'u' THEN 'unlogged' ELSE '' END
FROM pg_class r WHERE r.relnamespace = {schema} AND r.relkind = 'r'
UNION ALL
SELECT 'view', r.relname, pg_get_viewdef(r.oid, true)
FROM pg_class r WHERE r.relnamespace = {schema} AND r.relkind = 'v'
"""

_POSTGRESQL_TRIGGERS = """
WITH own AS (SELECT oid, relname, relrowsecurity FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables))
SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc || ' '
    || COALESCE(array_to_string(p.proconfig, ' '), '') || ' ' || l.lanname
    || CASE WHEN t.tgenabled IN ('O', 'A') THEN '' ELSE ' disabled' END
FROM pg_trigger t JOIN own ON own.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_language l ON l.oid = p.prolang WHERE NOT t.tgisinternal
UNION ALL
SELECT 'disabled foreign key', 'of ' || own.relname, '' FROM pg_trigger t JOIN own ON own.oid = t.tgrelid
WHERE t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')
UNION ALL
SELECT 'rewrite rule', w.rulename || ' on ' || own.relname, '' FROM pg_rewrite w JOIN own ON own.oid = w.ev_class
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'child table', i.inhrelid::regclass || ' of ' || own.relname, '' FROM pg_inherits i
JOIN own ON own.oid = i.inhparent
UNION ALL
SELECT 'row policy', 'on ' || relname, '' FROM own WHERE relrowsecurity
UNION ALL
SELECT 'server setting', 'session_replication_role', current_setting('session_replication_role')
WHERE current_setting('session_replication_role') <> 'origin'
UNION ALL
SELECT 'server setting', 'transform_null_equals', '' WHERE current_setting('transform_null_equals') <> 'off'
"""

# What PostgreSQL takes in place of its own functions, operators and conversions where it fits their types better, or in
# place of a table. What takes exactly the types of a built-in one is never taken, nor is one of types of its own.
_POSTGRESQL_MEANINGS = """
WITH own AS (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ANY(current_schemas(false))),
    built_in AS (SELECT t.oid FROM pg_type t WHERE t.typnamespace = 'pg_catalog'::regnamespace),
    known AS (SELECT * FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace)
SELECT 'function', p.oid::regprocedure::text, '' FROM pg_proc p
WHERE p.pronamespace IN (SELECT oid FROM own) AND p.proname IN (SELECT proname FROM known)
    AND NOT EXISTS (SELECT FROM known WHERE known.proname = p.proname AND known.proargtypes = p.proargtypes)
    AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) AS given WHERE given NOT IN (SELECT oid FROM built_in))
UNION ALL
SELECT 'operator', o.oid::regoperator::text, '' FROM pg_operator o
WHERE o.oprnamespace IN (SELECT oid FROM own) AND o.oprname IN
    ('=', '<>', '<', '<=', '>', '>=', '||', '~~', '~~*', '!~~', '!~~*', '->', '->>', '@@')
    AND o.oprleft IN (SELECT oid FROM built_in) AND o.oprright IN (SELECT oid FROM built_in)
UNION ALL
SELECT 'cast', format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL), '' FROM pg_cast c
WHERE c.oid >= 16384 AND c.castsource IN (SELECT oid FROM built_in) AND c.casttarget IN (SELECT oid FROM built_in)
UNION ALL
SELECT 'temporary table', relname, '' FROM pg_class
WHERE relnamespace = pg_my_temp_schema() AND relname = ANY(CAST(:tables AS name[]))
UNION ALL
SELECT 'event trigger', evtname, '' FROM pg_event_trigger WHERE evtevent = 'login'
UNION ALL
SELECT 'server setting', 'search_path', ''
WHERE array_position(current_schemas(true), 'pg_catalog') > array_position(current_schemas(true), current_schema())
"""
