"""Gives a table other columns and CHECKs in a migration: SQLite rebuilds it whole, PostgreSQL alters it.

Mechanics only: what a table is before and after stands in the migration, which never changes with the program.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

# An index: its name, its columns, whether it is unique, and the rows it holds for; empty for all.
IndexParts = tuple[str, list[str], bool, str]


def rebuild(
    op: Operations,
    name: str,
    *,
    wanted: Sequence[Any],
    present: Sequence[Any],
    indexes: Sequence[IndexParts],
    before: Mapping[str, str],
) -> None:
    """Make the table what `wanted` lists, columns and constraints, out of what `present` lists; rows are kept.

    `before` says, as SQL, what older rows hold in columns that are added.
    """
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(op, name, wanted, present, indexes, before)
    else:
        _alter_on_postgresql(op, name, wanted, present, before)


def _columns(parts: Sequence[Any]) -> dict[str, sa.Column[Any]]:
    return {part.name: part for part in parts if isinstance(part, sa.Column)}


def _rebuild_on_sqlite(
    op: Operations,
    name: str,
    wanted: Sequence[Any],
    present: Sequence[Any],
    indexes: Sequence[IndexParts],
    before: Mapping[str, str],
) -> None:
    # SQLite changes no CHECK in place. Foreign keys are off during migrations; schema.py looks for broken ones after.
    counted = {"sqlite_autoincrement": True} if name == "entry" else {}
    op.create_table(f"{name}_rebuilt", *wanted, sqlite_strict=True, **counted)
    old = _columns(present)
    values = {column: column if column in old else before.get(column, "NULL") for column in _columns(wanted)}
    into, out_of = (
        ", ".join(f'"{part}"' if part in old else part for part in side) for side in (values, values.values())
    )
    op.execute(f'INSERT INTO {name}_rebuilt ({into}) SELECT {out_of} FROM "{name}"')
    op.drop_table(name)
    op.rename_table(f"{name}_rebuilt", name)
    for index, columns, unique, where in indexes:
        op.create_index(index, name, columns, unique=unique, sqlite_where=sa.text(where) if where else None)


def _alter_on_postgresql(
    op: Operations, name: str, wanted: Sequence[Any], present: Sequence[Any], before: Mapping[str, str]
) -> None:
    new, old = _columns(wanted), _columns(present)
    for constraint in present:
        if isinstance(constraint, sa.CheckConstraint):
            op.drop_constraint(str(constraint.name), name, type_="check")
    for gone in old.keys() - new.keys():
        op.drop_column(name, gone)
    for added in [column for column in new if column not in old]:
        new[added].nullable, needed = True, not new[added].nullable
        op.add_column(name, new[added])
        if needed:
            op.execute(f'UPDATE "{name}" SET {added} = {before[added]}')
            op.alter_column(name, added, nullable=False)
    for both in new.keys() & old.keys():
        if new[both].nullable != old[both].nullable:
            op.alter_column(name, both, nullable=new[both].nullable)
    for constraint in wanted:
        if isinstance(constraint, sa.CheckConstraint):
            op.create_check_constraint(str(constraint.name), name, constraint.sqltext)
        elif isinstance(constraint, sa.ForeignKeyConstraint) and not set(constraint.column_keys) <= old.keys():
            _point(op, name, constraint)


def _point(op: Operations, name: str, constraint: sa.ForeignKeyConstraint) -> None:
    targets = [element._get_colspec().split(".") for element in constraint.elements]
    op.create_foreign_key(
        str(constraint.name),
        name,
        targets[0][0],
        list(constraint.column_keys),
        [column for _, column in targets],
        ondelete="RESTRICT",
    )
