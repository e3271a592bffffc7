"""Names are compared with networks and notices without reading the whole register: an import does so in each part."""

from typing import Any

import pytest
from sqlalchemy import Select, event

from signoff.services.partners import public_words
from tests.house import House


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.mark.parametrize("query", [public_words._NETWORKS, public_words._POSTINGS], ids=["networks", "notices"])
def test_the_register_is_not_read_as_a_whole(house: House, query: Select[tuple[object]]) -> None:
    # As it is sent, with its values: an index of some rows alone is found by them.
    sent: list[tuple[str, Any]] = []

    def hear(_conn: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    with house.database.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        connection.execute(query)
        statement, parameters = sent[-1]
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    read = [step for step in plan if " partner " in f"{step} "]
    assert read, plan
    for step in read:
        assert "ix_partner_networks" in step or "PRIMARY KEY" in step, plan
