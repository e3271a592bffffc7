"""Raw SQL against the guards of the migrated schema: at least one attack for each, on both databases.

The list of guards is the code's own, so that a new guard without an attack fails here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, UniqueConstraint, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from signoff.models import Base
from signoff.models.guard_kinds import Guard
from signoff.models.guards import GUARDS, OF_CONSTRAINTS
from tests.house import House
from tests.promise import merges, referrals
from tests.promise.attacking import EARLIER, LATER, Attack, after, answered, copied, delivered_to, sql
from tests.promise.conditions import LAWFUL, MORE
from tests.promise.full import copy, fill, row

ATTACKS: dict[str, Attack] = {
    # Versions
    "version_in_sequence": copied("version", number=7, digest="a" * 64),
    "version_says_something_new": copied("version", "number = 2", number=3),
    # Principles
    "position_not_displaced": sql("UPDATE position SET slug = (SELECT slug FROM position WHERE id = 3) WHERE id = 2"),
    "position_address_stays": sql("UPDATE position SET slug = 'elsewhere' WHERE id = 1"),
    "position_edition_forward": sql("UPDATE position SET edition_id = 1 WHERE edition_id = 2"),
    "position_edition_not_while_asking": sql("UPDATE position SET edition_id = 2 WHERE id = 2"),
    "edition_draft_ended": sql("UPDATE edition_draft SET revision = 9, content = '{}' WHERE edition_id IS NOT NULL"),
    # Checks
    "finding_of_its_edition": copied("finding", "version_id = 1 AND criterion_id = 1", version_id=3, criterion_id=10),
    "finding_before_publication": after(
        sql("UPDATE position SET edition_id = 2 WHERE id = 1"),
        copied("finding", "version_id = 1 AND criterion_id = 1", criterion_id=10),
    ),
    "round_reopens_with_check": after(
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'closed' WHERE version_id = 2"),
        sql("UPDATE position SET edition_id = 2 WHERE id = 2"),
        sql("UPDATE round SET ended_at = NULL, ended_as = NULL WHERE version_id = 2"),
    ),
    "check_of_its_edition": after(
        *(copied("finding", f"version_id = 1 AND criterion_id = {n}", id=3000 + n, version_id=3) for n in range(1, 10)),
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'closed' WHERE version_id = 2"),
        sql("UPDATE position SET edition_id = 2 WHERE id = 2"),
        copied("version_check", "version_id = 1", version_id=3),
    ),
    "finding_before_completion": copied("finding", "version_id = 1"),
    "finding_unchanged_after_completion": sql("UPDATE finding SET verdict = 'works_against' WHERE version_id = 1"),
    "finding_by_another": copied("finding", "version_id = 1", version_id=3, found_by=1),
    "finding_by_another_again": after(
        copied("finding", "version_id = 1", version_id=3, found_by=2),
        sql("UPDATE finding SET found_by = 1 WHERE version_id = 3"),
    ),
    "check_by_another": after(
        *(copied("finding", f"version_id = 1 AND criterion_id = {n}", id=4000 + n, version_id=3) for n in range(1, 10)),
        copied("version_check", version_id=3, completed_by=1),
    ),
    "check_whole": after(
        copied("finding", "version_id = 1", id=4000, version_id=3), copied("version_check", version_id=3)
    ),
    "check_advances": after(
        *(
            copied(
                "finding", f"version_id = 1 AND criterion_id = {n}", id=5000 + n, version_id=3, verdict="not_engaged"
            )
            for n in range(1, 10)
        ),
        copied("version_check", version_id=3),
    ),
    "schedule_done_when_done": sql(
        f"UPDATE scheduled_act SET ended_at = '{LATER}', ended_as = 'done' WHERE ended_at IS NULL"
    ),
    "assignment_to_another": copied("review_assignment", reviewer_id=1),
    # Staff and contacts
    "letter_kind_not_added": sql("INSERT INTO letter_kind VALUES ('spam')"),
    "entry_kind_not_added": sql("INSERT INTO entry_kind VALUES ('rumour_heard')"),
    "role_not_added": sql("INSERT INTO role VALUES ('emperor')"),
    "letter_known_steps": sql("UPDATE letter SET state = 'queued', sent_at = NULL WHERE state = 'sent'"),
    "contact_is_not_staff": copied("contact", email="drafter@coalition.example"),
    "contact_stays_not_staff": sql(
        f"UPDATE contact SET email = 'drafter@coalition.example', address_changed_at = '{LATER}', "
        "answers_from = '2026-11-26 12:00:00.000000+00:00' WHERE id = 1"
    ),
    "contact_waits_after_change": sql("UPDATE contact SET email = 'mallory@evil.example' WHERE id = 1"),
    "contact_confirmed_by_another": after(
        sql(f"UPDATE contact SET answers_from = '{LATER}', address_changed_by = 4 WHERE id = 1"),
        sql(f"UPDATE contact SET answers_from = '{EARLIER}', confirmed_by = 4 WHERE id = 1"),
    ),
    "contact_confirmed_with_own_password": after(
        sql("UPDATE staff_user SET password_chosen_at = NULL WHERE id = 3"),
        sql("UPDATE contact SET confirmed_by = 3 WHERE id = 1"),
    ),
    "contact_may_answer_later": after(
        sql("UPDATE contact SET may_answer = 0 WHERE id = 1"), sql("UPDATE contact SET may_answer = 1 WHERE id = 1")
    ),
    "application_while_open": after(
        sql(f"UPDATE sign_on SET ended_at = '{LATER}', ended_by = 3 WHERE ended_at IS NULL"),
        copied("application", "confirmed_at IS NULL", lookup="0" * 64),
    ),
    "application_confirmed_while_open": after(
        sql(f"UPDATE sign_on SET ended_at = '{LATER}', ended_by = 3 WHERE ended_at IS NULL"),
        sql("UPDATE application SET confirmed_at = applied_at WHERE confirmed_at IS NULL"),
    ),
    "application_settled_by_its_partner": sql(
        f"UPDATE application SET settled_at = '{LATER}', agreed = 1, settled_link_id = 1 "
        "WHERE decision = 'link' AND settled_at IS NULL"
    ),
    "acceptance_through_live_link": after(
        sql(f"UPDATE acceptance_link SET revoked_at = '{EARLIER}' WHERE revoked_at IS NULL"),
        copied("acceptance", "accepted = 1", at=LATER),
    ),
    "acceptance_of_edition_in_force": after(
        copied("principles_edition", number=99), copied("acceptance", "accepted = 1", at=LATER)
    ),
    "exemption_in_time": copied("exemption", version_id=1, partner_id=1),
    "publication_by_another": after(
        copied("exemption", version_id=2, partner_id=3),
        copied("publication", version_id=2, position_id=2, ended_at=None, ended_as=None, published_by=2),
    ),
    "partner_returns_without_approvals": after(
        sql("UPDATE partner SET left_at = '2026-11-24 12:00:30.000000+00:00' WHERE name = 'Alder'"),
        sql("UPDATE partner SET left_at = NULL WHERE name = 'Alder'"),
    ),
    "partner_name_of_nobody_else": after(
        sql(f"UPDATE partner_name SET until = '{LATER}' WHERE id = 1"),
        copied("partner_name", "id = 1", partner_id=2, name="ALDER", until=None),
    ),
    "contact_not_displaced": sql(
        "UPDATE contact SET email = 'ana@iris.example', address_changed_at = :later, answers_from = :much_later, "
        "confirmed_by = NULL WHERE email = 'bo@iris-new.example'",
        later=LATER,
        much_later="2026-11-27 12:00:00.000000+00:00",
    ),
    "staff_user_not_displaced": sql(
        "UPDATE staff_user SET email = 'reviewer@coalition.example' WHERE email = 'drafter@coalition.example'"
    ),
    "edition_draft_not_displaced": sql("UPDATE edition_draft SET edition_id = 2 WHERE edition_id IS NULL"),
    "authenticator_steps_forward": sql("UPDATE authenticator SET last_step = last_step - 1"),
    "partner_name_becomes_public": sql("UPDATE partner_name SET kind = 'alias' WHERE id = 1"),
    "link_of_referrer_reads_only": after(
        sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE referred_at IS NOT NULL"),
        copied("link", "referred_at IS NOT NULL", lookup="9" * 64, referred_at=None, revoked_at=None),
    ),
    "exemption_by_another": copied("exemption", recorded_by=1),
    "staff_is_not_contact": copied("staff_user", email="ana@alder.example"),
    "staff_stays_not_contact": sql("UPDATE staff_user SET email = 'ana@alder.example' WHERE id = 1"),
    # Rounds
    "round_needs_check": after(
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'closed' WHERE version_id = 2"),
        copied("round", "version_id = 2", version_id=3, ended_at=None, ended_as=None),
    ),
    "round_not_displaced": after(
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'closed' WHERE version_id = 2"),
        *(copied("finding", f"version_id = 1 AND criterion_id = {n}", id=8000 + n, version_id=3) for n in range(1, 10)),
        sql(
            "INSERT INTO version_check (id, version_id, edition_id, digest, completed_by, completed_at) "
            "SELECT 900000, id, 1, digest, 2, saved_at FROM version WHERE id = 3"
        ),
        copied("round", "version_id = 2", version_id=3, ended_at=None, ended_as=None),
        sql("UPDATE round SET ended_at = NULL, ended_as = NULL WHERE version_id = 2"),
    ),
    "round_ended_for_good": after(
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'recalled' WHERE version_id = 1"),
        sql("UPDATE round SET ended_at = NULL, ended_as = NULL WHERE version_id = 1"),
    ),
    # Answers
    "answer_in_sequence": answered("Cedar", "approve", sequence=5),
    "answer_not_before_last": after(
        answered("Birch", "approve"),
        answered("Birch", "abstain", id=900_001, at="2026-11-24 13:00:00.000000+00:00"),
    ),
    "answer_not_replaced": answered("Cedar", "approve", id=1),
    "version_not_replaced": copied("version", "number = 2", id=1, number=3, digest="d" * 64),
    "answer_ends_what_stands": answered("Cedar", "withdraw"),
    "answer_in_open_round": answered("Cedar", "approve", at="2026-12-24 12:00:00.000000+00:00"),
    "answer_to_standing_request": after(
        sql(f"UPDATE request SET dropped_at = '{EARLIER}' WHERE partner_id = 3"), answered("Cedar", "approve")
    ),
    "answer_through_live_link": after(
        sql(f"UPDATE link SET revoked_at = '{EARLIER}' WHERE id = 3"), answered("Cedar", "approve")
    ),
    "answer_after_contest_by_new_link": after(answered("Birch", "contest"), answered("Birch", "approve", id=900_001)),
    "answer_under_public_name": after(
        copied("partner_name", "partner_id = 3", name="Cedrus", key="cedrus", kind="alias"),
        answered("Cedar", "approve", public_name="Cedrus"),
    ),
    # Publications
    "publication_needs_check": copied("publication", version_id=3, position_id=2, ended_at=None, ended_as=None),
    "publication_moves_forward": after(
        copied("version", "number = 1 AND position_id = 1", id=800, number=2, digest="b" * 64, title="Second"),
        *(
            copied("finding", f"version_id = 1 AND criterion_id = {n}", id=6000 + n, version_id=800)
            for n in range(1, 10)
        ),
        copied("version_check", "version_id = 1", version_id=800, digest="b" * 64),
        copied("version", "number = 1 AND position_id = 1", id=801, number=3, digest="c" * 64, title="Third"),
        *(
            copied("finding", f"version_id = 1 AND criterion_id = {n}", id=7000 + n, version_id=801)
            for n in range(1, 10)
        ),
        copied("version_check", "version_id = 1", id=900_002, version_id=801, digest="c" * 64),
        sql(f"UPDATE publication SET ended_at = '{LATER}', ended_as = 'superseded' WHERE ended_at IS NULL"),
        copied("publication", id=900_003, version_id=801, ended_at=None, ended_as=None),
        sql(f"UPDATE publication SET ended_at = '{LATER}', ended_as = 'retired' WHERE id = 900003"),
        copied("publication", id=900_004, version_id=800, ended_at=None, ended_as=None),
    ),
    "delivery_of_what_is_public": sql(
        "INSERT INTO delivery (id, publication_id, recipient, way, delivered_on, file, file_sha256, delivered_by, "
        "delivered_at) SELECT 900000, p.id, d.recipient, d.way, d.delivered_on, d.file, d.file_sha256, d.delivered_by, "
        f"'{LATER}' FROM delivery d, publication p WHERE p.ended_at IS NOT NULL AND d.id = 1"
    ),
    "delivery_begins_standing": copied("delivery", delivered_at=LATER, taken_back_at=LATER, taken_back_by=1),
    "delivered_name_of_signatory": delivered_to(1, "Delta"),
    "publication_begins_live": copied("publication", version_id=2, position_id=2, ended_at=LATER, ended_as="retired"),
    "publication_of_standing_round": after(
        sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = 'recalled' WHERE version_id = 2"),
        copied("publication", version_id=2, position_id=2),
    ),
    "criterion_not_replaced": after(
        copied("principles_edition", number=99),
        copied("criterion", id=1, edition_id=900_000),
    ),
    "leaf_in_sequence": copied("leaf", number=900_000, entry_id=1),
    "leaf_not_replaced": sql(
        "INSERT INTO leaf SELECT (SELECT MAX(number) + 1 FROM leaf), entry_id FROM leaf ORDER BY number LIMIT 1"
    ),
    "log_leaf_in_sequence": copied("log_leaf", number=900_000),
    "log_head_ends_with_state": copied("log_head", size=900_000),
    "criterion_before_use": copied("criterion", key="whim", rank=99),
}


def attacks_for(guard: Guard, connection: Connection) -> Iterator[Attack]:
    """Every attack that this guard must refuse, and in its own words."""
    name, table = guard.name, guard.table
    yield from MORE.get(name, ())
    yield from merges.ATTACKS.get(name, ())
    yield from referrals.ATTACKS.get(name, ())
    if name in ATTACKS:
        yield ATTACKS[name]
    elif name.endswith("_for_good"):
        marker = name.removeprefix(f"{table}_").removesuffix("_for_good")
        yield from _changes(guard, where=f"{marker} IS NOT NULL")
    elif name.endswith("_not_deleted"):
        yield sql(f"DELETE FROM {table}")
    elif guard.act == "TRUNCATE":
        yield sql(f"TRUNCATE {table} CASCADE")
    elif name.endswith("_not_replaced"):
        yield from _replacements(table, connection)
    elif name.endswith("_frozen"):
        yield from _changes(guard)
    elif name.endswith("_only_erased"):
        yield from _changes(guard, where="{column} IS NOT NULL")


# Where another guard speaks first of a row that has one key of another; each key is attacked in `conditions.py`.
_OTHERS_SPEAK_FIRST = (
    "answer",
    "delivered_name",
    "finding",
    "leaf",
    "partner_name",
    "publication",
    "round",
    "version",
    "version_check",
)


def _replacements(table: str, connection: Connection) -> Iterator[Attack]:
    """For each unique key of a table, a row that has it in common with another row, and no other key."""
    # SQLite's REPLACE deletes without a word; on PostgreSQL the nearest thing is the plain insert.
    verb = "INSERT OR REPLACE" if connection.dialect.name == "sqlite" else "INSERT"
    keys = [] if table in _OTHERS_SPEAK_FIRST else list(unique_keys(Base.metadata.tables[table]))
    for columns, where in keys:
        same = row(connection, table, where)._mapping
        others = set().union(*(other for other, _ in keys)) - columns
        changes = {name: _distinct(same[name]) for name in others if same[name] is not None}
        changes |= {name: same[name] for name in columns}
        yield copied(table, where, verb=verb, **changes)


def unique_keys(table: Table) -> Iterator[tuple[set[str], str]]:
    """The columns of each unique key, and the rows that it holds for; none that merely widens another."""
    keys = [({column.name for column in table.primary_key}, "1 = 1")]
    keys += [({column.name for column in c.columns}, "1 = 1") for c in table.constraints if type(c) is UniqueConstraint]
    keys += [
        ({column.name for column in index.columns}, str(index.dialect_options["sqlite"]["where"]))
        for index in table.indexes
        if index.unique
    ]
    for columns, where in keys:
        present = " AND ".join(f"{name} IS NOT NULL" for name in sorted(columns))
        if not any(other < columns for other, _ in keys):
            yield columns, f"{where} AND {present}"


def _distinct(value: Any) -> Any:
    if isinstance(value, int):
        return value + 500_000
    if isinstance(value, datetime):
        return value + timedelta(days=9)
    return value[:-1] + ("0" if value[-1:] != "0" else "1")


# Rows of which no other guard says that they are not changed at all.
_STILL_OPEN = {
    "finding": "version_id NOT IN (SELECT version_id FROM version_check)",
    "edition_draft": "edition_id IS NULL AND discarded_at IS NULL",
}


def _changes(guard: Guard, where: str = "1 = 1") -> Iterator[Attack]:
    table = guard.table
    where = _STILL_OPEN.get(table, where)
    for column in Base.metadata.tables[table].columns:
        if f"NEW.{column.name} " in guard.when:
            yield _changed(table, column.name, column.type.__class__.__name__, where.format(column=column.name))


def _changed(table: str, column: str, kind: str, where: str) -> Attack:
    new = {
        "Integer": f"COALESCE({column}, 0) + 70000",
        "LargeBinary": "NULL",
        "Instant": f"'{LATER}'",
        "Day": "'2001-01-01'",
    }.get(kind, f"COALESCE({column}, '') || 'x'")
    return sql(f'UPDATE {table} SET "{column}" = {new} WHERE {where}')


def lawful_beside(guard: Guard) -> Iterator[Attack]:
    """Acts that come near to what this guard refuses, and that nothing may stop."""
    yield from LAWFUL.get(guard.name, ())
    yield from merges.LAWFUL.get(guard.name, ())
    yield from referrals.LAWFUL.get(guard.name, ())
    if guard.act == "UPDATE" and guard.table not in ("edition_draft", "finding"):
        first = next(iter(Base.metadata.tables[guard.table].primary_key)).name
        yield sql(f"UPDATE {guard.table} SET {first} = {first}")  # an update that changes nothing
    if guard.name.endswith("_only_erased"):
        for column in Base.metadata.tables[guard.table].columns:
            if f"NEW.{column.name} " in guard.when:
                yield sql(f"UPDATE {guard.table} SET {column.name} = NULL")


def said(connection: Connection, step: Attack) -> str:
    """What the database says to an attack or an act; empty when it takes it. Nothing stays of it."""
    point = connection.begin_nested()
    try:
        step(connection)
    except DBAPIError as problem:
        return str(problem.orig)
    finally:
        point.rollback()
    return ""


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_nothing_lawful_is_stopped(guard: Guard, full: Connection) -> None:
    for act in lawful_beside(guard):
        assert said(full, act) == ""


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_guard_refuses(guard: Any, full: Connection) -> None:
    if guard.act == "TRUNCATE" and full.dialect.name == "sqlite":
        assert guard.sentence  # SQLite has no TRUNCATE to refuse
        return
    if guard in OF_CONSTRAINTS:
        assert guard.sentence  # attacked in test_attacks_by_pragma.py, where no constraint speaks in its place
        return
    attacks = list(attacks_for(guard, full))
    assert attacks, f"no attack for {guard.name}"
    for number, attack in enumerate(attacks):
        # CASCADE reaches other kept tables too; whichever is first, nothing was truncated.
        sentence = "never deleted" if guard.act == "TRUNCATE" else guard.sentence
        refused = said(full, attack)
        if guard.only in ("", full.dialect.name):
            assert sentence in refused, (number, refused)
        else:  # PostgreSQL has no REPLACE: the keys themselves keep rows, or what speaks before them
            assert refused, number


def test_replacing_by_any_unique_key_is_refused_on_sqlite(house: House) -> None:
    """REPLACE deletes whatever row a unique key hits; for each key of a kept table the guard comes first."""
    fill(house)
    kept = {guard.table: guard for guard in GUARDS if guard.name.endswith("_not_replaced")}
    with house.database.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            assert kept
            return
        # An attacker's own connection need not have the pragma that ours sets.
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        for table, guard in kept.items():
            before = connection.execute(text(f"SELECT * FROM {table}")).all()
            for constraint in Base.metadata.tables[table].constraints:
                columns = {column.name for column in getattr(constraint, "columns", ())}
                if not columns or type(constraint).__name__ not in ("UniqueConstraint", "PrimaryKeyConstraint"):
                    continue
                changes = {} if "id" in columns or "id" not in before[0]._mapping else {"id": 900_000}
                same_id = {"id": before[0]._mapping["id"]} if "id" in columns else {}
                with pytest.raises(IntegrityError) as problem, connection.begin_nested():
                    copy(connection, table, verb="REPLACE", **{**changes, **same_id})
                assert f"{guard.table}: " in str(problem.value.orig)
            assert connection.execute(text(f"SELECT * FROM {table}")).all() == before
        connection.rollback()
