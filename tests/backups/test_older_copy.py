"""A copy that came without a restore is noticed by what was signed; a kill leaves nothing that passes for whole."""

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from signoff.backups import restore as restoring
from signoff.backups.archive import BackupRefused, Writer, opened
from signoff.cli import main
from signoff.db import schema
from signoff.db.database import Database
from signoff.models import Answer, LogHead, Version
from signoff.services.outbox.mail_state import mail_problems, mail_state
from signoff.services.publications.restorations import find_closed, is_closed, open_restored
from signoff.worker.engines import codes_of
from signoff.worker.high_water import lag_of, marks_beside, notice_older_copy, read_mark, signed_here
from signoff.worker.installation import WorkerContext
from signoff.worker.turn import seal_all
from tests.backups.conftest import killed_in
from tests.backups.test_backup import back_up, restored
from tests.house import House

PARTNERS = [f"Partner {number:02}" for number in range(11)]


@pytest.fixture
def dialect() -> str:
    """A mark is a file, and so is the database that is copied by hand."""
    return "sqlite"


def seal(house: House) -> None:
    seal_all(WorkerContext(house.database, house.settings, house.clock), at_once=True)


def asked(house: House) -> int:
    with house.database.unit_of_work() as session:
        return house.asked(session, *PARTNERS).id


def say(house: House, version: int, *names: str) -> None:
    for name in names:
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version), name)


def run(monkeypatch: pytest.MonkeyPatch, house: House, *words: str) -> Result:
    """A command in the environment of a house."""
    given = house.settings
    for name, value in {
        "DATABASE_URL": given.database_url,
        "SECRET_KEY": given.secret_key,
        "SEALING_KEY_FILE": str(given.sealing_key_file),
        "MAIL_PORT": "9",
    }.items():
        monkeypatch.setenv(f"SIGNOFF_{name}", value)
    return CliRunner().invoke(main, list(words))


def copied_by_hand(house: House, path: Path) -> House:
    """What `cp signoff.db` takes of a running installation: the file without its log."""
    shutil.copyfile(str(house.database.engine.url.database), path)
    settings = replace(house.settings, database_url=f"sqlite:///{path}")
    return House(settings, Database(settings.database_url), house.clock)


def test_a_live_copy_that_lost_answers_is_noticed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = asked(house)
    say(house, version, PARTNERS[0])
    seal(house)
    house.database.engine.dispose()  # the log is written back: so far, the file is whole
    with house.database.reading():  # a reader keeps the log from being written back from here on
        say(house, version, *PARTNERS[1:])
        house.clock.advance(minutes=1)
        seal(house)
        assert marks_beside(house.settings.sealing_key_file).exists()
        assert run(monkeypatch, house, "verify").exit_code == 0
        copy = copied_by_hand(house, tmp_path / "copy.db")
    with copy.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 1
    found = run(monkeypatch, copy, "verify")
    assert found.exit_code == 1 and "older than what its key has signed" in found.output
    assert "older than what its key has signed" in run(monkeypatch, copy, "verify", "--quick").output
    assert "older than what its key has signed" in run(monkeypatch, copy, "status").output
    # Nothing is sealed on it: a head of the same log with other leaves would be a fork.
    with copy.database.reading() as session:
        heads = session.scalar(select(func.count()).select_from(LogHead))
    seal(copy)
    with copy.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LogHead)) == heads
        closed = find_closed(session)
        assert closed is not None and closed.made_at is None
    copy.database.engine.dispose()


def test_what_was_given_up_by_opening_is_noticed_once(house: House, tmp_path: Path) -> None:
    version = asked(house)
    say(house, version, PARTNERS[0])
    seal(house)
    back_up(house, tmp_path / "one.backup")
    say(house, version, *PARTNERS[1:])
    house.clock.advance(minutes=1)
    seal(house)
    house.clock.advance(minutes=1)
    copy = restored(house, tmp_path / "one.backup", f"sqlite:///{tmp_path / 'copy.db'}")
    copy.database.watch = codes_of(copy.settings)
    context = WorkerContext(copy.database, copy.settings, copy.clock)
    assert notice_older_copy(context)
    with copy.database.unit_of_work() as session:
        mark = read_mark(session, copy.settings)
        assert mark is not None and lag_of(session, mark)
        closed = find_closed(session)
        assert closed is not None
        by = copy.user(session, "administrator").actor
        open_restored(copy.act(session, by), shown=closed.number, signed=signed_here(session, copy.settings))
        assert lag_of(session, mark) == ""
    assert not notice_older_copy(context)
    copy.clock.advance(minutes=1)
    seal(copy)
    with copy.database.reading() as session:
        newer = read_mark(session, copy.settings)
    assert newer is not None and newer.time > mark.time
    # The database as it was before the restore does not have what was signed since.
    assert notice_older_copy(WorkerContext(house.database, house.settings, house.clock))
    copy.database.engine.dispose()


def test_a_mark_that_cannot_be_read_is_not_passed_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    marks_beside(house.settings.sealing_key_file).write_text('{"format": "signoff-high-water/2", "logs": "many"}')
    found = run(monkeypatch, house, "verify")
    assert found.exit_code == 1 and "cannot be read" in found.output


