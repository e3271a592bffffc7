"""While a backup is put back into PostgreSQL no kept page is current; a kill leaves nothing that passes for whole."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from signoff.backups import postgresql
from signoff.backups.archive import BackupRefused, opened
from signoff.backups.restore import put_back
from signoff.db import schema
from signoff.db.database import Database
from tests.backups.conftest import killed_in
from tests.backups.test_backup import back_up, restored
from tests.house import House


@pytest.fixture
def dialect() -> str:
    return "postgresql"


def test_while_it_is_put_back_no_kept_page_is_current(
    house: House, tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    back_up(house, tmp_path / "one.backup")
    before, seen, restore_section = tokens(house.database), list[dict[int, str]](), postgresql.restore_section

    def look(program: str, dump: Path, url: URL, *, section: str) -> None:
        restore_section(program, dump, url, section=section)
        if section == "data":
            halfway = Database(empty_url)
            seen.append(tokens(halfway))
            halfway.engine.dispose()

    monkeypatch.setattr(postgresql, "restore_section", look)
    copy = restored(house, tmp_path / "one.backup", empty_url)
    after = tokens(copy.database)
    assert before.keys() == seen[0].keys() and before.keys() <= after.keys()
    assert not set(before.values()) & {*seen[0].values(), *after.values()}
    with copy.database.reading() as session:
        assert schema.problems(session.connection()) == []
    copy.database.engine.dispose()


def tokens(database: Database) -> dict[int, str]:
    """The revisions of what the public can read."""
    with database.reading() as session:
        return {row.scope: row.token for row in session.execute(text("SELECT scope, token FROM public_revision"))}


@pytest.mark.parametrize("section", ["pre-data", "data"])
def test_a_restore_that_is_killed_leaves_nothing_that_passes_for_whole(
    house: House, tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    back_up(house, tmp_path / "one.backup")
    with monkeypatch.context() as patched:
        restore_section = postgresql.restore_section

        def killed(program: str, dump: Path, url: URL, *, section: str, at: str = section) -> None:
            restore_section(program, dump, url, section=section)
            if section == at:
                os.kill(os.getpid(), signal.SIGKILL)

        patched.setattr(postgresql, "restore_section", killed)
        killed_in(lambda: restored(house, tmp_path / "one.backup", empty_url))
    broken = Database(empty_url)
    with broken.reading() as session:
        assert schema.problems(session.connection())  # no program starts on it
    with opened(tmp_path / "one.backup") as reader, pytest.raises(BackupRefused, match="is not empty"):
        put_back(reader, broken, at=house.clock())
    broken.engine.dispose()
