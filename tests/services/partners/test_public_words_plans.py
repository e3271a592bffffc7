"""Names are compared with networks and notices without reading the whole register: an import does so in each part."""

import pytest
from sqlalchemy import Select, text

from signoff.services.partners import public_words
from tests.house import House


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.mark.parametrize("query", [public_words._NETWORKS, public_words._POSTINGS], ids=["networks", "notices"])
def test_the_register_is_not_read_as_a_whole(house: House, query: Select[tuple[object]]) -> None:
    statement = str(query.compile(house.database.engine, compile_kwargs={"literal_binds": True}))
    with house.database.engine.connect() as connection:
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    read = [step for step in plan if " partner " in f"{step} "]
    assert read, plan
    for step in read:
        assert "ix_partner_networks" in step or "PRIMARY KEY" in step, plan
