"""An export holds what was said and decided; a reader with nothing but Python computes its digests and names again."""

import hashlib
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from signoff.backups.archive import BackupRefused
from signoff.backups.export import export
from signoff.models import Version
from tests.house import House

READER = Path(__file__).parents[2] / "examples" / "read_export.py"


def read_alone(folder: Path) -> subprocess.CompletedProcess[str]:
    """The reader in a Python of its own, without any package."""
    words = [sys.executable, "-I", "-S", str(READER), str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def exported(house: House, folder: Path) -> Path:
    with house.database.reading() as session:
        assert export(session, folder, at=house.clock(), base_url=house.settings.base_url) == []
    return folder


def told(house: House) -> None:
    """One position with who approved, withdrew, declined, waits and left; one retired; one never published."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Damson", "Elm")
        for name in ("Alder", "Birch", "Elm"):
            house.say(session, version, name)
        house.say(session, version, "Cedar", "decline", reason="Not for us.")
        house.publish(session, version)
        house.clock.now += timedelta(minutes=5)
        house.withdraw(session, version, "Birch")
        gone = house.checked(session, house.position(session, "Soon over", body="It ends.\n\n- one\n- two é"))
        house.publish(session, gone)
        house.retire(session, gone)
        house.position(session, "Only drafted")
    with house.database.unit_of_work() as session:
        house.seal(session)


def test_a_lone_reader_computes_digests_and_names_again(house: House, tmp_path: Path) -> None:
    told(house)
    folder = exported(house, tmp_path / "export")
    done = read_alone(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "fund-the-coordinator: 2 named",
        "  Alder",
        "  Elm",
        "Every digest, the public log and the record are as they should be.",
    ]
    paths = [folder, *folder.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    everything = "".join(path.read_text() for path in paths if path.is_file())
    assert "Not for us." in everything and "ana@alder.example" in everything
    with house.database.reading() as session:
        link = house.link(session, session.scalars(select(Version)).first(), "Damson")  # type: ignore[arg-type]
        assert house.secret(link) not in everything and house.settings.secret_key not in everything


def changed(folder: Path, name: str, before: str, after: str) -> None:
    """Change a file, and the manifest with it, as whoever forges an export would."""
    path = folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


FORGED = [
    ("positions/fund-the-coordinator/version-1.md", 'title: "Fund', 'title: "Cut', "does not have its digest"),
    ("answers.json", '"verdict": "decline"', '"verdict": "approve"', "does not name those"),
    ("answers.json", '"verdict": "withdraw"', '"verdict": "approve"', "does not name those"),
    ("answers.json", '"public_name": "Alder"', '"public_name": "Alders"', "does not name those"),
    ("bundles/fund-the-coordinator.json", '"name":"Elm"', '"name":"Oak"', "does not name those"),
    ("log/leaves.jsonl", '"version":1', '"version":2', "not the root of the public log"),
    ("record.jsonl", "partner_answered", "partner_forgot", "not what the head"),
]


def test_what_was_changed_is_found(house: House, tmp_path: Path, dialect: str) -> None:
    if dialect == "postgresql":
        pytest.skip("the files are the same")
    told(house)
    folder = exported(house, tmp_path / "export")
    for name, before, after, said in FORGED:
        kept = {one: (folder / one).read_text() for one in (name, "manifest.json")}
        changed(folder, name, before, after)
        done = read_alone(folder)
        assert done.returncode == 1 and said in done.stderr, (name, done.stderr)
        for one, text in kept.items():
            (folder / one).write_text(text)
    (folder / "positions/fund-the-coordinator/version-1.md").write_text("x")
    assert read_alone(folder).returncode == 1
    with house.database.reading() as session, pytest.raises(BackupRefused, match="is not empty"):
        export(session, folder, at=house.clock(), base_url=house.settings.base_url)


def test_of_two_exports_into_one_folder_the_second_is_refused_and_the_first_is_whole(
    house: House, tmp_path: Path
) -> None:
    told(house)
    folder, base_url = tmp_path / "export", house.settings.base_url
    folder.mkdir()
    refused: list[str] = []

    class Meanwhile(type(folder)):  # type: ignore[misc]
        """The same folder, looked at by another export before the first has written anything."""

        def iterdir(self) -> Iterator[Path]:
            if not refused:
                refused.append("")
                exported(house, folder)
                return iter(())
            return super().iterdir()  # type: ignore[no-any-return]

    with (
        house.database.reading() as session,
        pytest.raises(BackupRefused, match="Another export is being written"),
    ):
        export(session, Meanwhile(folder), at=house.clock(), base_url=base_url)
    assert refused and read_alone(folder).returncode == 0
