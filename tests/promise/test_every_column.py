"""Raw SQL against every column of every table, and against every row: what may change stands in a list kept by hand.

A column or a table that is added fails here until a person has decided about it, in its module and in this list.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, text
from sqlalchemy.exc import DBAPIError

from signoff.models import Base

LATER = "2026-11-25 12:00:00.000000+00:00"


class May(NamedTuple):
    """What may happen to the rows of a table; nothing else does."""

    change: str = ""  # columns that an update may change
    empty: str = ""  # columns that may become empty, and get no other value
    once: dict[str, str] = {}  # column: it is set once, and these are final from then on
    emptied: dict[str, str] = {}  # column: once it is set, these are final too, but may become empty
    go: bool = False  # rows may be deleted


ROWS: dict[str, May] = {
    "acceptance": May(empty="full_name job_title"),
    "acceptance_link": May(once={"revoked_at": ""}),
    "account_link": May(once={"ended_at": ""}),
    "answer": May(),
    "application": May(
        empty="organization website level state full_name email job_title network",
        once={
            "confirmed_at": "",
            "decided_at": "decision decided_by partner_id",
            "settled_at": "agreed settled_link_id",
        },
    ),
    "problem_report": May(empty="words full_name email network", once={"settled_at": "settled_by"}),
    "answer_digest": May(),
    "answer_person": May(empty="full_name job_title reason note salt"),
    "api_token": May(once={"revoked_at": ""}),
    "authenticator": May(change="last_step", once={"removed_at": ""}),
    "coalition": May(change="name reply_to address website phone email press_contact logo_id"),
    "comment": May(
        empty="words salt", once={"settled_at": "settled_by outcome"}, emptied={"settled_at": "outcome_note"}
    ),
    "complaint": May(once={"settled_at": "settled_by"}),
    "contact": May(
        change="full_name email job_title may_answer answers_from address_changed_at address_changed_by confirmed_by",
        once={"removed_at": ""},
    ),
    "cosignature": May(),
    "criterion": May(),
    "delivered_name": May(),
    "delivery": May(
        empty="address note", once={"taken_back_at": "taken_back_by"}, emptied={"taken_back_at": "taken_back_reason"}
    ),
    "draft_presence": May(change="seen_at", go=True),
    "draft_state": May(go=True),
    "edition_draft": May(change="content revision changed_by changed_at edition_id discarded_at"),
    "email_off": May(go=True),
    "entry": May(),
    "entry_kind": May(),
    "exemption": May(),
    "expertise": May(once={"until": ""}),
    "finding": May(change="verdict rationale quotes found_by found_at"),
    "first_draft": May(once={"ended_at": ""}),
    "first_draft_presence": May(change="seen_at", go=True),
    "idempotent_call": May(go=True),
    "invitation": May(once={"revoked_at": ""}),
    "leaf": May(),
    "letter": May(
        change="state due_at attempts fence claimed_until sent_at last_reply sent_subject sent_text", empty="address"
    ),
    "letter_kind": May(),
    "link": May(change="referred_at", once={"revoked_at": ""}),
    "log_head": May(),
    "log_leaf": May(),
    "logo": May(),
    "log_list": May(change="salt"),
    "meeting": May(
        change="title begins_at ends_at place link agenda position_ids revision told_revision is_public",
        once={"canceled_at": ""},
    ),
    "news_digest": May(),
    "newsletter": May(
        once={"sent_at": "subject opening parts since until revision due_at sender_id problem", "discarded_at": ""}
    ),
    "mail_pause": May(change="reason tries try_again_at", go=True),
    "mail_report": May(go=True),
    "name_proposal": May(once={"settled_at": "settled_by accepted"}),
    "partner": May(
        change="name order_key level website left_at parent_id networks joined_year language notes merged_into_id"
    ),
    "partner_expertise": May(once={"until": ""}),
    "partner_import": May(once={"ended_at": "done reason"}),
    "import_file": May(go=True),
    "partner_merge": May(once={"undone_at": "undone_by"}),
    "partner_name": May(change="kind", once={"until": ""}),
    "partner_place": May(once={"until": ""}),
    "partner_posting": May(
        empty="words",
        once={"settled_at": "settled_by accepted", "until": "ended_by"},
        emptied={"settled_at": "reason", "until": "ended_reason"},
    ),
    "partner_tag": May(go=True),
    "import_columns": May(change="fields changed_at"),
    "position": May(change="edition_id slug"),
    "principles_edition": May(),
    "public_revision": May(change="token", go=True),
    "publication": May(change="grouping", once={"ended_at": "ended_as ended_reason"}),
    "recovery_code": May(once={"used_at": ""}),
    "referral": May(
        empty="full_name email job_title",
        once={"settled_at": "settled_by accepted contact_id", "taken_back_at": ""},
    ),
    "request": May(change="asked_at dropped_at dropped_reason"),
    "restoration": May(once={"opened_at": "opened_by given_up"}),
    "review_assignment": May(once={"ended_at": ""}),
    "role": May(),
    "round": May(change="deadline ended_at ended_as ended_reason"),
    "scheduled_act": May(once={"ended_at": "ended_as ended_by reasons"}),
    "segment": May(go=True),
    "sign_in_failure": May(go=True),
    "sign_on": May(once={"ended_at": "ended_by"}),
    "row_code": May(change="code"),
    "staff_role": May(once={"ended_at": ""}),
    "subscription": May(empty="email network", once={"confirmed_at": "", "ended_at": "ended_as"}),
    "staff_session": May(change="proven_at", once={"ended_at": ""}, go=True),
    "staff_user": May(change="email name job_title password_hash password_chosen_at deactivated_at"),
    "turn_notice": May(),
    "version": May(),
    "version_check": May(),
    "witness_problem": May(change="problem tried_at", go=True),
    "word_list": May(change="words deceptive changed_at"),
    "worker_beat": May(change="at", go=True),
}
FROZEN = "what was said is never changed"


def test_every_table_and_column_of_the_list_exists() -> None:
    assert set(ROWS) == set(Base.metadata.tables)
    for table, may in ROWS.items():
        named = f"{may.change} {may.empty} {' '.join(f'{a} {b}' for a, b in may.once.items())}".split()
        assert len(named) == len(set(named))
        assert set(named) <= set(Base.metadata.tables[table].columns.keys()), table


def _some_rows(connection: Connection, table: str, where: str = "1 = 1") -> list[Row[Any]]:
    rows = connection.execute(text(f"SELECT * FROM {table} WHERE {where} ORDER BY 1")).all()
    return list(rows[:3]) + list(rows[3:][-3:])


def _updated(connection: Connection, column: "Column[Any]", row: Row[Any], value: str) -> str:
    """What the database says to another value in this column of this row; empty when it takes it."""
    own = [key.name for key in column.table.primary_key.columns]
    which = " AND ".join(f'"{name}" = :{name}' for name in own)
    statement = f'UPDATE {column.table.name} SET "{column.name}" = {value} WHERE {which}'
    return _said(connection, statement, {name: row._mapping[name] for name in own})


def _said(connection: Connection, statement: str, values: dict[str, Any] | None = None) -> str:
    point = connection.begin_nested()
    try:
        assert connection.execute(text(statement), values or {}).rowcount != 0
    except DBAPIError as problem:
        return str(problem.orig)
    finally:
        point.rollback()
    return ""


def _another(column: "Column[Any]", connection: Connection) -> str:
    return {
        "Integer": f'COALESCE("{column.name}", 0) + 70000',
        "LargeBinary": "X'00'" if connection.dialect.name == "sqlite" else "'\\x00'",
        "Instant": f"'{LATER}'",
        "Day": "'2001-01-01'",
    }.get(column.type.__class__.__name__, f"COALESCE(\"{column.name}\", '') || 'x'")


def test_no_column_changes_but_those_of_the_list(full: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        may = ROWS[table.name]
        listed = {
            *may.change.split(),
            *may.empty.split(),
            *may.once,
            *" ".join([*may.once.values(), *may.emptied.values()]).split(),
        }
        rows = _some_rows(full, table.name)
        assert rows, f"{table.name} has no rows to attack"
        for column in table.columns:
            said = list(_all_updates(full, column, rows))
            frozen = [f"{table.name}: {FROZEN}" in words for words in said]
            assert any(frozen) == (column.name not in listed), (str(column), said)
            if column.name not in listed:
                # Another guard may speak first; nothing else may be what refuses.
                assert all(f"{table.name}: " in words for words in said), (str(column), said)


def _all_updates(connection: Connection, column: "Column[Any]", rows: list[Row[Any]]) -> Iterator[str]:
    for row in rows:
        yield _updated(connection, column, row, _another(column, connection))
        if column.nullable and row._mapping[column.name] is not None:
            yield _updated(connection, column, row, "NULL")


def test_what_a_person_said_becomes_empty_or_stays(full: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for name in ROWS[table.name].empty.split():
            column = table.columns[name]
            said_rows = _some_rows(full, table.name, f"{name} IS NOT NULL")
            assert said_rows, f"no {table.name} has {name}"
            for row in said_rows:
                assert "erased or kept, never changed" in _updated(full, column, row, _another(column, full)), column
                assert _updated(full, column, row, "NULL") == "", column


def test_what_ended_is_final(full: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for ending, along in ROWS[table.name].once.items():
            rows = _some_rows(full, table.name, f"{ending} IS NOT NULL")
            assert rows, f"no {table.name} has {ending}"
            for name, row in product([ending, *along.split()], rows):
                column = table.columns[name]
                assert f"{table.name}: " in _updated(full, column, row, _another(column, full)), column
                if row._mapping[name] is not None:
                    assert f"{table.name}: " in _updated(full, column, row, "NULL"), column


def test_what_ended_may_still_become_empty_where_the_list_says_so(full: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for ending, names in ROWS[table.name].emptied.items():
            for name in names.split():
                column = table.columns[name]
                given = _some_rows(full, table.name, f"{ending} IS NOT NULL AND {name} <> ''")
                assert given, f"no {table.name} that ended has {name}"
                for row in [*given, *_some_rows(full, table.name, f"{ending} IS NOT NULL")]:
                    assert f"{table.name}: " in _updated(full, column, row, _another(column, full)), column
                    assert _updated(full, column, row, "NULL") == "", column


def test_no_row_goes_but_those_of_the_list(full: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for row in _some_rows(full, table.name):
            own = {key.name: row._mapping[key.name] for key in table.primary_key.columns}
            which = " AND ".join(f'"{name}" = :{name}' for name in own)
            said = _said(full, f"DELETE FROM {table.name} WHERE {which}", own)
            assert (said == "") == ROWS[table.name].go, (table.name, said)
            assert ROWS[table.name].go or f"{table.name}: rows are never deleted" in said
        if full.dialect.name == "postgresql":
            assert f"{table.name}: rows are never deleted" in _said(full, f"TRUNCATE {table.name} CASCADE")


def test_no_row_is_replaced(full: Connection) -> None:
    """REPLACE deletes whatever row a unique key hits. The keys are read from the database, not from the models."""
    if full.dialect.name != "sqlite":
        return  # PostgreSQL has no REPLACE; its ON CONFLICT updates, which is attacked above
    # An attacker's own connection need not have the pragma that ours sets.
    full.exec_driver_sql("PRAGMA recursive_triggers = OFF")
    for table in [name for name in Base.metadata.tables if not ROWS[name].go]:
        for key, where in _unique_keys(full, table):
            _replaced(full, table, key, where)
            _displaced(full, table, key, where)
    full.exec_driver_sql("PRAGMA recursive_triggers = ON")


def _unique_keys(connection: Connection, table: str) -> Iterator[tuple[list[str], str]]:
    """The columns of each unique key and the rows it holds for; integer primary keys have no index of their own."""
    if "id" in Base.metadata.tables[table].columns:
        yield ["id"], "1 = 1"
    for _, index, unique, _, partial in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
        if unique:
            key = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index})")]
            made = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{index}'").scalar()
            yield key, made.partition(" WHERE ")[2] if partial else "1 = 1"


def _replaced(connection: Connection, table: str, key: list[str], where: str) -> None:
    """A new row with the key of another, and everything else its own, does not take the other's place."""
    present = " AND ".join(f'"{name}" IS NOT NULL' for name in key)
    for row in _some_rows(connection, table, f"{where} AND {present}"):
        values = dict(row._mapping)
        if "id" not in key and "id" in values:
            values["id"] = 900_000
        for name, value in values.items():
            if name not in key and isinstance(value, str) and name in ("lookup", "slug", "email", "message_id"):
                values[name] = value[:-1] + ("0" if value[-1] != "0" else "1")
        named, binds = (", ".join(form.format(n) for n in values) for form in ('"{}"', ":{}"))
        said = _said(connection, f"REPLACE INTO {table} ({named}) VALUES ({binds})", values)
        assert f"{table}: " in said, (table, key, said or "it was replaced")


