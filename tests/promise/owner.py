"""The owner of a database without its keys: guards set aside, some row changed by chance, guards there again."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, delete, insert, select, text, update
from sqlalchemy.exc import StatementError

from signoff.db import guards
from signoff.models import Base

_ACTS = ("change", "change", "change", "take over", "empty", "swap", "delete", "copy")


def bend(connection: Connection, chance: random.Random) -> str:
    """Change something that the database takes; returns what was done, in words."""
    while True:
        table = Base.metadata.tables[chance.choice(sorted(Base.metadata.tables))]
        with _unguarded(connection, table):
            done = _try(connection, chance, table)
        if done:
            return done


@contextmanager
def _unguarded(connection: Connection, table: Table) -> Iterator[None]:
    """No trigger of this table fires meanwhile; afterwards all are there, word for word."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        connection.execute(text("SET LOCAL session_replication_role = origin"))
        return
    own = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.execute(own, {"table": table.name}).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def guards_off(connection: Connection) -> None:
    """What whoever owns the database does before a change."""
    guards.set_aside(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def guards_on(connection: Connection) -> None:
    """And after it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = origin"))
    guards.lay(connection)


def _try(connection: Connection, chance: random.Random, table: Table) -> str:
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).all()
    if not rows:
        return ""
    act, row, other = chance.choice(_ACTS), chance.choice(rows), chance.choice(rows)
    column = chance.choice(list(table.columns))
    point = connection.begin_nested()
    try:
        if not _done(connection, chance, act, table, column, row, other):
            point.rollback()
            return ""
    except (StatementError, ValueError, TypeError):  # a CHECK or a type would not have it
        point.rollback()
        return ""
    point.commit()
    return f"{act} {table.name}.{column.name} of {tuple(row)!r:.200} (beside {tuple(other)!r:.100})"


def _done(
    connection: Connection,
    chance: random.Random,
    act: str,
    table: Table,
    column: "Column[Any]",
    row: Row[Any],
    other: Row[Any],
) -> bool:
    if act == "delete":
        connection.execute(delete(table).where(*_own(table, row)))
        return True
    if act == "copy":
        return _copied(connection, chance, table, row)
    mine, theirs = row._mapping[column.name], other._mapping[column.name]
    new = {"change": lambda: _another(mine, chance), "empty": lambda: _empty(mine)}.get(act, lambda: theirs)()
    if new == mine:
        return False
    if act == "swap" and not column.primary_key:
        connection.execute(update(table).where(*_own(table, other)).values({column.name: mine}))
    connection.execute(update(table).where(*_own(table, row)).values({column.name: new}))
    return True


def _own(table: Table, row: Row[Any]) -> list[Any]:
    return [column == row._mapping[column.name] for column in table.primary_key.columns]


def _copied(connection: Connection, chance: random.Random, table: Table, row: Row[Any]) -> bool:
    values = dict(row._mapping)
    for column in table.columns:
        if column.primary_key or column.unique or chance.random() < 0.2:
            values[column.name] = _another(values[column.name], chance)
    connection.execute(insert(table).values(values))
    return True


def _another(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind."""
    match value:
        case None:
            return chance.choice([1, "x"])
        case int():
            return value + chance.choice([-1, 1, 2, 70_000])
        case str():
            return chance.choice([value + "x", value[1:], value[::-1], value.upper(), "x" * len(value)])
        case bytes():
            return value[::-1]
        case list() | dict():
            return [*value, "x"] if isinstance(value, list) else {**value, "x": "x"}
    return value + timedelta(days=chance.choice([-400, -1, 1, 400]))


def _empty(value: Any) -> Any:
    return None if value is None or isinstance(value, int) else type(value)() if isinstance(value, str | list) else None
