"""Thousands of rows of one table, added by one statement that stays short."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Insert,
    Result,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from signoff.models.base import Base

_Row = Mapping[str, Any]


def add_rows(
    into: Session | Connection, model: type[Base], rows: Sequence[_Row], *, returning: Sequence[Any] = ()
) -> Result[Any]:
    """Add rows, at least one, that all give the same columns; the result has what is returned of each, in any order.

    SQLite takes longer for rows that return something. ValueError when a row gives other columns than the first.
    """
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(f"{model.__tablename__}: each row gives the same columns")
    connection = into if isinstance(into, Connection) else into.connection()
    if connection.dialect.name == "postgresql":
        statement = _from_arrays(model, rows)
        return into.execute(statement.returning(*returning) if returning else statement)
    statement = insert(model).returning(*returning) if returning else insert(Base.metadata.tables[model.__tablename__])
    return into.execute(statement, rows)


def _from_arrays(model: type[Base], rows: Sequence[_Row]) -> Insert:
    # An array for each column, and once what all rows share. With a place for each value of a thousand rows, to write
    # the statement and to read it takes longer than to add the rows. The first column tells how many they are.
    table = Base.metadata.tables[model.__tablename__]
    own, shared = list[Column[Any]](), list[Column[Any]]()
    for name, first in rows[0].items():
        is_shared = own and all(row[name] == first for row in rows)
        (shared if is_shared else own).append(table.columns[name])
    arrays = [bindparam(None, [row[each.name] for row in rows], type_=ARRAY(each.type)) for each in own]
    given = func.unnest(*arrays).table_valued(*(column(each.name, each.type) for each in own)).render_derived()
    said = [literal(rows[0][each.name], each.type) for each in shared]
    return insert(model).from_select([*own, *shared], select(given, *said))
