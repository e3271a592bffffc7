"""A backup is one moment of a running installation; put back it verifies, and stays closed until it is opened."""

import json
import os
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from signoff.backups.archive import BackupRefused, Manifest, opened
from signoff.backups.backup import Secrets, make_backup
from signoff.backups.restore import put_back, without_keys
from signoff.db import schema
from signoff.db.database import Database
from signoff.evidence.codes import SealingKeys, key_file
from signoff.models import Answer, Entry, Version
from signoff.services.publications.log_verification import verify_log
from signoff.services.publications.restorations import Signed, find_closed, is_closed, open_restored
from signoff.services.record.verification import verify_record
from signoff.worker.engines import codes_of
from signoff.worker.installation import WorkerContext
from signoff.worker.turn import seal_all, work_once
from tests.house import House
from tests.letters.sink import Sink

PARTNERS = [f"Partner {number:02}" for number in range(24)]


def back_up(house: House, target: Path, *, with_keys: bool = False) -> Manifest:
    return make_backup(house.database, target, Secrets.of(house.settings), with_keys=with_keys, at=house.clock())


def restored(house: House, backup: Path, url: str) -> House:
    """Another installation on the database of a backup, with the same keys."""
    database = Database(url)
    with opened(backup) as reader:
        put_back(reader, database, at=house.clock())
    return House(replace(house.settings, database_url=url), database, house.clock)


def faults(house: House) -> list[str]:
    with house.database.reading() as session:
        record, log = verify_record(session, house.keys), verify_log(session, house.keys)
    return [*record.wrong, *log.wrong]


@contextmanager
def answering(house: House, version: int) -> Iterator[None]:
    """Partners answer one after the other, from two threads, while the record is sealed."""
    stopped, failed = threading.Event(), list[Exception]()

    def answer(names: list[str]) -> None:
        try:
            for name in names:
                if stopped.is_set():
                    return
                with house.database.unit_of_work() as session:
                    house.say(session, session.get_one(Version, version), name)
                seal_all(WorkerContext(house.database, house.settings, house.clock), at_once=True)
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=answer, args=(PARTNERS[start::2],)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        assert not failed, failed


def backups_under_load(house: House, folder: Path, number: int) -> list[Path]:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *PARTNERS).id
    files = [folder / f"{one}.backup" for one in range(number)]
    with answering(house, version):
        for file in files:
            back_up(house, file)
    return files


def test_backups_under_load_restore_to_a_verifying_state(house: House, tmp_path: Path, empty_url: str) -> None:
    first, last = backups_under_load(house, tmp_path, 2)
    with opened(first) as early, opened(last) as late:
        assert early.manifest.newest_entry <= late.manifest.newest_entry
        entry = late.manifest.newest_entry
    assert stat.S_IMODE(last.stat().st_mode) == 0o600
    copy = restored(house, last, empty_url)
    assert faults(copy) == []
    with copy.database.reading() as session:
        assert session.scalar(select(func.max(Entry.id))) == entry
        assert session.scalar(select(func.count()).select_from(Answer)) == session.scalar(
            select(func.count()).select_from(Entry).where(Entry.kind == "partner_answered")
        )
        assert schema.problems(session.connection()) == []
        assert is_closed(session)
    copy.database.engine.dispose()


@pytest.mark.torture
def test_twenty_backups_under_load_restore_to_a_verifying_state(house: House, tmp_path: Path, dialect: str) -> None:
    for number, file in enumerate(backups_under_load(house, tmp_path, 20)):
        if dialect == "sqlite":
            copy = restored(house, file, f"sqlite:///{tmp_path / f'{number}.db'}")
        else:
            url, name = house.database.engine.url, f"{house.database.engine.url.database}_{number}"
            with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            copy = restored(house, file, url.set(database=name).render_as_string(hide_password=False))
        assert faults(copy) == []
        copy.database.engine.dispose()
        if dialect == "postgresql":
            with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"DROP DATABASE {name}"))


