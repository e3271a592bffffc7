"""Keys and CHECKs as guards: on SQLite, any connection may switch off the constraints themselves, but no trigger.

`PRAGMA foreign_keys` is off unless a connection asks for it, and `PRAGMA ignore_check_constraints` takes any row. So
each foreign key and each CHECK of every table is a condition of a guard too, made from the constraint itself.
"""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Table

from signoff.models.guard_kinds import Guard

ALTERNATIVE = "\nOR "


def constraint_guards(tables: Iterable[Table], frozen: dict[str, Guard]) -> Iterator[Guard]:
    """The guards of all foreign keys and CHECKs; for an update, of those whose columns are not all `frozen`."""
    for table in tables:
        settled = {column.name for column in table.columns if f"NEW.{column.name} " in frozen[table.name].when}
        for kind, constraints, refused, sentence in (
            ("refers", _foreign_keys(table), _points_nowhere, "what it refers to is not there"),
            ("allowed", _checks(table), _is_not_allowed, "such a value is not allowed"),
        ):
            for act, name in (("INSERT", kind), ("UPDATE", f"{kind}_later")):
                bound = [item for item in constraints if act == "INSERT" or not _columns(table, item) <= settled]
                if bound:
                    when = ALTERNATIVE.join(refused(table, item) for item in bound)
                    yield Guard(f"{table.name}_{name}", table.name, act, when, f"{table.name}: {sentence}", "sqlite")


def _foreign_keys(table: Table) -> list[Constraint]:
    return _in_order(item for item in table.constraints if isinstance(item, ForeignKeyConstraint))


def _checks(table: Table) -> list[Constraint]:
    return _in_order(item for item in table.constraints if isinstance(item, CheckConstraint))


def _in_order(constraints: Iterable[Constraint]) -> list[Constraint]:
    return sorted(constraints, key=lambda item: str(item.name))


def _columns(table: Table, constraint: Constraint) -> set[str]:
    if isinstance(constraint, ForeignKeyConstraint):
        return set(constraint.columns.keys())
    return set(re.findall(r"\w+", _unquoted(constraint))) & set(table.columns.keys())


def _unquoted(constraint: Constraint) -> str:
    return re.sub(r"'[^']*'", "", _condition(constraint))


def _condition(constraint: Constraint) -> str:
    assert isinstance(constraint, CheckConstraint)
    return str(constraint.sqltext)


def _points_nowhere(table: Table, key: Constraint) -> str:
    assert isinstance(key, ForeignKeyConstraint)
    target = key.elements[0].target_fullname.partition(".")[0]
    theirs = [element.target_fullname.partition(".")[2] for element in key.elements]
    same = " AND ".join(f"{name} = NEW.{column.name}" for name, column in zip(theirs, key.columns, strict=True))
    given = "".join(f"NEW.{column.name} IS NOT NULL AND " for column in key.columns if column.nullable)
    return f"({given}NOT EXISTS (SELECT 1 FROM {target} WHERE {same}))"


def _is_not_allowed(table: Table, check: Constraint) -> str:
    columns = "|".join(table.columns.keys())
    # Words between quotes are values, whatever they look like.
    parts = re.split(r"('[^']*')", _condition(check))
    return f"NOT ({''.join(_renamed(part, columns) for part in parts)})"


def _renamed(part: str, columns: str) -> str:
    return part if part.startswith("'") else re.sub(rf"\b({columns})\b", r"NEW.\1", part)