def test_the_commands_back_up_and_restore_elsewhere(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = asked(house)
    say(house, version, PARTNERS[0])
    seal(house)
    house.database.engine.dispose()
    file = str(tmp_path / "one.backup")
    done = run(monkeypatch, house, "backup", file, "--with-keys")
    assert done.exit_code == 0 and "can answer for partners" in done.output.splitlines()[-1]
    without = run(monkeypatch, house, "backup", str(tmp_path / "two.backup"))
    assert "does not hold the keys" in without.output.splitlines()[-1]
    assert run(monkeypatch, house, "backup", file).exit_code == 1
    # Another folder and another address; its keys come out of the file.
    for name in ("SECRET_KEY", "SEALING_KEY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(f"SIGNOFF_{name}", raising=False)
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("SIGNOFF_INSTANCE", str(elsewhere))
    monkeypatch.setenv("SIGNOFF_BASE_URL", "http://localhost:9000")
    put = CliRunner().invoke(main, ["restore", file])
    assert put.exit_code == 0, put.output
    said = put.output
    assert "up to entry" in said and "Newest public head: 127.0.0.1:8000/log" in said
    assert "http://localhost:9000/staff/restored" in said and "Everything is as it was recorded." in said
    assert (elsewhere / "secret_key").read_text() == house.settings.secret_key
    again = CliRunner().invoke(main, ["restore", file])
    assert again.exit_code == 1 and "already" in again.output
    # As `signoff up` keeps it: no second copy of the key.
    (elsewhere / "secret_key").unlink()
    (elsewhere / ".env").write_text(f"SIGNOFF_SECRET_KEY='{house.settings.secret_key}'\n")
    assert CliRunner().invoke(main, ["restore", file]).exit_code == 1 and not (elsewhere / "secret_key").exists()
    assert "restored from a copy" in CliRunner().invoke(main, ["status"]).output
    opened_again = CliRunner().invoke(main, ["restore", "--open"])
    assert opened_again.exit_code == 0 and "12 emails may leave now (receipt 1, request 11)" in opened_again.output
    assert CliRunner().invoke(main, ["restore", "--open"]).exit_code == 1
    assert CliRunner().invoke(main, ["restore"]).exit_code == 2
    assert CliRunner().invoke(main, ["verify"]).exit_code == 0


def kill_self(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_kill_leaves_nothing_that_passes_for_whole(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, new = tmp_path / "one.backup", tmp_path / "new.db"
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "finish", kill_self)
        killed_in(lambda: back_up(house, target))
    assert not target.exists()
    for leftover in tmp_path.glob(".one.backup*"):
        with pytest.raises(BackupRefused), opened(leftover):
            pass
    back_up(house, target)
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "place", kill_self)
        killed_in(lambda: restored(house, target, f"sqlite:///{new}"))
    assert not new.exists()
    copy = restored(house, target, f"sqlite:///{new}")
    with copy.database.reading() as session:
        assert is_closed(session)
        problems = mail_problems(mail_state(session, at=house.clock()))
        assert any(line.endswith("until an administrator opens the restored copy.") for line in problems)
        assert not any("signoff letters retry" in line for line in problems)
    copy.database.engine.dispose()


def test_marks_that_cannot_be_read_are_named(house: House) -> None:
    marks = marks_beside(house.settings.sealing_key_file)
    one = '{"format": "signoff-high-water/2", "logs": {"a/log": %s}}'
    for content in ("", "[]", one % "7", one % '{"size": 1, "root": "", "time": "2026-11-24"}'):
        marks.write_text(content)
        with house.database.reading() as session, pytest.raises(ValueError, match=r"\.signed cannot be read"):
            read_mark(session, house.settings)
    marks.unlink()
    marks.mkdir()  # as unreadable as a file of another user
    with house.database.reading() as session, pytest.raises(ValueError, match=r"\.signed cannot be read"):
        read_mark(session, house.settings)


def test_a_copy_that_was_opened_stays_open_although_the_clock_was_ahead(house: House, tmp_path: Path) -> None:
    version = asked(house)
    say(house, version, PARTNERS[0])
    seal(house)
    back_up(house, tmp_path / "one.backup")
    say(house, version, PARTNERS[1])
    house.clock.advance(days=400)
    seal(house)
    house.clock.advance(days=-400)
    house.clock.advance(minutes=1)
    copy = restored(house, tmp_path / "one.backup", f"sqlite:///{tmp_path / 'copy.db'}")
    copy.database.watch = codes_of(copy.settings)
    context = WorkerContext(copy.database, copy.settings, copy.clock)
    with copy.database.unit_of_work() as session:
        closed = find_closed(session)
        assert closed is not None
        by = copy.user(session, "administrator").actor
        open_restored(copy.act(session, by), shown=closed.number, signed=signed_here(session, copy.settings))
    assert not notice_older_copy(context)
    # What was given up is one head: the database that has it is still noticed after the copy went on.
    seal(copy)
    assert notice_older_copy(WorkerContext(house.database, house.settings, house.clock))
    copy.database.engine.dispose()


def test_installations_with_one_key_and_two_addresses_leave_each_other_alone(house: House, tmp_path: Path) -> None:
    version = asked(house)
    say(house, version, PARTNERS[0])
    seal(house)
    settings = replace(
        house.settings, database_url=f"sqlite:///{tmp_path / 'two.db'}", base_url="http://localhost:9000"
    )
    second = House(settings, Database(settings.database_url), house.clock)
    schema.upgrade(second.database)
    with second.database.unit_of_work() as session:
        second.furnish(session)
    for one in (second, house, second):
        seal(one)
        one.clock.advance(minutes=1)
        assert not notice_older_copy(WorkerContext(one.database, one.settings, one.clock))
    # Each is still compared with what it signed itself.
    with second.database.unit_of_work() as session:
        mark = read_mark(session, settings)
        assert mark is not None and lag_of(session, replace(mark, root="00" * 32))
    second.database.engine.dispose()
