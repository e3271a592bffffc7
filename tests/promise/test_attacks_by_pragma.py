"""Raw SQL on SQLite by a connection that switches off foreign keys and CHECKs, as any may: the guards hold without.

The lists are read from the models and shared with the attacks on the constraints, so that a new one is attacked here.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Table,
    Text,
    create_engine,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from signoff.db.database import Database
from signoff.models import Base
from signoff.models.guards import GUARDS, OF_CONSTRAINTS
from tests.promise.attacking import LATER, Attack, after, answered, copied, sql
from tests.promise.full import copy, row
from tests.promise.test_attacks_on_constraints import CHECKS, MORE_CHECKS

pytestmark = pytest.mark.parametrize("attacked", ["sqlite"], indirect=True)
TABLES = Base.metadata.sorted_tables
OURS = {guard.name: guard for guard in OF_CONSTRAINTS}


@pytest.fixture
def unchecked(attacked: Database, tmp_path: Path) -> Iterator[Connection]:
    """A full database with all its guards, in which no constraint is asked."""
    copyfile(str(attacked.engine.url.database), tmp_path / "copy.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.commit()
        yield connection
    engine.dispose()


@pytest.fixture
def alone(unchecked: Connection) -> Connection:
    """The same, with the guards of constraints alone."""
    for (name,) in unchecked.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        if name not in OURS:
            unchecked.exec_driver_sql(f"DROP TRIGGER {name}")
    unchecked.commit()
    return unchecked


def birchs(column: str, table: str, where: str = "1 = 1") -> str:
    birch = "(SELECT id FROM partner WHERE name = 'Birch')"
    return f"(SELECT {column} FROM {table} WHERE partner_id = {birch} AND {where} ORDER BY id LIMIT 1)"


def approval_of_birch(**changes: str) -> Attack:
    """Birch declined: an approval of version 1 under its name, right but for these columns, written as SQL."""
    values = {"link_id": birchs("id", "link"), **changes}
    rewritten = ", ".join(f"{column} = {value}" for column, value in values.items())
    loosely = after(sql("CREATE TEMP TABLE forged AS SELECT * FROM answer WHERE verdict = 'approve' LIMIT 1"))
    right = (
        f"id = 900000, partner_id = {birchs('partner_id', 'request')}, request_id = {birchs('id', 'request')}, "
        f"sequence = 2, public_name = 'Birch', at = '{LATER}', "
        "entry_id = (SELECT MAX(id) FROM entry WHERE id NOT IN (SELECT entry_id FROM answer))"
    )
    return after(
        loosely,
        sql(f"UPDATE forged SET {right}"),
        sql(f"UPDATE forged SET {rewritten}"),
        sql("INSERT INTO answer SELECT * FROM forged"),
    )


FORGERIES: dict[str, Attack] = {
    "through another partner's link": approval_of_birch(link_id="(SELECT id FROM link WHERE partner_id = 1)"),
    "without a link": approval_of_birch(link_id="NULL"),
    "of another digest": approval_of_birch(digest=f"'{'0' * 64}'"),
    "to another partner's request": approval_of_birch(
        request_id="(SELECT id FROM request WHERE partner_id = 1)", link_id="(SELECT id FROM link WHERE partner_id = 1)"
    ),
    "to no request": approval_of_birch(request_id="777777"),
    "of no version": approval_of_birch(version_id="777777"),
    "without an entry": approval_of_birch(entry_id="777777"),
    "as a removal with a link": approval_of_birch(removed_by="3"),
    "without authority": approval_of_birch(authority="NULL"),
    "under no name": approval_of_birch(public_name="NULL"),
    "with another word": approval_of_birch(verdict="'approve '"),
    "a removal that is a link's": answered("Alder", "remove", link_id=1),
    "a publication of another position's version": copied("publication", version_id=2, position_id=1, ended_at=None),
    "a public name of no one": copied("partner_name", partner_id=777_777, name="No one", key="NOBODY"),
    "a link of one partner's request with another's contact": copied(
        "link", contact_id=2, lookup="7" * 64, revoked_at=LATER
    ),
    "a version without words": copied("version", number=3, digest="e" * 64, body=""),
    "a publication that ended without saying how": sql("UPDATE publication SET ended_as = NULL WHERE id = 2"),
    "a level that is none": sql("UPDATE partner SET level = 'galactic'"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_nothing_is_forged_without_constraints(unchecked: Connection, forgery: str) -> None:
    tables = ("answer", "publication", "partner_name", "link", "version", "partner", "signatory")
    before = {table: unchecked.execute(text(f"SELECT * FROM {table}")).all() for table in tables}
    with pytest.raises(IntegrityError) as problem, unchecked.begin_nested():
        FORGERIES[forgery](unchecked)
    assert "constraint failed" not in str(problem.value.orig)
    assert before == {table: unchecked.execute(text(f"SELECT * FROM {table}")).all() for table in tables}


def test_a_right_answer_is_taken(unchecked: Connection) -> None:
    approval_of_birch()(unchecked)
    assert "Birch" in unchecked.scalars(text("SELECT public_name FROM signatory")).all()


def refused(connection: Connection, name: str, attack: Attack) -> None:
    with pytest.raises(IntegrityError) as problem, connection.begin_nested():
        attack(connection)
    assert OURS[name].sentence in str(problem.value.orig), name


def test_every_check_holds_where_checks_are_ignored(alone: Connection) -> None:
    attacked = set()
    for table in TABLES:
        for check in (item for item in table.constraints if isinstance(item, CheckConstraint)):
            for where, changes in [CHECKS[str(check.name)], *MORE_CHECKS.get(str(check.name), ())]:
                refused(alone, f"{table.name}_allowed", copied(table.name, where, **changes))
                if f"{table.name}_allowed_later" in OURS and _may_change(table, *changes):
                    refused(alone, f"{table.name}_allowed_later", _changed(table, where, changes))
                    attacked.add(f"{table.name}_allowed_later")
            attacked.add(f"{table.name}_allowed")
    assert attacked == {name for name in OURS if "_allowed" in name}


ONE_ROW = {"coalition"}  # a second row is refused before it is asked what it refers to


def test_every_foreign_key_holds_where_foreign_keys_are_off(alone: Connection) -> None:
    attacked = set()
    for table in TABLES:
        for key in table.foreign_key_constraints:
            for column in key.columns:
                where, nowhere = f'"{column.name}" IS NOT NULL', {column.name: _nowhere(column)}
                if table.name not in ONE_ROW:
                    refused(alone, f"{table.name}_refers", copied(table.name, where, **nowhere))
                if _may_change(table, column.name):
                    refused(alone, f"{table.name}_refers_later", _changed(table, where, nowhere))
                    attacked.add(f"{table.name}_refers_later")
            if table.name not in ONE_ROW:
                refused(alone, f"{table.name}_refers", _pointing_elsewhere(table, key))
            attacked.add(f"{table.name}_refers")
    assert attacked == {name for name in OURS if "_refers" in name}


def _may_change(table: Table, *columns: str) -> bool:
    frozen = next(guard for guard in GUARDS if guard.name == f"{table.name}_frozen")
    return any(f"NEW.{column} " not in frozen.when for column in columns if column in table.columns)


def _changed(table: Table, where: str, changes: dict[str, Any]) -> Attack:
    def attack(connection: Connection) -> None:
        first = next(iter(table.primary_key))
        values = {name: value for name, value in changes.items() if name in table.columns}
        chosen = connection.scalar(select(first).where(text(where)).order_by(first).limit(1))
        assignments = ", ".join(f'"{name}" = :{name}' for name in values)
        connection.execute(
            text(f"UPDATE {table.name} SET {assignments} WHERE {first.name} = :chosen"), {**values, "chosen": chosen}
        )

    return attack


def _nowhere(column: "Column[Any]") -> Any:
    return ("f" * 64 if column.name == "digest" else "nobody") if isinstance(column.type, Text) else 777_777


def _pointing_elsewhere(table: Table, key: ForeignKeyConstraint) -> Attack:
    """A key of several columns that are all there, in different rows; of one, a row that is not there."""
    columns = [column.name for column in key.columns]

    def attack(connection: Connection) -> None:
        given = row(connection, table.name, " AND ".join(f'"{name}" IS NOT NULL' for name in columns))._mapping
        last, theirs = columns[-1], key.elements[-1].column
        other = connection.scalar(select(theirs).where(theirs != given[last]).limit(1))
        copy(connection, table.name, f'"{columns[0]}" IS NOT NULL', **{last: other if len(columns) > 1 else 777_777})

    return attack
