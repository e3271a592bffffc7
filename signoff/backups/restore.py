"""Puts a backup back into an empty place, closed to the public from its first moment on."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from signoff.backups import postgresql
from signoff.backups.archive import BackupRefused, Manifest, Reader, place
from signoff.db import schema
from signoff.db.database import Database
from signoff.domain.rounds.links import secret_of
from signoff.evidence.codes import SealingKeys
from signoff.evidence.heads import read_head
from signoff.evidence.strict_json import Refused
from signoff.evidence.whole_files import draft_beside
from signoff.models import Entry, Link, Restoration
from signoff.services.publications.log_reading import newest_head
from signoff.services.publications.restorations import pause_restored

_TABLES = """SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
    AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"""
# Servers that still run may keep pages under the tokens in the backup; so none of these is ever in the new database.
_DRAWN_ANEW = (
    "CREATE FUNCTION restored_token() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN NEW.token := gen_random_uuid()::text; RETURN NEW; END $$",
    "CREATE TRIGGER restored_token BEFORE INSERT ON public_revision FOR EACH ROW EXECUTE FUNCTION restored_token()",
)
_AS_BEFORE = ("DROP TRIGGER restored_token ON public_revision", "DROP FUNCTION restored_token()")


def put_back(reader: Reader, database: Database, *, at: datetime) -> None:
    """Restore the database of a backup. It is closed: nothing public is shown, no email leaves, until it is opened.

    BackupRefused when something is there already, the backup is of another kind of database or damaged.
    """
    manifest, kind = reader.manifest, database.engine.dialect.name
    if manifest.database != kind:
        raise BackupRefused(
            f"This backup is of {_NAMES[manifest.database]}, and SIGNOFF_DATABASE_URL names {_NAMES[kind]}. "
            "Nothing was restored."
        )
    if manifest.revision != schema.newest():
        raise BackupRefused(
            f"This backup was made by Signoff {manifest.application}, whose database is at revision "
            f"{manifest.revision}; restore it with that version. Nothing was restored."
        )
    row = _row(manifest, at)
    if kind == "sqlite":
        _put_back_sqlite(reader, Path(str(database.engine.url.database)), row)
    else:
        _put_back_postgresql(reader, database, row)


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _row(manifest: Manifest, at: datetime) -> Restoration:
    try:
        size = read_head(manifest.head).size if manifest.head else 0
    except Refused:
        raise BackupRefused("The manifest has no head of a public log. Nothing was restored.") from None
    number, newest = manifest.restorations + 1, manifest.newest_entry
    return Restoration(number=number, restored_at=at, made_at=manifest.made_at, newest_entry=newest, log_size=size)


def _put_back_sqlite(reader: Reader, path: Path, row: Restoration) -> None:
    # A log that an earlier database left behind would be played into this one.
    for there in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-journal")):
        if there.exists():
            raise BackupRefused(
                f"{there} already exists. Move it away, or name another file in SIGNOFF_DATABASE_URL. "
                "Nothing was restored."
            )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with draft_beside(path) as draft:
        reader.unpack_database(draft)
        restored = Database(f"sqlite:///{draft}")
        try:
            with restored.engine.connect() as connection:
                _ensure_this_version(connection, "Nothing was restored.")
            with restored.unit_of_work() as session:
                _ensure_as_told(session, reader.manifest)
                _close(session, row)
        except (DatabaseError, sqlite3.Error):
            raise BackupRefused("The database in the backup cannot be read. Nothing was restored.") from None
        finally:
            restored.engine.dispose()
        with closing(sqlite3.connect(draft)) as file:
            file.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file that gets the name
        place(draft, path)


def _put_back_postgresql(reader: Reader, database: Database, row: Restoration) -> None:
    with database.engine.connect() as connection:
        program = postgresql.ensure_fits("pg_restore", connection)
        if connection.scalar(text(_TABLES)):
            raise BackupRefused(
                "The database is not empty. Make an empty one (createdb) and name it in "
                "SIGNOFF_DATABASE_URL. Nothing was restored."
            )
    url = database.engine.url
    with tempfile.TemporaryDirectory(prefix="signoff-restore-") as folder:
        dump = Path(folder) / reader.manifest.part
        reader.unpack_database(dump)
        postgresql.restore_section(program, dump, url, section="pre-data")
        with database.engine.connect() as connection:
            _ensure_this_version(connection, "Only empty tables were made; remove them before you try again.")
        # It is closed before there is anything to show, and without the last section no program starts on it.
        with database.unit_of_work() as session:
            values = {column.name: getattr(row, column.name) for column in Restoration.__table__.columns}
            session.execute(insert(Restoration).values(values))
            _execute(session, _DRAWN_ANEW)
        postgresql.restore_section(program, dump, url, section="data")
        postgresql.restore_section(program, dump, url, section="post-data")
    with database.unit_of_work() as session:
        _execute(session, _AS_BEFORE)
        _ensure_as_told(session, reader.manifest)
        pause_restored(session, at=row.restored_at)


def _ensure_this_version(connection: Connection, outcome: str) -> None:
    # Until the first release the number of the revision does not tell versions apart.
    if lacking := schema.first_missing(connection):
        raise BackupRefused(
            f"This backup was made by another version of Signoff. {lacking} Restore it with that version. {outcome}"
        )


def _execute(session: Session, statements: tuple[str, ...]) -> None:
    for statement in statements:
        session.execute(text(statement))


def _close(session: Session, row: Restoration) -> None:
    if session.scalar(text("PRAGMA quick_check")) != "ok":
        raise BackupRefused("The database in the backup is damaged. Nothing was restored.")
    session.add(row)
    pause_restored(session, at=row.restored_at)


def _ensure_as_told(session: Session, manifest: Manifest) -> None:
    newest = session.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1)) or 0
    head = newest_head(session)
    if (newest, head.note if head else "") != (manifest.newest_entry, manifest.head):
        raise BackupRefused("The database in the backup is not the one that its manifest describes.")


def without_keys(session: Session, manifest: Manifest, keys: SealingKeys, secret_keys: tuple[str, ...]) -> list[str]:
    """What does not work with the keys that are in place here, a sentence each; nothing when they are right."""
    said = []
    if not any(SealingKeys((one,)).fingerprint == manifest.sealing_key for one in keys.mac):
        said.append(
            f"The sealing key file here does not have the key of this backup ({manifest.sealing_key}). Answers cannot "
            "be verified, no head is signed and the copy cannot be opened until that file is in its place."
        )
    newest = session.scalar(select(Link).order_by(Link.id.desc()).limit(1))
    if newest is not None and secret_of(secret_keys, newest.nonce, newest.lookup) is None:
        said.append(
            "The secret key here is not the one that made the links in emails sent before: those links no longer open, "
            "and authenticators no longer fit, until SIGNOFF_SECRET_KEY or SIGNOFF_SECRET_KEY_FALLBACKS has that key."
        )
    return said
