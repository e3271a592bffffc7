"""Procrastinate's queue in the installation's database: its tables, and the jobs that call for letters."""

import math

from procrastinate import App, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from signoff.db.database import Database

QUEUE = "signoff"
_LETTERS_A_JOB = 200
_MOST_JOBS = 8
_LAYING = 7_446_332  # the lock under which one of several workers lays the tables

# Never opened: its jobs go through the connection of the caller.
_CALLS = App(connector=SyncPsycopgConnector())


def call_for_letters(session: Session, number: int) -> None:
    """Enqueue delivery of so many letters in the session's own transaction: both are committed, or neither."""
    connection = session.connection().connection.driver_connection
    for _ in range(min(math.ceil(number / _LETTERS_A_JOB), _MOST_JOBS)):
        _CALLS.configure_task("signoff.deliver", queue=QUEUE, connection=connection).defer()


def ensure_tables(database: Database) -> None:
    """Lay Procrastinate's tables beside ours, unless they stand."""
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LAYING})
        if not has_tables(connection):
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(SchemaManager.get_schema())


def has_tables(connection: Connection) -> bool:
    """Whether Procrastinate's tables stand beside ours."""
    return inspect(connection).has_table("procrastinate_jobs")
