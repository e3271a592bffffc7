"""Files that commands write: whole or not at all, where the disk has no room."""

import errno
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from signoff.backups.backup import Secrets, make_backup
from signoff.cli import main
from signoff.cli.failure import os_error_text
from tests.house import House


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before, dont_write_bytecode = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    # Python would keep half a compiled module and never be able to load it again.
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = dont_write_bytecode


def test_without_room_the_earlier_file_stays_and_nothing_stays_of_an_export(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.unit_of_work() as session:
        for number in range(30):
            house.partner(session, f"Partner Number {number}")
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", house.settings.secret_key)
    monkeypatch.setenv("SIGNOFF_SEALING_KEY_FILE", str(house.settings.sealing_key_file))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "partners.csv").write_text("an earlier export")
    (folder / "partners.csv").chmod(0o600)
    with no_room_beyond(1_000):
        refused = CliRunner().invoke(main, ["partners", "export", str(folder / "partners.csv")])
        halved = CliRunner().invoke(main, ["export", str(tmp_path / "whole")])
    assert refused.exit_code == 1 and "Nothing was written." in refused.output
    assert [path.name for path in folder.iterdir()] == ["partners.csv"]
    assert (folder / "partners.csv").read_text() == "an earlier export"
    written = CliRunner().invoke(main, ["partners", "export", str(folder / "partners.csv")])
    assert written.exit_code == 0 and "Partner Number 7" in (folder / "partners.csv").read_text()
    assert (folder / "partners.csv").stat().st_mode & 0o777 == 0o600, "a file for its owner alone stays one"
    assert halved.exit_code == 1 and "Nothing was exported." in halved.output
    assert not (tmp_path / "whole").exists()
    (tmp_path / "whole").mkdir()
    with no_room_beyond(1_000):
        CliRunner().invoke(main, ["export", str(tmp_path / "whole")])
    assert list((tmp_path / "whole").iterdir()) == [], "a folder that was there stays"
    assert CliRunner().invoke(main, ["export", str(tmp_path / "whole")]).exit_code == 0


# Each file that a command makes: the command, with FOLDER for a folder, and the file that it cannot write.
MADE = {
    "a sealing key": (["sealing-key", "FOLDER/key.json"], "key.json"),
    "a witness's key": (["witness", "--name", "witness.example/w1", "--folder", "FOLDER"], "key.json"),
    "the keys of a new installation": (["db", "upgrade"], "secret_key"),
    "the keys in a backup": (["restore", "BACKUP"], "secret_key"),
    "what `signoff up` keeps": (["up"], ".env"),
}


@pytest.mark.parametrize("what", MADE)
def test_without_room_the_file_is_named_and_nothing_of_it_stays(
    what: str, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, saved = tmp_path / "made", tmp_path / "saved.zip"
    keys = Secrets(house.settings.secret_keys, house.settings.sealing_key_file)
    make_backup(house.database, saved, keys, with_keys=True, at=house.clock())
    monkeypatch.setenv("SIGNOFF_INSTANCE", str(folder))
    command, name = MADE[what]
    folder.mkdir()
    with no_room_beyond(8):
        said = CliRunner().invoke(
            main, [word.replace("FOLDER", str(folder)).replace("BACKUP", str(saved)) for word in command]
        )
    assert said.exit_code == 1 and f"{folder / name}: File too large." in said.output
    assert {path.name for path in folder.iterdir()} <= {"lock"}


def test_the_cause_comes_with_what_to_do(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path))
    assert os_error_text(full) == f"{tmp_path}: No space left on device. Make room on that disk, and try again."
    barred = OSError(errno.EROFS, "Read-only file system")
    assert os_error_text(barred, where="a.zip", outcome="No backup was made.") == (
        "a.zip: Read-only file system. No backup was made. Let the user who runs this write there, or name another "
        "place."
    )
    assert os_error_text(OSError(errno.EACCES, "127.0.0.1:80: Permission denied")) == "127.0.0.1:80: Permission denied."
