"""A connection to the one database of a module, which each test leaves as it was."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from signoff.db.database import Database


@pytest.fixture
def connection(stored: Database) -> Iterator[Connection]:
    with stored.engine.connect() as connection:
        yield connection
        connection.rollback()
