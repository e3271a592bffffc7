"""Which engine works for an installation, and what its database needs for it: the built-in worker, or Procrastinate."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from signoff.db import schema
from signoff.db.database import Database
from signoff.db.write_queue import Limits
from signoff.evidence.codes import SealingKeys
from signoff.services.record.row_codes import keep_codes
from signoff.settings import Settings, SettingsRefused


def open_database(settings: Settings, *, limits: Limits | None = None) -> Database:
    """The installation's database; with several workers, what queues letters also calls for them."""
    if settings.worker == "built-in":
        return Database(settings.database_url, limits=limits, watch=codes_of(settings))
    enqueue = _job_queue().call_for_letters
    return Database(settings.database_url, enqueue=enqueue, limits=limits, watch=codes_of(settings))


def codes_of(settings: Settings) -> Callable[[Session, bool], None]:
    """What lets each session of an installation check the codes of rows, and give them to the rows it writes."""

    def watch(session: Session, writes: bool) -> None:
        keep_codes(session, lambda: SealingKeys.read(settings.sealing_key_file), writes=writes)

    return watch


def upgrade(database: Database, settings: Settings) -> str:
    """Bring the schema to its newest revision, with Procrastinate's tables where it works; says which that is."""
    revision = schema.upgrade(database)
    if settings.worker == "distributed":
        _job_queue().ensure_tables(database)
    return revision


def ensure_ready(database: Database, settings: Settings) -> None:
    """Refuse with NotReady unless the database is there and can be worked with, by the engine that is set."""
    if database.is_missing:
        raise schema.NotReady("There is no database yet; run `signoff db upgrade`.")
    with database.engine.connect() as connection:
        if wrong := problems(connection, settings):
            raise schema.NotReady(wrong[0])


def problems(connection: Connection, settings: Settings) -> list[str]:
    """Why this database cannot be worked with: what the schema says, and what the engine needs. Empty when it can."""
    wrong = schema.problems(connection)
    if not wrong and settings.worker == "distributed" and not _job_queue().has_tables(connection):
        return ["The tables of the distributed worker are missing; run `signoff db upgrade`."]
    return wrong


def engine_name(settings: Settings) -> str:
    """What the worker is called to operators."""
    return "Built-in worker" if settings.worker == "built-in" else "Distributed worker (Procrastinate)"


def _job_queue() -> ModuleType:
    # Loaded when it is needed: no command of another installation waits for Procrastinate.
    try:
        return import_module("signoff.worker.job_queue")
    except ModuleNotFoundError:
        raise SettingsRefused(
            "SIGNOFF_WORKER=distributed needs its extra: pip install 'signoff[distributed]'."
        ) from None