def test_nothing_leaves_and_nothing_is_sealed_until_it_is_opened(
    house: House, sink: Sink, tmp_path: Path, empty_url: str
) -> None:
    with house.database.unit_of_work() as session:
        house.without_turns(session)
        house.asked(session, "Alder", "Birch")
    back_up(house, tmp_path / "one.backup")
    copy = restored(house, tmp_path / "one.backup", empty_url)
    copy.database.watch = codes_of(copy.settings)
    worker = WorkerContext(copy.database, copy.settings, copy.clock)
    work_once(worker)
    with copy.database.reading() as session:
        assert session.scalar(text("SELECT COUNT(*) FROM log_head")) == 0
        closed = find_closed(session)
        assert closed is not None and (closed.made_at, closed.opened_at) == (house.clock(), None)
    assert sink.raw == []
    open_as_administrator(copy)
    work_once(worker)
    assert sorted(sink.recipients) == ["ana@alder.example", "ana@birch.example"]
    assert faults(copy) == []
    copy.database.engine.dispose()


def open_as_administrator(house: House) -> None:
    with house.database.unit_of_work() as session:
        administrator = house.user(session, "administrator").actor
        closed = find_closed(session)
        assert closed is not None
        open_restored(house.act(session, administrator), shown=closed.number, signed=Signed())


def test_a_place_that_holds_something_is_left_as_it_is(house: House, tmp_path: Path, dialect: str) -> None:
    back_up(house, tmp_path / "one.backup")
    before = faults(house)
    with opened(tmp_path / "one.backup") as reader, pytest.raises(BackupRefused, match="already exists|is not empty"):
        put_back(reader, house.database, at=house.clock())
    assert before == faults(house) == []
    with house.database.reading() as session:
        assert not is_closed(session)


def test_without_the_right_keys_it_says_what_does_not_work(house: House, tmp_path: Path) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    manifest = back_up(house, tmp_path / "one.backup")
    (tmp_path / "other.json").write_text(key_file("tests", b"another key, of another house!!!"))
    other = SealingKeys.read(tmp_path / "other.json")
    with house.database.reading() as session:
        assert without_keys(session, manifest, house.keys, house.settings.secret_keys) == []
        sealing, secret = without_keys(session, manifest, other, ("x" * 40,))
    assert "sealing key" in sealing and "cannot be opened" in sealing
    assert "links no longer open" in secret


