"""Names are compared with networks and notices without reading the whole register: an import does so in each part."""

from typing import Any

import pytest
from sqlalchemy import Connection, Select, event, text

from signoff.models import Partner
from signoff.services.partners import public_words
from tests.house import House

_MANY = 5_000  # partners; of few, PostgreSQL reads the whole table, whatever the indexes


def plan_of(connection: Connection, query: Select[Any]) -> list[str]:
    """The plan of a query as it is sent, with its values: an index of some rows alone is found by them."""
    sent: list[tuple[str, Any]] = []

    def hear(_conn: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    connection.execute(query)
    statement, parameters = sent[-1]
    kind = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [row[-1] for row in connection.exec_driver_sql(f"{kind} {statement}", parameters)]


def grow_register(connection: Connection) -> None:
    """Give the register many more partners like its first, by SQL, and let PostgreSQL count them."""
    others = {"id": "partner.id + n", "slug": "slug || n", "order_key": "order_key || int4send(n)"}
    columns = [column.name for column in Partner.__table__.columns]
    copied = ", ".join(others.get(name, name) for name in columns)
    first = "(SELECT * FROM partner ORDER BY id LIMIT 1) AS partner"
    connection.execute(
        text(
            f"INSERT INTO partner ({', '.join(columns)}) SELECT {copied} FROM {first}, generate_series(1, {_MANY}) AS n"  # noqa: S608
        )
    )
    connection.execute(text("ANALYZE partner"))


@pytest.mark.parametrize("query", [public_words._NETWORKS, public_words._POSTINGS], ids=["networks", "notices"])
def test_the_register_is_not_read_as_a_whole(house: House, query: Select[tuple[object]]) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
    with house.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            grow_register(connection)
        plan = plan_of(connection, query)
        connection.rollback()
    read = [step for step in plan if " partner " in f"{step} "]
    assert read, plan
    for step in read:
        assert "ix_partner_networks" in step or "PRIMARY KEY" in step or "pk_partner " in step, plan
