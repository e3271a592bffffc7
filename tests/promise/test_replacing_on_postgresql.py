"""PostgreSQL has no REPLACE, and no guard searches for one: its keys, and the guards of updates, keep each row."""

from collections.abc import Iterator
from itertools import islice, permutations
from typing import Any

import pytest
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from signoff.models import Base
from signoff.models.guard_kinds import _keys
from tests.promise.test_every_column import ROWS

pytestmark = pytest.mark.parametrize("attacked", ["postgresql"], indirect=True)
KEPT = [name for name in Base.metadata.tables if not ROWS[name].go]
_KEYS = text(
    """SELECT array_agg(a.attname::text ORDER BY k.place), pg_get_expr(i.indpred, i.indrelid)
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = CAST(:name AS regclass) AND i.indisunique AND i.indisvalid AND i.indimmediate
    GROUP BY i.indexrelid, i.indpred, i.indrelid"""
)
Values = dict[str, Any]


def keys_of(connection: Connection, table: str) -> list[tuple[list[str], str]]:
    """The columns of each unique key, and the rows it holds for, from the database."""
    return [(columns, only or "") for columns, only in connection.execute(_KEYS, {"name": table})]


def rows_of(connection: Connection, table: str) -> list[Row[Any]]:
    own = ", ".join(column.name for column in Base.metadata.tables[table].primary_key)
    return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY {own}")))


def final_of(connection: Connection, table: str) -> list[Values]:
    """What of each row may never be another."""
    may = ROWS[table]
    free = set(" ".join([may.change, may.empty, *may.once, *may.once.values(), *may.emptied.values()]).split())
    return [
        {name: value for name, value in row._mapping.items() if name not in free} for row in rows_of(connection, table)
    ]


def crossed(connection: Connection, table: str, key: list[str], only: str) -> Iterator[Values]:
    """Rows with the key of one row and all else of another."""
    for row, other in islice(permutations(rows_of(connection, table), 2), 3):
        values = {**other._mapping, **{name: row._mapping[name] for name in key}}
        if only:
            values[only.strip("()").split()[0]] = None
        if None not in (values[name] for name in key):
            yield values


def upserts(table: str, key: list[str], only: str, values: Values) -> Iterator[str]:
    """Statements that put these values in the place of the row with this key."""
    names, binds = (", ".join(form.format(name) for name in values) for form in ('"{}"', ":{}"))
    rest = [name for name in values if name not in key] or key
    target = f"({', '.join(key)})" + (f" WHERE {only}" if only else "")
    taken = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in rest)
    there = " AND ".join(f"was.{name} = :{name}" for name in key)
    new = ", ".join(f'"{name}" = :{name}' for name in rest)
    yield f"INSERT INTO {table} ({names}) VALUES ({binds}) ON CONFLICT {target} DO UPDATE SET {taken}"
    yield f"MERGE INTO {table} was USING (SELECT 1) one ON {there} WHEN MATCHED THEN UPDATE SET {new}"
    yield f"MERGE INTO {table} was USING (SELECT 1) one ON {there} WHEN MATCHED THEN DELETE"


def said(connection: Connection, statement: str, values: Values) -> str:
    try:
        connection.execute(text(statement), values)
    except DBAPIError as problem:
        return str(problem.orig)
    return ""


def test_no_statement_puts_a_row_in_the_place_of_another(full: Connection) -> None:
    tried = 0
    for table in KEPT:
        before = final_of(full, table)
        for key, only in keys_of(full, table):
            for values in crossed(full, table, key, only):
                for statement in upserts(table, key, only, values):
                    point = full.begin_nested()
                    if refused := said(full, statement, values):
                        assert "syntax" not in refused and "does not exist" not in refused, (statement, refused)
                    else:
                        after = final_of(full, table)
                        assert [row for row in before if row not in after] == [], statement
                    point.rollback()
                    tried += 1
    assert tried > 500


def test_each_key_refuses_by_itself(full: Connection) -> None:
    """Also where no trigger runs, as for who replays the changes of another server."""
    full.exec_driver_sql("SET LOCAL session_replication_role = replica")
    tried = set()
    for table in KEPT:
        for key, only in keys_of(full, table):
            for values in crossed(full, table, key, only):
                names, binds = (", ".join(form.format(name) for name in values) for form in ('"{}"', ":{}"))
                point = full.begin_nested()
                refused = said(full, f"INSERT INTO {table} ({names}) VALUES ({binds})", values)
                point.rollback()
                assert "duplicate key" in refused or "violates check" in refused, (table, key, refused)
                tried.add(table)
    assert len(tried) > 40


def test_every_key_of_the_models_is_one_of_the_database(full: Connection) -> None:
    for table in KEPT:
        for key in _keys(Base.metadata.tables[table]):
            there = [set(columns) for columns, _ in keys_of(full, table)]
            assert set(key.columns) in there, (table, key)
