"""What a guard is, and the three kinds that recur: frozen columns, kept rows, and what ends for good."""

from collections.abc import Iterator
from dataclasses import dataclass

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


def frozen(table: str, columns: str) -> Guard:
    """The named columns of a row are never changed."""
    condition = " OR ".join(f"NEW.{column} {{differs}} OLD.{column}" for column in columns.split())
    return Guard(f"{table}_frozen", table, "UPDATE", condition, f"{table}: what was said is never changed")


def kept(table: str, keys: str) -> Iterator[Guard]:
    """Rows are never deleted: not by DELETE, not by SQLite's REPLACE, not by PostgreSQL's TRUNCATE.

    `keys` lists every unique key, columns joined by `+`, since REPLACE deletes whatever row one of them hits;
    `?column` at its end says that the key holds only for rows in which that column is empty.
    """
    yield Guard(f"{table}_not_deleted", table, "DELETE", "1 = 1", f"{table}: rows are never deleted")
    yield Guard(f"{table}_not_truncated", table, "TRUNCATE", "", f"{table}: rows are never deleted")
    # One search for each key: joined in one, PostgreSQL may keep a plan that reads the whole table for every row.
    clashes = " OR ".join(f"EXISTS (SELECT 1 FROM {table} was WHERE {_clash(key)})" for key in keys.split())
    yield Guard(
        f"{table}_not_replaced",
        table,
        "INSERT",
        clashes,
        f"{table}: such a row exists and is never replaced",
    )


def _clash(key: str) -> str:
    columns, _, empty = key.partition("?")
    same = [f"was.{column} = NEW.{column}" for column in columns.split("+")]
    if empty:
        same += [f"was.{empty} IS NULL", f"NEW.{empty} IS NULL"]
    return " AND ".join(same)


def for_good(table: str, column: str, sentence: str) -> Guard:
    """What was ended once is never revived."""
    condition = f"OLD.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column}"
    return Guard(f"{table}_{column}_for_good", table, "UPDATE", condition, f"{table}: {sentence}")


def only_erased(table: str, columns: str) -> Guard:
    """What a person said is erased or kept, never changed."""
    condition = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column})" for column in columns.split()
    )
    return Guard(
        f"{table}_only_erased", table, "UPDATE", condition, f"{table}: what was said is erased or kept, never changed"
    )