class TestOnSqlite:
    """What an archive may be does not depend on the database."""

    @pytest.fixture
    def dialect(self) -> str:
        return "sqlite"

    def test_an_existing_file_stays(self, house: House, tmp_path: Path) -> None:
        target = tmp_path / "one.backup"
        target.write_text("mine")
        with pytest.raises(BackupRefused, match="already exists"):
            back_up(house, target)
        assert target.read_text() == "mine"
        assert [path.name for path in tmp_path.glob("*backup*")] == ["one.backup"]

    def test_keys_are_in_it_only_when_asked_for(self, house: House, tmp_path: Path) -> None:
        back_up(house, tmp_path / "without.backup")
        back_up(house, tmp_path / "with.backup", with_keys=True)
        secrets = (house.settings.secret_key.encode(), json.loads(house.settings.sealing_key_file.read_text())["mac"])
        for name, held in (("without", False), ("with", True)):
            with zipfile.ZipFile(tmp_path / f"{name}.backup") as archive:
                everything = b"".join(archive.read(part) for part in archive.namelist())
            assert (secrets[0] in everything) is held
            assert (secrets[1][0]["key"].encode() in everything) is held
            with opened(tmp_path / f"{name}.backup") as reader:
                assert reader.has_keys is held

    def test_a_full_disk_leaves_nothing(self, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_file: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        before = sorted(path.name for path in tmp_path.iterdir())
        with pytest.raises(OSError, match="No space"):
            back_up(house, tmp_path / "one.backup")
        assert sorted(path.name for path in tmp_path.iterdir()) == before

    def test_what_is_no_whole_backup_is_refused(self, house: House, tmp_path: Path) -> None:
        back_up(house, tmp_path / "one.backup")
        whole = (tmp_path / "one.backup").read_bytes()
        with zipfile.ZipFile(tmp_path / "one.backup") as archive:
            manifest = json.loads(archive.read("manifest.json"))
            database = archive.read("database.sqlite")
        bad = tmp_path / "bad.backup"
        url = f"sqlite:///{tmp_path / 'new.db'}"

        def refused(reason: str) -> None:
            with pytest.raises(BackupRefused, match=reason):
                restored(house, bad, url)
            assert not list(tmp_path.glob("*new.db*"))

        for cut in (0, 10, len(whole) // 2, len(whole) - 1):
            bad.write_bytes(whole[:cut])
            refused("not a complete backup")
        written: dict[str, tuple[object, bytes, str]] = {
            "another database": (manifest, database[:-1] + b"x", "not what the manifest says"),
            "a bomb": (manifest, database + bytes(30_000_000), "not what the manifest says"),
            "no database": (manifest, b"", "not what the manifest says"),
            "another format": ({**manifest, "format": "signoff-backup/2"}, database, "not a complete backup"),
            "a list": ([], database, "not a complete backup"),
            "a newer program": ({**manifest, "revision": "0002"}, database, "restore it with that version"),
            "other facts": ({**manifest, "newest_entry": 3}, database, "not the one that its manifest describes"),
            "a huge claim": (
                {**manifest, "parts": [{**manifest["parts"][0], "size": 10**15}]},
                database,
                "not enough room",
            ),
            "a bomb of no size": (
                {**manifest, "parts": [{**manifest["parts"][0], "size": float("nan")}]},
                database + bytes(1_000_000),
                "not a complete backup",
            ),
            "a number that no database holds": ({**manifest, "restorations": 2**70}, database, "not a complete backup"),
            "what a terminal would heed": ({**manifest, "application": "\x1b[2J"}, database, "not a complete backup"),
        }
        for said, content, reason in written.values():
            with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("database.sqlite", content)
                archive.writestr("manifest.json", json.dumps(said))
            refused(reason)
        start = whole.index(b"database.sqlite") + len("database.sqlite") + 20  # past what ZIP says of the size
        bad.write_bytes(whole[:start] + b"\xff" * 200 + whole[start + 200 :])
        refused("not a complete backup")
        for name in ("../new.db", "/tmp/new.db", "keys/other"):  # noqa: S108
            with zipfile.ZipFile(bad, "w") as archive:
                archive.writestr("database.sqlite", database)
                archive.writestr(name, b"x")
                parts = [*manifest["parts"], {"name": name, "size": 1, "sha256": "0" * 64}]
                archive.writestr("manifest.json", json.dumps({**manifest, "parts": parts}))
            refused("not a complete backup")

    def test_a_log_that_an_earlier_database_left_is_not_played_into_it(self, house: House, tmp_path: Path) -> None:
        back_up(house, tmp_path / "one.backup")
        (tmp_path / "new.db-wal").write_bytes(b"old")
        with pytest.raises(BackupRefused, match="new.db-wal already exists"):
            restored(house, tmp_path / "one.backup", f"sqlite:///{tmp_path / 'new.db'}")

    def test_what_is_put_back_is_one_file_for_its_owner(self, house: House, tmp_path: Path) -> None:
        back_up(house, tmp_path / "one.backup")
        copy = restored(house, tmp_path / "one.backup", f"sqlite:///{tmp_path / 'new.db'}")
        copy.database.engine.dispose()
        assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600
        with sqlite3.connect(tmp_path / "new.db") as file:
            assert file.execute("SELECT COUNT(*) FROM restoration").fetchone() == (1,)


def test_programs_that_are_missing_or_older_than_the_server(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    if dialect == "sqlite":
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(BackupRefused, match="pg_dump is not installed"):
        back_up(house, tmp_path / "one.backup")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    (tmp_path / "bin" / "pg_dump").chmod(0o755)
    with pytest.raises(BackupRefused, match="version 9, older than the server's"):
        back_up(house, tmp_path / "one.backup")
    assert not list(tmp_path.glob("*backup*"))
