"""Raw SQL against the guards of the migrated schema: at least one attack for each, on both databases.

The list of guards is the code's own, so that a new guard without an attack fails here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from signoff.models import Base
from signoff.models.guards import GUARDS
from tests.house import House
from tests.promise.full import copy, fill, row

LATER = "2026-11-25 12:00:00.000000+00:00"
EARLIER = "2026-11-01 12:00:00.000000+00:00"
Attack = Callable[[Connection], None]


def sql(statement: str, **values: Any) -> Attack:
    return lambda connection: connection.execute(text(statement), values) and None


def copied(table: str, where: str = "1 = 1", **changes: Any) -> Attack:
    return lambda connection: copy(connection, table, where, **changes)


def answered(partner: str, verdict: str, **changes: Any) -> Attack:
    """A forged answer of a partner on the first version, right in every other respect."""

    def attack(connection: Connection) -> None:
        ids = connection.execute(text("SELECT id FROM partner WHERE name = :name"), {"name": partner}).one()
        request = row(connection, "request", f"partner_id = {ids.id} AND version_id = 1")._mapping
        link = row(connection, "link", f"request_id = {request['id']}")._mapping
        last = connection.scalar(
            text(f"SELECT COALESCE(MAX(sequence), 0) FROM answer WHERE partner_id = {ids.id} AND version_id = 1")
        )
        values = {
            "partner_id": ids.id,
            "request_id": request["id"],
            "sequence": (last or 0) + 1,
            "verdict": verdict,
            "public_name": partner if verdict == "approve" else None,
            "authority": "board" if verdict == "approve" else None,
            "public_note": "",
            "link_id": None if verdict == "remove" else link["id"],
            "removed_by": 3 if verdict == "remove" else None,
            "entry_id": connection.scalar(
                text("SELECT MAX(id) FROM entry WHERE id NOT IN (SELECT entry_id FROM answer)")
            ),
            "at": LATER,
            **changes,
        }
        copy(connection, "answer", "version_id = 1", **values)

    return attack


def after(*steps: Attack) -> Attack:
    def attack(connection: Connection) -> None:
        for step in steps:
            step(connection)

    return attack


# The round's deadline is a week after noon of 24 November; LATER is within it.
ATTACKS: dict[str, Attack] = {
    # Versions
    "version_in_sequence": copied("version", number=7, digest="a" * 64),
    "version_says_something_new": copied("version", "number = 2", number=3),
    # Principles
    "position_not_displaced": sql("UPDATE position SET slug = (SELECT slug FROM position WHERE id = 3) WHERE id = 2"),
    "position_address_stays": sql("UPDATE position SET slug = 'elsewhere' WHERE id = 1"),
    "position_edition_forward": sql("UPDATE position SET edition_id = 1 WHERE edition_id = 2"),
    "position_edition_not_while_asking": sql("UPDATE position SET edition_id = 2 WHERE id = 2"),
    "edition_draft_frozen": sql("UPDATE edition_draft SET started_by = 2 WHERE edition_id IS NULL"),
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
    # Staff and contacts
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
        sql(f"UPDATE link SET revoked_at = '{EARLIER}' WHERE partner_id = 3"), answered("Cedar", "approve")
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
        "INSERT INTO leaf SELECT (SELECT MAX(number) + 1 FROM leaf), entry_id, hash FROM leaf "
        "WHERE entry_id IS NOT NULL ORDER BY number LIMIT 1"
    ),
    "checkpoint_not_replaced": after(
        copied("entry"),
        sql("INSERT INTO leaf SELECT MAX(number) + 1, 900000, MAX(hash) FROM leaf"),
        sql(
            "INSERT INTO checkpoint SELECT id, (SELECT MAX(number) + 1 FROM leaf), root, frontier, note, signed_at "
            "FROM checkpoint"
        ),
    ),
    "checkpoint_of_what_is_sealed": copied("checkpoint", size=900_000),
    "criterion_before_use": copied("criterion", key="whim", rank=99),
}


_SETTLED = {
    "comment": (", settled_by = 1, outcome = 'partly'", ", settled_by = NULL, outcome = NULL"),
    "name_proposal": (", accepted = 1", ", accepted = NULL"),
    "referral": (", accepted = 1", ", accepted = NULL, contact_id = NULL"),
}


def _attack_for(name: str, guard_table: str, act: str, connection: Connection) -> Iterator[Attack]:
    if name in ATTACKS:
        yield ATTACKS[name]
    elif name.endswith("_for_good"):
        column = name.removeprefix(f"{guard_table}_").removesuffix("_for_good")
        says_how = column == "ended_at" and "ended_as" in Base.metadata.tables[guard_table].columns
        more, undone = (", ended_as = 'retired'", ", ended_as = NULL") if says_how else ("", "")
        if column == "settled_at":
            more, undone = _SETTLED[guard_table]
        yield after(
            sql(f"UPDATE {guard_table} SET {column} = '{LATER}'{more}"),
            sql(f"UPDATE {guard_table} SET {column} = NULL{undone}"),
        )
    elif name.endswith("_not_deleted"):
        yield sql(f"DELETE FROM {guard_table}")
    elif act == "TRUNCATE":
        yield sql(f"TRUNCATE {guard_table} CASCADE")
    elif name.endswith("_not_replaced"):
        yield from _replacements(guard_table, connection)
    elif name.endswith("_frozen"):
        yield from _changes(guard_table, name)
    elif name.endswith("_only_erased"):
        yield from _changes(guard_table, name, where="{column} IS NOT NULL")


def _replacements(table: str, connection: Connection) -> Iterator[Attack]:
    # SQLite's REPLACE deletes without a word; on PostgreSQL the nearest thing is the plain insert.
    verb = "INSERT OR REPLACE" if connection.dialect.name == "sqlite" else "INSERT"
    unfinished = "version_id NOT IN (SELECT version_id FROM version_check)" if table == "finding" else "1 = 1"
    same = row(connection, table, unfinished)._mapping
    yield lambda c: copy(c, table, unfinished, verb=verb, **({"id": same["id"]} if "id" in same else {}))


def _changes(table: str, name: str, where: str = "1 = 1") -> Iterator[Attack]:
    guard = next(guard for guard in GUARDS if guard.name == name)
    if table == "finding":
        where = "version_id NOT IN (SELECT version_id FROM version_check)"
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


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_guard_refuses(guard: Any, full: Connection) -> None:
    if guard.act == "TRUNCATE" and full.dialect.name == "sqlite":
        assert guard.sentence  # SQLite has no TRUNCATE to refuse
        return
    attacks = list(_attack_for(guard.name, guard.table, guard.act, full))
    assert attacks, f"no attack for {guard.name}"
    for attack in attacks:
        with pytest.raises((IntegrityError, DBAPIError)) as problem, full.begin_nested():
            attack(full)
        _assert_refused_by(guard, problem.value, full)


def _assert_refused_by(guard: Any, problem: DBAPIError, connection: Connection) -> None:
    said = str(problem.orig)
    if guard.act == "TRUNCATE":
        # CASCADE reaches other kept tables too; whichever is first, nothing was truncated.
        assert "never deleted" in said
    else:
        assert guard.sentence in said, (guard.name, said)


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
