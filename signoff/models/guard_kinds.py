"""What a guard is, and what every table gets: each column frozen but those named, and rows that stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Index, Table, UniqueConstraint

from signoff.models.base import Base

# Whether the person in a column saved any version of the position that a row's version belongs to.
AUTHOR = """EXISTS (SELECT 1 FROM version own JOIN version checked ON checked.position_id = own.position_id
    WHERE checked.id = NEW.version_id AND own.saved_by = NEW.{column})"""


@dataclass(frozen=True)
class Guard:
    """A trigger: on which table and act, under which condition, with which sentence it refuses."""

    name: str
    table: str
    act: str  # INSERT, UPDATE, DELETE or TRUNCATE
    when: str
    sentence: str
    only: str = ""  # the one kind of database that needs it, where the other cannot be told otherwise


@dataclass(frozen=True)
class Ending:
    """A column that is set once and never again, with the columns (`along`) that are final from then on.

    Those of `empties` are final too, but may still become empty.
    """

    column: str
    sentence: str
    along: str = ""
    empties: str = ""


@dataclass(frozen=True)
class _Key:
    """A unique key: its columns, and the column that is empty in the rows for which it holds."""

    columns: tuple[str, ...]
    while_empty: str = ""


def guarded(
    model: type[Base],
    *,
    changes: str = "",
    erases: str = "",
    ends: Iterable[Ending] = (),
    goes: bool = False,
    grows: bool = True,
) -> Iterator[Guard]:
    """What a table gets: every column is frozen but those named here, and no row is deleted unless it `goes`.

    `changes` names the columns that may change, `erases` those that may only become empty. A column that is added to
    the table and named nowhere is frozen. A table that does not grow gets rows from migrations only.
    """
    table = Base.metadata.tables[model.__tablename__]
    endings = tuple(ends)
    free = _named(table, changes, erases, *(f"{ending.column} {ending.along} {ending.empties}" for ending in endings))
    yield _frozen(table, free)
    if erases:
        yield _only_erased(table, erases.split())
    for ending in endings:
        yield _for_good(table, ending)
    yield Guard(f"{table.name}_not_truncated", table.name, "TRUNCATE", "", f"{table.name}: rows are never deleted")
    if not goes:
        yield Guard(f"{table.name}_not_deleted", table.name, "DELETE", "1 = 1", f"{table.name}: rows are never deleted")
        yield from _not_replaced(table, free - {ending.column for ending in endings}) if grows else _not_added(table)


def _named(table: Table, *lists: str) -> frozenset[str]:
    named = frozenset(column for names in lists for column in names.split())
    unknown = named - set(table.columns.keys())
    if unknown:
        raise LookupError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    return named


def _frozen(table: Table, free: frozenset[str]) -> Guard:
    said = [column.name for column in table.columns if column.name not in free]
    return Guard(
        f"{table.name}_frozen", table.name, "UPDATE", _changed(said), f"{table.name}: what was said is never changed"
    )


def _changed(columns: Iterable[str]) -> str:
    return " OR ".join(f"NEW.{column} {{differs}} OLD.{column}" for column in columns)


def _only_erased(table: Table, columns: Iterable[str]) -> Guard:
    condition = " OR ".join(map(_changed_but_emptied, columns))
    sentence = f"{table.name}: what was said is erased or kept, never changed"
    return Guard(f"{table.name}_only_erased", table.name, "UPDATE", condition, sentence)


def _changed_but_emptied(column: str) -> str:
    return f"(NEW.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column})"


def _for_good(table: Table, ending: Ending) -> Guard:
    final = " OR ".join(
        [_changed((ending.column, *ending.along.split())), *map(_changed_but_emptied, ending.empties.split())]
    )
    condition = f"OLD.{ending.column} IS NOT NULL AND ({final})"
    name = f"{table.name}_{ending.column}_for_good"
    return Guard(name, table.name, "UPDATE", condition, f"{table.name}: {ending.sentence}")


def _not_added(table: Table) -> Iterator[Guard]:
    sentence = f"{table.name}: rows come with migrations only"
    yield Guard(f"{table.name}_not_added", table.name, "INSERT", "1 = 1", sentence)


def _not_replaced(table: Table, movable: frozenset[str]) -> Iterator[Guard]:
    """Rows are not deleted by SQLite's REPLACE either, which deletes what a unique key hits.

    `movable` are the columns by which a row can come to have another key. PostgreSQL has no such statement: there the
    keys refuse by themselves, and to search for each row that is added costs a sixth of the time of a round.
    """
    keys = list(_keys(table))
    clashes = " OR ".join(f"EXISTS (SELECT 1 FROM {table.name} was WHERE {_clash(key)})" for key in keys)
    sentence = f"{table.name}: such a row exists and is never replaced"
    yield Guard(f"{table.name}_not_replaced", table.name, "INSERT", clashes, sentence, "sqlite")
    # An update too, where the key can change: UPDATE OR REPLACE.
    moved = [
        f"(({_changed(moving)}) AND EXISTS (SELECT 1 FROM {table.name} was WHERE {_clash(key)}))"
        for key in keys
        if (moving := [column for column in (*key.columns, key.while_empty) if column in movable])
    ]
    if moved:
        yield Guard(f"{table.name}_not_displaced", table.name, "UPDATE", " OR ".join(moved), sentence, "sqlite")


def _keys(table: Table) -> Iterator[_Key]:
    """Every unique key of a table but those that merely widen another, which stand there for foreign keys."""
    result = [_Key(tuple(table.primary_key.columns.keys()))]
    result += [_Key(tuple(c.columns.keys())) for c in table.constraints if isinstance(c, UniqueConstraint)]
    result += [_key_of_index(index) for index in table.indexes if index.unique]
    whole = [set(key.columns) for key in result if not key.while_empty]
    narrow = [key for key in result if not any(other < set(key.columns) for other in whole)]
    yield from sorted(narrow, key=lambda key: (key.while_empty, key.columns))


def _key_of_index(index: Index) -> _Key:
    columns = tuple(index.columns.keys())
    where = index.dialect_options["sqlite"]["where"]
    if where is None:
        return _Key(columns)
    column, _, rest = str(where).partition(" ")
    if rest != "IS NULL":
        raise LookupError(f"{index.name}: a unique key of other rows than those with an empty column has no guard yet")
    return _Key(columns, column)


def _clash(key: _Key) -> str:
    same = [f"was.{column} = NEW.{column}" for column in key.columns]
    if key.while_empty:
        same += [f"was.{key.while_empty} IS NULL", f"NEW.{key.while_empty} IS NULL"]
    return " AND ".join(same)