def _displaced(connection: Connection, table: str, key: list[str], where: str) -> None:
    """A row that is given the key of another does not push it out."""
    rows = _some_rows(connection, table)
    for row, other in product(rows, rows):
        if row == other:
            continue
        own = [column.name for column in Base.metadata.tables[table].primary_key.columns]
        changes = {name: other._mapping[name] for name in key} | dict.fromkeys(_empty(where))
        if all(row._mapping[name] == value for name, value in changes.items()):
            continue
        setting = ", ".join(f'"{name}" = :new_{name}' for name in changes)
        which = " AND ".join(f'"{name}" = :own_{name}' for name in own)
        values = {f"new_{k}": v for k, v in changes.items()} | {f"own_{k}": row._mapping[k] for k in own}
        before = connection.scalar(text(f"SELECT COUNT(*) FROM {table}"))
        point = connection.begin_nested()
        try:
            connection.execute(text(f"UPDATE OR REPLACE {table} SET {setting} WHERE {which}"), values)
            assert connection.scalar(text(f"SELECT COUNT(*) FROM {table}")) == before, (table, key)
        except DBAPIError as problem:
            assert f"{table}: " in str(problem.orig) or table in ("contact", "staff_user"), (table, key, problem)
        finally:
            point.rollback()


def _empty(where: str) -> list[str]:
    return [where.removesuffix(" IS NULL")] if where.endswith(" IS NULL") else []
