"""What someone did to the schema is found and named: a hollowed guard, another view, a lost rule, one too many."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, event

from signoff.db import guards, schema
from signoff.db.database import Database
from tests.conftest import BOTH, copied_database

# Which database, what is done to its schema, what is said of it. Each is a way to break the promise unseen.
DONE: list[tuple[str, str, tuple[str, ...]]] = [
    (
        "both",
        "lacks the view request_state",
        ("DROP VIEW request_state",),
    ),
    (
        "both",
        "lacks the index uq_link_live",
        ("DROP INDEX uq_link_live",),
    ),
    (
        "sqlite",
        "lacks the word role.reviewer",
        ("DROP TRIGGER role_not_deleted", "DELETE FROM role WHERE role = 'reviewer'"),
    ),
    (
        "sqlite",
        "has the word letter_kind.spam",
        ("DROP TRIGGER letter_kind_not_added", "INSERT INTO letter_kind VALUES ('spam')"),
    ),
    (
        "postgresql",
        "lacks the word entry_kind.name_removed",
        (
            "ALTER TABLE entry_kind DISABLE TRIGGER USER",
            "DELETE FROM entry_kind WHERE kind = 'name_removed'",
            "ALTER TABLE entry_kind ENABLE TRIGGER USER",
        ),
    ),
    (
        "postgresql",
        "has the word role.emperor",
        ("DROP TRIGGER role_not_added ON role", "INSERT INTO role VALUES ('emperor')"),
    ),
    (
        "both",
        "lacks the column role.role",
        ("ALTER TABLE role RENAME COLUMN role TO name",),
    ),
    (
        "sqlite",
        "lacks the trigger answer_frozen",
        ("DROP TRIGGER answer_frozen",),
    ),
    (
        "sqlite",
        "trigger answer_in_open_round is not",
        (
            "DROP TRIGGER answer_in_open_round",
            "CREATE TRIGGER answer_in_open_round BEFORE INSERT ON answer WHEN 0 BEGIN SELECT "
            "RAISE(ABORT, 'answer: the round takes no answers'); END",
        ),
    ),
    (
        "sqlite",
        "has the trigger quiet",
        ("CREATE TRIGGER quiet AFTER INSERT ON answer BEGIN SELECT 1; END",),
    ),
    (
        "sqlite",
        "view request_state is not",
        (
            "DROP VIEW request_state",
            "CREATE VIEW request_state AS SELECT 1",
        ),
    ),
    (
        "sqlite",
        "lacks the view request_state",
        (
            "DROP VIEW request_state",
            "CREATE TABLE request_state (request_id INTEGER)",
        ),
    ),
    (
        "sqlite",
        "index uq_link_live is not",
        (
            "DROP INDEX uq_link_live",
            "CREATE UNIQUE INDEX uq_link_live ON link (id)",
        ),
    ),
    (
        "sqlite",
        "constraint answer.ck_answer_mac_present is not",
        (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'length(mac) > 0', '1 = 1') WHERE name = 'answer'",
        ),
    ),
    (
        "sqlite",
        "table answer is not",
        (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'answer'",
        ),
    ),
    (
        "postgresql",
        "lacks the trigger answer_frozen",
        ("DROP TRIGGER answer_frozen ON answer",),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        (
            "CREATE OR REPLACE FUNCTION answer_frozen() RETURNS trigger LANGUAGE plpgsql SET "
            "search_path = public, pg_temp AS 'BEGIN RETURN NEW; END'",
        ),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        ("ALTER FUNCTION answer_frozen() SET search_path = pg_temp, public",),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        ("ALTER TABLE answer DISABLE TRIGGER answer_frozen",),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        ("ALTER TABLE answer ENABLE REPLICA TRIGGER answer_frozen",),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        (
            "DROP TRIGGER answer_frozen ON answer",
            "CREATE TRIGGER answer_frozen BEFORE UPDATE ON answer FOR EACH ROW WHEN (false) "
            "EXECUTE FUNCTION answer_frozen()",
        ),
    ),
    (
        "postgresql",
        "trigger answer_frozen is not",
        (
            "DROP TRIGGER answer_frozen ON answer",
            "CREATE TRIGGER answer_frozen BEFORE UPDATE OF id ON answer FOR EACH ROW EXECUTE FUNCTION answer_frozen()",
        ),
    ),
    (
        "postgresql",
        "has the trigger quiet",
        ("CREATE TRIGGER quiet BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION entry_frozen()",),
    ),
    (
        "postgresql",
        "has the rewrite rule quiet on answer",
        ("CREATE RULE quiet AS ON UPDATE TO answer DO INSTEAD NOTHING",),
    ),
    (
        "postgresql",
        "has the child table beside of answer",
        ("CREATE TABLE beside () INHERITS (answer)",),
    ),
    (
        "postgresql",
        "has the row policy on answer",
        ("ALTER TABLE answer ENABLE ROW LEVEL SECURITY",),
    ),
    (
        "postgresql",
        "has the disabled foreign key of answer",
        ("ALTER TABLE answer DISABLE TRIGGER ALL",),
    ),
    (
        "postgresql",
        "has the server setting session_replication_role",
        ("SET LOCAL session_replication_role = replica",),
    ),
    (
        "postgresql",
        "view approval is not",
        (
            "CREATE OR REPLACE VIEW approval AS SELECT a.id AS answer_id, a.version_id, "
            "a.partner_id, a.public_name, a.order_key, a.public_note, a.at FROM answer a",
        ),
    ),
    (
        "postgresql",
        "lacks the constraint answer.ck_answer_mac_present",
        ("ALTER TABLE answer DROP CONSTRAINT ck_answer_mac_present",),
    ),
    (
        "postgresql",
        "constraint answer.ck_answer_mac_present is not",
        (
            "ALTER TABLE answer DROP CONSTRAINT ck_answer_mac_present",
            "ALTER TABLE answer ADD CONSTRAINT ck_answer_mac_present CHECK (length(mac) >= 0)",
        ),
    ),
    (
        "postgresql",
        "constraint answer.ck_answer_mac_present is not",
        (
            "ALTER TABLE answer DROP CONSTRAINT ck_answer_mac_present",
            "ALTER TABLE answer ADD CONSTRAINT ck_answer_mac_present CHECK (length(mac) > 0) NOT VALID",
        ),
    ),
    (
        "postgresql",
        "column answer.mac is not",
        ("ALTER TABLE answer ALTER COLUMN mac DROP NOT NULL",),
    ),
    (
        "postgresql",
        "table answer is not",
        (
            "ALTER TABLE answer_person SET UNLOGGED",
            "ALTER TABLE complaint SET UNLOGGED",
            "ALTER TABLE letter SET UNLOGGED",
            "ALTER TABLE delivered_name SET UNLOGGED",
            "ALTER TABLE answer SET UNLOGGED",
        ),
    ),
]


@pytest.fixture(scope="module", params=BOTH)
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One migrated database for the whole module; what is done to it is rolled back."""
    with copied_database(request.param, request, tmp_path_factory.mktemp("compared"), "template") as made:
        yield made


