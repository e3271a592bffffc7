"""Everything a database holds, so that a test can say that nothing changed."""

from typing import Any

from sqlalchemy import select

from signoff.db.database import Database
from signoff.models import Base


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }
