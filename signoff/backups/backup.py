"""Makes a backup of a running installation: one moment of its database, in one file."""

import errno
import io
import os
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from signoff.backups import postgresql
from signoff.backups.archive import KEYS, BackupRefused, Manifest, Writer, ensure_new, place
from signoff.db import schema
from signoff.db.database import Database
from signoff.evidence.codes import SealingKeys
from signoff.evidence.whole_files import draft_beside
from signoff.models import Entry, Restoration
from signoff.services.publications.log_reading import newest_head
from signoff.settings import Settings


@dataclass(frozen=True)
class Secrets:
    """The keys of an installation, which a backup holds only when asked to."""

    secret_keys: Sequence[str]
    sealing_key_file: Path

    @staticmethod
    def of(settings: Settings) -> "Secrets":
        """Those that the settings name."""
        return Secrets(settings.secret_keys, settings.sealing_key_file)


def make_backup(database: Database, target: Path, secrets: Secrets, *, with_keys: bool, at: datetime) -> Manifest:
    """Write a backup to a new file, for its owner alone; returns what it says of itself.

    BackupRefused when the target exists or the database cannot be copied, OSError when the target cannot be written;
    nothing half-written stays.
    """
    ensure_new(target)
    with draft_beside(target) as draft:
        with zipfile.ZipFile(draft, "w") as archive:
            writer = Writer(archive)
            kind = database.engine.dialect.name
            copy = _add_sqlite if kind == "sqlite" else _add_postgresql
            manifest = copy(database, writer, draft, SealingKeys.read(secrets.sealing_key_file).fingerprint, at)
            if with_keys:
                _add_keys(writer, secrets)
            writer.finish(manifest)
        place(draft, target)
    return manifest


def _add_sqlite(database: Database, writer: Writer, draft: Path, fingerprint: str, at: datetime) -> Manifest:
    copy = draft.with_name(f"{draft.name}.copy")
    copy.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(database.engine.url.database or "")) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # in one step: writers go on meanwhile, and do not restart it
            target.execute("PRAGMA journal_mode = DELETE")  # one file without a log beside it
    except sqlite3.Error as problem:
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise BackupRefused(f"The database could not be copied: {problem}.") from None
    copied = Database(f"sqlite:///{copy}")
    try:
        with copied.reading() as session:
            manifest = _describe(session, "sqlite", fingerprint, at)
    finally:
        copied.engine.dispose()
    with closing(sqlite3.connect(copy)) as again:
        again.execute("PRAGMA journal_mode = DELETE")
    with copy.open("rb") as file:
        writer.add(manifest.part, file, packed=False)
    return manifest


def _add_postgresql(database: Database, writer: Writer, _draft: Path, fingerprint: str, at: datetime) -> Manifest:
    # What the manifest says and what is dumped are one moment: the snapshot of this transaction.
    with database.reader() as session:
        program = postgresql.ensure_fits("pg_dump", session.connection())
        manifest = _describe(session, "postgresql", fingerprint, at)
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        with postgresql.dumped(program, database.engine.url, snapshot=str(snapshot)) as stream:
            writer.add(manifest.part, stream, packed=True)
    return manifest


def _describe(session: Session, kind: str, fingerprint: str, at: datetime) -> Manifest:
    revision = schema.current(session.connection())
    if revision != schema.newest():
        raise BackupRefused("The database is not at the newest revision; run `signoff db upgrade`.")
    head = newest_head(session)
    newest = session.execute(select(Entry.id, Entry.at).order_by(Entry.id.desc()).limit(1)).one_or_none()
    return Manifest(
        application=version("signoff"),
        database=kind,
        revision=revision,
        made_at=at,
        newest_entry=newest.id if newest else 0,
        newest_entry_at=newest.at if newest else None,
        restorations=session.scalar(select(func.max(Restoration.number))) or 0,
        head=head.note if head else "",
        sealing_key=fingerprint,
    )


def _add_keys(writer: Writer, secrets: Secrets) -> None:
    first, *earlier = secrets.secret_keys
    contents = (first, " ".join(earlier), secrets.sealing_key_file.read_text())
    for name, content in zip(KEYS, contents, strict=True):
        if content:
            writer.add(name, io.BytesIO(content.encode()), packed=True)