def test_a_migrated_database_is_as_the_program_made_it(connection: Connection) -> None:
    assert schema.problems(connection) == []


@pytest.mark.parametrize(("dialect", "said", "done"), DONE)
def test_what_was_done_is_found_and_named(
    connection: Connection, dialect: str, said: str, done: tuple[str, ...]
) -> None:
    if dialect not in ("both", connection.dialect.name):
        return  # the other database's language
    for statement in done:
        connection.exec_driver_sql(statement)
    result = schema.problems(connection)
    assert any(said in sentence for sentence in result), result
    ends = ("put it back.", "Restore a backup.", "restore a backup that this version made.")
    assert all(sentence.endswith(ends) for sentence in result)


def test_an_operators_own_index_and_view_are_let_be(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE VIEW report AS SELECT id FROM partner")
    connection.exec_driver_sql("CREATE INDEX ix_own ON partner (name)")
    assert schema.problems(connection) == []


def test_laying_again_repairs_whatever_was_done_to_guards_and_views(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        done = ["DROP TRIGGER answer_frozen", "CREATE TRIGGER quiet AFTER INSERT ON answer BEGIN SELECT 1; END"]
    else:
        done = [
            "DROP TRIGGER answer_frozen ON answer",
            "ALTER TABLE version DISABLE TRIGGER version_frozen",
            "CREATE TRIGGER quiet BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION entry_frozen()",
        ]
    for statement in done:
        connection.exec_driver_sql(statement)
    assert len(schema.problems(connection)) == len(done)
    guards.set_aside(connection)
    guards.lay(connection)
    assert schema.problems(connection) == []


def test_comparing_again_asks_little_and_makes_no_second_copy(connection: Connection) -> None:
    schema.problems(connection)  # the fresh copy is made once for each process
    asked: list[str] = []
    event.listen(
        connection.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_more: asked.append(statement)
    )
    schema.problems(connection)
    made = [statement for statement in asked if statement.lstrip().upper().startswith(("CREATE", "INSERT", "ALTER"))]
    assert 0 < len(asked) <= 9 and made == [], asked
