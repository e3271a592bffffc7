"""Each guard, and each condition of one, is removed in turn; some attack or some lawful act must notice. On SQLite.

A guard that refuses less lets an attack through. A guard that refuses more stops something that people do: what fills
the database is done again, statement by statement, under the changed guard, as is what `conditions.py` calls lawful.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import CheckConstraint, Connection, event, text

from signoff.db.database import Database
from signoff.db.guards import trigger
from signoff.models.base import Base
from signoff.models.guard_kinds import Guard
from signoff.models.guards import GUARDS, OF_CONSTRAINTS
from tests.conftest import furnished
from tests.promise.full import fill, row
from tests.promise.test_attacks_on_constraints import CHECKS, MORE_CHECKS
from tests.promise.test_attacks_on_guards import attacks_for, lawful_beside, said

sqlglot = pytest.importorskip("sqlglot")
exp = sqlglot.exp
pytestmark = pytest.mark.torture

# What is made from a constraint is attacked in test_attacks_by_pragma.py, and the conditions of CHECKs here.
OWN = [guard for guard in GUARDS if guard.act != "TRUNCATE" and guard not in OF_CONSTRAINTS]
Statements = list[tuple[str, Any]]

# Conditions that can be removed unnoticed, and why nothing is lost by them.
SURVIVE: dict[tuple[str, str], str] = {
    (
        "version_not_replaced",
        "EXISTS(SELECT 1 FROM version AS was WHERE was.position_id = NEW.position_id AND was.number = NEW.number)",
    ): "version_in_sequence lets no number be taken twice",
    (
        "answer_not_replaced",
        "EXISTS(SELECT 1 FROM answer AS was WHERE was.version_id = NEW.version_id "
        "AND was.partner_id = NEW.partner_id AND was.sequence = NEW.sequence)",
    ): "answer_in_sequence lets no sequence be taken twice",
    ("publication_not_replaced", "NEW.ended_at IS NULL"): "publication_begins_live lets none begin ended",
    (
        "partner_name_not_replaced",
        "was.partner_id = NEW.partner_id",
    ): "partner_name_of_nobody_else: its key is the same",
    ("edition_draft_not_displaced", "(NEW.edition_id IS NOT OLD.edition_id)"): "edition_draft_ended: none is changed",
    ("round_reopens_with_check", "NOT OLD.ended_at IS NULL"): "the check of an open round counts: its position stays",
    ("partner_name_becomes_public", "NEW.kind = 'public'"): "there are two kinds of names, so far",
    (
        "cosignature_not_replaced",
        "was.size = NEW.size",
    ): "the filled database has one head; that a witness cosigns the next too is tested with witnesses",
    ("partner_name_becomes_public", "OLD.kind = 'alias'"): "there are two kinds of names, so far",
    (
        "partner_merged_asked_once",
        "NEW.merged_into_id IS NOT OLD.merged_into_id",
    ): "nothing asks two entries of one partner about one version afterwards",
    (
        "partner_merged_listed_once",
        "NEW.merged_into_id IS NOT OLD.merged_into_id",
    ): "nothing makes two entries of one partner approve one version afterwards",
}


# The same of CHECKs.
CHECKS_SURVIVE = dict.fromkeys(
    [
        ("ck_delivery_taken_back_later", "taken_back_at IS NULL"),
        ("ck_problem_report_settled_later", "settled_at IS NULL"),
        ("ck_publication_ended_later", "ended_at IS NULL"),
        ("ck_subscription_confirmed_in_time", "confirmed_at IS NULL"),
    ],
    "a comparison with nothing is no refusal",
)
# Rows that a CHECK must take, where the filled database has none like it.
CLOSED: dict[str, Any] = {"opened_at": None, "opened_by": None, "given_up": None}
OPENED = {"opened_at": "2026-11-25 12:00:00.000000+00:00", "opened_by": 1, "given_up": "00" * 32}
LAWFUL_ROWS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ck_answer_note_with_approval": [("verdict = 'approve'", {"public_note": "With our neighbors."})],
    "ck_edition_draft_ended_once": [("edition_id IS NULL", {"discarded_at": "2026-11-25 12:00:00.000000+00:00"})],
    "ck_exemption_reason_given": [("1 = 1", {"spelling": "ordinary", "reason": ""})],
    "ck_finding_reason_given": [("1 = 1", {"verdict": "not_engaged", "rationale": ""})],
    "ck_referral_colleague_once_accepted": [("1 = 1", {"accepted": 0, "contact_id": None})],
    "ck_referral_settled_when_taken_back": [
        ("1 = 1", {"taken_back_at": None, "settled_at": None, "accepted": None, "contact_id": None})
    ],
    "ck_restoration_given_up_by_opening": [("1 = 1", CLOSED), ("1 = 1", OPENED)],
    "ck_restoration_opened_whole": [("1 = 1", CLOSED), ("1 = 1", OPENED)],
}


class Mutant(NamedTuple):
    """A guard without one of its conditions, or without any: then it refuses nothing."""

    lost: str
    when: str


def mutants_of(guard: Guard) -> Iterator[Mutant]:
    """The guard that is gone, and the guard without each operand of each of its ANDs and ORs."""
    yield Mutant("everything", "0")
    yield from without_each_operand(guard.when.replace("{differs}", "IS NOT"))


def without_each_operand(condition: str) -> Iterator[Mutant]:
    whole = sqlglot.parse_one(f"SELECT {condition}", read="sqlite")
    for place in range(len(list(whole.find_all(exp.Connector)))):
        for kept, lost in (("this", "expression"), ("expression", "this")):
            copy = whole.copy()
            node = list(copy.find_all(exp.Connector))[place]
            gone = node.args[lost]
            if type(gone) is type(node):
                continue  # the rest of a chain: its members are taken out one by one
            said = gone.sql("sqlite")
            node.replace(node.args[kept])
            yield Mutant(said, copy.expressions[0].sql("sqlite"))


@pytest.fixture(scope="module")
def done(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Statements]:
    """An empty database, and every statement by which a lawful story changes it."""
    folder = tmp_path_factory.mktemp("lawful")
    story, empty = folder / "story.db", folder / "empty.db"
    for path in (story, empty):
        path.write_bytes(sqlite_template.read_bytes())
    database, statements = Database(f"sqlite:///{story}"), []

    @event.listens_for(database.engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            rows = values if values and isinstance(values[0], tuple | list) else [values]
            statements.extend((statement, row) for row in rows)

    house = furnished(database, folder)
    fill(house)
    database.engine.dispose()
    return empty, statements


def stops_something_lawful(done: tuple[Path, Statements], changed: str, guard: Guard) -> bool:
    path, statements = done
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN")
    try:
        connection.execute(f"DROP TRIGGER {guard.name}")
        connection.execute(changed)
        for statement, values in statements:
            connection.execute(statement, values)
    except sqlite3.IntegrityError as problem:
        assert str(problem) == guard.sentence, problem
        return True
    finally:
        connection.rollback()
        connection.close()
    return False


def is_noticed(full: Connection, changed: str, guard: Guard) -> bool:
    """Whether some attack is no longer refused by this guard, or something lawful is."""
    point = full.begin_nested()
    try:
        full.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        full.exec_driver_sql(changed)
        return any(guard.sentence not in said(full, attack) for attack in attacks_for(guard, full)) or any(
            guard.sentence in said(full, act) for act in lawful_beside(guard)
        )
    finally:
        point.rollback()


@pytest.mark.parametrize("attacked", ["sqlite"], indirect=True)
@pytest.mark.parametrize("guard", OWN, ids=lambda guard: guard.name)
def test_no_condition_of_a_guard_is_idle(guard: Guard, full: Connection, done: tuple[Path, Statements]) -> None:
    assert not stops_something_lawful(done, trigger(guard, "sqlite"), guard)
    survived = set()
    for lost, when in mutants_of(guard):
        changed = trigger(Guard(guard.name, guard.table, guard.act, when, guard.sentence), "sqlite")
        if not is_noticed(full, changed, guard) and not stops_something_lawful(done, changed, guard):
            survived.add(lost)
    assert survived == {lost for name, lost in SURVIVE if name == guard.name}


@pytest.mark.parametrize("attacked", ["sqlite"], indirect=True)
def test_no_condition_of_a_check_is_idle(full: Connection) -> None:
    """Judged by the rows there are, which it must take, and by the rows that it must refuse."""
    checks = [(t, c) for t in Base.metadata.sorted_tables for c in t.constraints if isinstance(c, CheckConstraint)]
    idle = set()
    for table, check in checks:
        attacks = [CHECKS[str(check.name)], *MORE_CHECKS.get(str(check.name), ())]
        refused = [dict(row(full, table.name, where)._mapping) | changes for where, changes in attacks]
        lawful = LAWFUL_ROWS.get(str(check.name), [])
        taken = [dict(row(full, table.name, where)._mapping) | changes for where, changes in lawful]
        assert all(takes(full, values, str(check.sqltext)) for values in taken), check.name
        for lost, condition in without_each_operand(str(check.sqltext)):
            too_strict = full.execute(text(f"SELECT 1 FROM {table.name} WHERE NOT ({condition})")).first()
            if too_strict or not all(takes(full, values, condition) for values in taken):
                continue
            if not any(takes(full, values, condition) for values in refused):
                idle.add((check.name, lost))
    assert idle == set(CHECKS_SURVIVE)


def takes(connection: Connection, values: dict[str, Any], condition: str) -> bool:
    columns = ", ".join(f':{name} AS "{name}"' for name in values)
    refused = text(f"SELECT 1 FROM (SELECT {columns}) WHERE NOT ({condition})")
    return connection.execute(refused, values).first() is None
