"""Files written whole: on the disk with their names, for whom they are meant, and never half of one."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from signoff.evidence import whole_files
from signoff.evidence.key_files import made_once
from signoff.evidence.whole_files import append, draft_beside, make_folder, place_new, write_new, write_whole


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is on the disk, in order: the names of files and folders, as the system knows them."""
    done, fsync = list[str](), os.fsync

    def watch(file: int) -> None:
        done.append(Path(os.readlink(f"/proc/self/fd/{file}")).name)
        fsync(file)

    monkeypatch.setattr(whole_files.os, "fsync", watch)
    return done


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def placed_by_hand(path: Path) -> None:
    with draft_beside(path) as draft:
        draft.write_text("new")
        draft.with_name(f"{draft.name}.copy").touch()
        place_new(draft, path)


WRITERS: dict[str, Callable[[Path], None]] = {
    "whole": lambda path: write_whole(path, "new"),
    "new": lambda path: write_new(path, b"new"),
    "by hand": placed_by_hand,
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_file_is_on_the_disk_before_its_name(name: str, tmp_path: Path, settled: list[str]) -> None:
    WRITERS[name](tmp_path / "file")
    draft, folder = settled
    assert draft.startswith(".file.") and draft.endswith(".draft") and folder == tmp_path.name
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_text() == "new"
    assert mode(tmp_path / "file") == 0o600


@pytest.mark.parametrize(
    ("name", "broken"),
    [(name, call) for name in WRITERS for call in ("open", "write", "fsync") if (name, call) != ("by hand", "write")],
)
def test_a_full_disk_leaves_nothing_and_is_said_of_the_file(
    name: str, broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "other").write_text("other")
    with monkeypatch.context() as patched:
        patched.setattr(whole_files.os, broken, full)
        with pytest.raises(OSError, match="No space") as raised:
            WRITERS[name](tmp_path / "file")
    assert raised.value.filename == str(tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EDQUOT, "quota")

    os.umask(0o022)
    write_whole(tmp_path / "file", "old", mode=0o640)
    assert mode(tmp_path / "file") == 0o640
    write_whole(tmp_path / "file", "old", mode=0o666)
    assert mode(tmp_path / "file") == 0o644, "the usual umask is heeded"
    with monkeypatch.context() as patched, pytest.raises(OSError, match="quota"):
        patched.setattr(whole_files.os, "write", full)
        write_whole(tmp_path / "file", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_text() == "old"


def test_a_name_that_is_taken_stays_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    for name in ("new", "by hand"):
        with pytest.raises(FileExistsError) as raised:
            WRITERS[name](tmp_path / "file")
        assert raised.value.filename == str(tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_text() == "old"


def test_an_error_of_another_file_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised, draft_beside(tmp_path / "file"):
        (tmp_path / "keys").read_text()
    assert raised.value.filename == str(tmp_path / "keys") and list(tmp_path.iterdir()) == []


def test_a_key_is_on_the_disk_with_its_new_folder(tmp_path: Path, settled: list[str]) -> None:
    key = tmp_path / "a" / "b" / "key"
    assert made_once(key, lambda: "first\n") == made_once(key, lambda: "second") == "first"
    assert mode(key) == 0o600 and mode(key.parent) == 0o700
    assert [name for name in settled if not name.endswith(".draft")] == ["a", tmp_path.name, "b"]


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, settled: list[str]) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert settled == [] and mode(tmp_path) == 0o755


def test_what_is_added_to_a_file_is_on_the_disk(tmp_path: Path, settled: list[str]) -> None:
    append(tmp_path / "log", "one\n")
    append(tmp_path / "log", "twö\n")
    assert (tmp_path / "log").read_text() == "one\ntwö\n"
    assert settled == ["log", tmp_path.name, "log"]
    with pytest.raises(OSError, match="No space") as raised:
        append(Path("/dev/full"), "x")
    assert raised.value.filename == "/dev/full"
