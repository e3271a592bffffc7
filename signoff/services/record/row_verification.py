"""Verifies rows: those that people read have their codes, those that had one are there, and point at what is there."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Select, Table, and_, exists, func, select
from sqlalchemy.orm import Session

from signoff.evidence.codes import SealingKeys
from signoff.models import Base, RowCode
from signoff.models.row_codes import CODED
from signoff.services.record.places import Places
from signoff.services.record.row_codes import is_right, key_column, with_codes


def verify_rows(session: Session, keys: SealingKeys, places: Places) -> Iterator[str]:
    """Every sentence about a row that was written, changed or deleted past the program."""
    for name, noun in CODED.items():
        own = Base.metadata.tables[name]
        for row in session.execute(
            with_codes(own).order_by(key_column(own)).execution_options(yield_per=500)
        ).mappings():
            if not is_right(own, row, keys):
                yield f"{places.called(name, noun, row)} is not as this program wrote it."
        yield from _gone(session, own, noun)
    if strange := set(session.scalars(select(RowCode.row_table).distinct())) - CODED.keys():
        named = ", ".join(f"“{name}”" for name in sorted(strange))
        yield f"There are codes of rows of tables that need none: {named}."
    for own in Base.metadata.sorted_tables:
        yield from _pointing_nowhere(session, own, places)


def _gone(session: Session, own: Table, noun: str) -> Iterator[str]:
    for rank in session.scalars(_without_row(own)):
        yield f"The {noun} that was written as number {rank} no longer exists."


# Statements are built once: that takes longer than most tables take to read.
@cache
def _without_row(own: Table) -> Select[int]:
    coded = select(RowCode.row_id, func.row_number().over(order_by=RowCode.row_id)).where(RowCode.row_table == own.name)
    ranked = coded.subquery()
    there = exists().where(key_column(own) == ranked.c[0])
    return select(ranked.c[1]).where(~there).order_by(ranked.c[1])


def _pointing_nowhere(session: Session, own: Table, places: Places) -> Iterator[str]:
    for constraint in sorted(own.foreign_key_constraints, key=lambda one: str(one.name)):
        missing = _noun(constraint.referred_table)
        for row in session.execute(_dangling(own, constraint)).mappings():
            yield f"{places.called(own.name, _noun(own), row)} points at no {missing} that is there."


def _noun(table: Table) -> str:
    return CODED.get(table.name, f"row of {table.name}")


@cache
def _dangling(own: Table, constraint: ForeignKeyConstraint) -> Select[Any]:
    # Rows may point at others of their own table.
    target = constraint.referred_table.alias("target")
    pairs = [(element.parent, target.c[element.column.name]) for element in constraint.elements]
    there = exists().where(and_(*(mine == theirs for mine, theirs in pairs)))
    return select(own).where(*(mine.is_not(None) for mine, _ in pairs), ~there)
