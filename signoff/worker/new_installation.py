"""Makes what an installation on one machine lacks: its folder, its keys and its database."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import inspect, select

from signoff.db import schema
from signoff.db.database import Database
from signoff.domain.permissions import Role
from signoff.evidence.key_files import made_once
from signoff.evidence.whole_files import make_folder
from signoff.models import Coalition
from signoff.models.accounts import holders
from signoff.settings import PREFIX, Settings, keep_settings, kept_settings, new_sealing_key, read_database_url
from signoff.worker.engines import ensure_ready, upgrade


def is_unused(database_url: str) -> bool:
    """Whether there is no database at this address yet, or one that no installation was set up in."""
    database = Database(database_url)
    if database.is_missing:
        return True
    try:
        with database.engine.connect() as connection:
            known = inspect(connection).has_table(Coalition.__tablename__)
            return not known or connection.scalar(select(Coalition.id).limit(1)) is None
    finally:
        database.engine.dispose()


def make_keys(given: Mapping[str, str], instance: Path) -> None:
    """Make the folder and the keys that are missing, for their owner alone; no keys where others were used."""
    make_folder(instance)
    environ = {**kept_settings(instance), **given}
    has_secret = environ.get(f"{PREFIX}SECRET_KEY") or (instance / "secret_key").is_file()
    sealing = environ.get(f"{PREFIX}SEALING_KEY_FILE")
    if (has_secret and sealing) or not is_unused(read_database_url(environ, instance=instance)):
        return
    if not has_secret:
        keep_settings(instance, {f"{PREFIX}SECRET_KEY": secrets.token_urlsafe(48)})
    if not sealing:
        made_once(instance / "sealing_key.json", new_sealing_key)


def make_database(database: Database, settings: Settings) -> None:
    """Make the tables where there are none; NotReady for a database that is there and cannot be worked with."""
    if database.is_missing or not _is_begun(database):
        upgrade(database, settings)
    ensure_ready(database, settings)


def has_administrator(database: Database) -> bool:
    """Whether someone can sign in and set up the rest."""
    with database.reading() as session:
        return session.scalar(holders(Role.ADMINISTRATOR).limit(1)) is not None


def _is_begun(database: Database) -> bool:
    with database.engine.connect() as connection:
        return bool(schema.current(connection))
