"""Files that commands write: whole or not at all, where the disk has no room."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from signoff.cli import main
from tests.house import House

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


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


def test_without_room_the_earlier_file_stays_and_an_export_says_that_it_is_not_whole(
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
    assert halved.exit_code == 1 and "The export is not complete" in halved.output
    assert not (tmp_path / "whole" / "manifest.json").exists()
