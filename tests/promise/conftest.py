"""A database to attack: every table has rows that matter, and every guard stands."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from signoff.db.database import Database
from tests.conftest import BOTH, copied_database


@pytest.fixture(scope="module", params=BOTH)
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One copy for all attacks of a module: each of them is rolled back."""
    with copied_database(request.param, request, tmp_path_factory.mktemp("attacked"), "filled") as made:
        yield made


@pytest.fixture
def full(attacked: Database) -> Iterator[Connection]:
    """A full database with all its guards."""
    with attacked.engine.connect() as connection:
        yield connection
        connection.rollback()
