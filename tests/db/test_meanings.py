"""What someone laid beside the schema so that the program's own statements mean something else, on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from signoff.db import schema
from signoff.db.comparison import differences
from signoff.db.database import Database
from signoff.models import RoleWord
from tests.conftest import copied_database

# Fits what the program compares better than the server's own, and lets what looks into the catalog go on.
EQUAL = (
    "CREATE FUNCTION never(text, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
    "CREATE OPERATOR = (LEFTARG = text, RIGHTARG = varchar, FUNCTION = never)",
    "CREATE FUNCTION same(name, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT $1::text = $2::text'",
    "CREATE OPERATOR = (LEFTARG = name, RIGHTARG = varchar, FUNCTION = same)",
)
# What is laid there, and what is said of it.
LAID = {
    "an operator that fits better": ("has the operator =(text,character varying)", EQUAL),
    "a function that fits better": (
        "has the function lower(character varying)",
        ("CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x'''",),
    ),
    "a conversion": (
        "has the cast text AS integer",
        (
            "CREATE FUNCTION length_of(text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 7'",
            "CREATE CAST (text AS integer) WITH FUNCTION length_of(text) AS ASSIGNMENT",
        ),
    ),
    "a table of the session": (
        "has the temporary table position",
        ("CREATE TEMPORARY TABLE position (LIKE public.position)",),
    ),
    "the program's schema before the server's own": (
        "has the server setting search_path",
        ("SET LOCAL search_path = public, pg_catalog",),
    ),
    "another schema before the program's": (
        "lacks the table answer",
        (
            "CREATE SCHEMA before",
            "CREATE VIEW before.signatory AS SELECT * FROM signatory LIMIT 1",
            "SET LOCAL search_path = before, public",
        ),
    ),
    "another meaning of NULL": (
        "has the server setting transform_null_equals",
        ("SET LOCAL transform_null_equals = on",),
    ),
    "an act at each beginning of a session": (
        "has the event trigger quiet",
        (
            "CREATE FUNCTION at_login() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'",
            "CREATE EVENT TRIGGER quiet ON login EXECUTE FUNCTION at_login()",
        ),
    ),
    "another order of letters": (
        "column partner.slug is not",
        ("DROP VIEW signatory", 'ALTER TABLE partner ALTER COLUMN slug TYPE text COLLATE "C"'),
    ),
}


@pytest.fixture(scope="module")
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One migrated database for the whole module; what is done to it is rolled back."""
    with copied_database("postgresql", request, tmp_path_factory.mktemp("meanings"), "template") as made:
        yield made


@pytest.mark.parametrize("what", LAID)
def test_what_gives_statements_another_meaning_is_found_and_named(connection: Connection, what: str) -> None:
    said, statements = LAID[what]
    if "login" in statements[-1] and (connection.dialect.server_version_info or (0,)) < (17,):
        return  # which knows no such trigger
    for statement in statements:
        connection.exec_driver_sql(statement)
    result = [difference.sentence for difference in differences(connection)]
    assert any(said in sentence for sentence in result), result


def test_such_an_operator_decides_what_the_program_reads(connection: Connection) -> None:
    """Why it is looked for: no row is changed and no text of a guard or a view."""
    words = select(RoleWord.role).where(RoleWord.role == "reviewer")
    assert connection.scalars(words).all() == ["reviewer"]
    for statement in EQUAL:
        connection.exec_driver_sql(statement)
    assert connection.scalars(words).all() == []


LET_BE = (
    "CREATE FUNCTION report() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "CREATE TYPE loose AS (word text)",
    "CREATE FUNCTION lower(loose) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
)


def test_a_function_that_is_never_taken_for_the_servers_own_is_let_be(connection: Connection) -> None:
    """Such as extensions bring."""
    for statement in LET_BE:
        connection.exec_driver_sql(statement)
    assert schema.problems(connection) == []
