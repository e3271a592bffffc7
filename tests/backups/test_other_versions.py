"""A backup of another version, which the revision does not tell until the first release, is refused and kept apart."""

from pathlib import Path

import pytest
from sqlalchemy import text

from signoff.backups.archive import BackupRefused, opened
from signoff.backups.backup import Secrets, make_backup
from signoff.backups.restore import put_back
from signoff.db.database import Database
from tests.house import House


def test_a_backup_of_another_version_is_not_restored(house: House, tmp_path: Path, empty_url: str) -> None:
    with house.database.migrating.begin() as connection:
        connection.execute(text("ALTER TABLE import_file RENAME TO import_text"))
    file = tmp_path / "one.backup"
    make_backup(house.database, file, Secrets.of(house.settings), with_keys=False, at=house.clock())
    elsewhere = Database(empty_url)
    with (
        opened(file) as reader,
        pytest.raises(BackupRefused, match=r"another version.* lacks the table import_file\. "),
    ):
        put_back(reader, elsewhere, at=house.clock())
    if elsewhere.engine.dialect.name == "sqlite":
        assert list(Path(str(elsewhere.engine.url.database)).parent.iterdir()) == []
    else:
        with elsewhere.reading() as session:
            assert session.scalar(text("SELECT COUNT(*) FROM staff_user")) == 0
    elsewhere.engine.dispose()
