"""`signoff monitor` against an installation that is served by a process of its own: exit codes, sentences, email."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signoff.cli import monitor as monitor_module
from signoff.cli.monitor import monitor
from signoff.evidence.notes import Signer
from signoff.oversight.folder_locks import InUse, only_user
from tests.house import House
from tests.letters.sink import Sink, free_port, listening, text_of
from tests.served import PROJECT, Served, served
from tests.services.publications.logged import bent, first, public_list, sealed, wrong_in

WRONG_KEY = str(Signer("127.0.0.1:8000/log", bytes(32)).verifier)

ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
def running(house: House, tmp_path: Path) -> Iterator[tuple[House, Served]]:
    """A house with a public log of today, and the process that serves it."""
    house.clock.now = datetime.now(UTC)
    public_list(house)
    house.clock.now = datetime.now(UTC)
    sealed(house)
    with served(house, tmp_path) as server:
        yield house, server


def run(server: Served, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(monitor, [f"http://127.0.0.1:{server.port}", "--folder", str(folder), *options])


@ON_SQLITE
def test_heads_rolled_back_and_signed_again_are_alarms(running: tuple[House, Served], tmp_path: Path) -> None:
    house, server = running
    folder = tmp_path / "kept"
    assert run(server, folder).exit_code == 0
    sealed(house)
    well = run(server, folder)
    assert well.exit_code == 0 and "No problem found. The log “127.0.0.1:8000/log” has 5 leaves" in well.output
    bent(house, "DELETE FROM log_head WHERE size = 5", "DELETE FROM log_leaf WHERE number = 4")
    rolled_back = run(server, folder)
    assert rolled_back.exit_code == 1
    assert rolled_back.output == "The log was rolled back: it had 5 leaves and now has 4.\n"
    house.clock.advance(seconds=2)
    sealed(house)
    forked = run(server, folder)
    assert forked.exit_code == 1 and "two heads of 5 leaves" in forked.output
    assert [path.name[:6] for path in sorted(folder.glob("*heads-*.txt"))] == ["heads-", "wrong-"]
    # The database is sound to itself: only someone outside can tell.
    assert wrong_in(house) == []


@ON_SQLITE
def test_pages_that_do_not_show_what_was_signed_are_alarms(
    running: tuple[House, Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the owner of the database does without any key, and never seals."""
    house, server = running
    monkeypatch.setattr(monitor_module, "SETTLES_WITHIN", 0.0)
    folder = tmp_path / "kept"
    assert run(server, folder).exit_code == 0
    changes = [
        ("UPDATE version SET title = 'Defund the coordinator'", "Fund the coordinator", "title"),
        ("UPDATE publication SET ended_at = published_at, ended_as = 'retired'", None, "ended_at"),
        ("UPDATE position SET slug = 'another'", "fund-the-coordinator", "slug"),
    ]
    words = ["/proof answers 503", "its page or its evidence cannot be read", "is not in the log"]
    for (statement, before, _), expected in zip(changes, words, strict=True):
        bent(house, statement)
        found = run(server, folder)
        assert found.exit_code == 1 and expected in found.output, found.output
        table, column = statement.split()[1], statement.split()[3]
        value = "NULL, ended_as = NULL" if before is None else f"'{before}'"
        bent(house, f"UPDATE {table} SET {column} = {value}")
        assert run(server, folder).exit_code == 0
    with house.database.unit_of_work() as session:
        house.withdraw(session, first(session), "Iris")
    found = run(server, folder)
    assert "cannot be read" in found.output, found.output
    house.clock.advance(seconds=5)
    sealed(house)
    assert run(server, folder).exit_code == 0


@ON_SQLITE
def test_people_are_told_once_of_a_problem_and_once_that_it_is_gone(
    running: tuple[House, Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, server = running
    to = ("--mail", "ida@watchers.example", "--mail", "jo@watchers.example")
    port = free_port()
    monkeypatch.setenv("SIGNOFF_MAIL_PORT", str(port))
    monkeypatch.setenv("SIGNOFF_MAIL_TIMEOUT", "5")
    assert run(server, tmp_path / "kept", *to).exit_code == 0
    bent(house, "UPDATE log_head SET note = 'junk'")
    # Without a mail server no one was told, so the next look tells.
    assert "refused" in run(server, tmp_path / "kept", *to).output
    with listening(Sink(), port) as sink:
        for _ in range(2):
            assert run(server, tmp_path / "kept", *to).exit_code == 1
        assert sink.recipients == ["ida@watchers.example", "jo@watchers.example"]
        first = sink.letters[0]
        assert first["Subject"] == f"Problem with the public log of 127.0.0.1:{server.port}"
        assert "The head is not a checkpoint" in text_of(first)
        house.clock.advance(minutes=1)
        bent(house, "DELETE FROM log_head")
        bent(house, "DELETE FROM log_leaf")
        assert run(server, tmp_path / "kept", *to).exit_code == 1
        assert "answers 503" in text_of(sink.letters[2])
        shutil.rmtree(tmp_path / "kept")
        sealed(house)
        assert run(server, tmp_path / "kept", *to).exit_code == 0
        assert len(sink.letters) == 4


@ON_SQLITE
def test_it_goes_on_until_it_is_stopped_and_then_says_how_it_stood(
    running: tuple[House, Served], tmp_path: Path
) -> None:
    _, server = running
    output, folder = tmp_path / "said", tmp_path / "kept"
    options = ["--every", "1", "--folder", str(folder), "--key", WRONG_KEY]
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "signoff", "monitor", f"http://127.0.0.1:{server.port}", *options],
            cwd=tmp_path,
            env={"PATH": "", "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    late = time.monotonic() + 30
    while not output.read_text() and time.monotonic() < late:
        time.sleep(0.05)
    with pytest.raises(InUse), only_user(folder):
        pass
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 1, output.read_text()
    assert output.read_text() == "The log is not signed by the key that you gave.\n"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["ftp://a.example"], 2, "address of an installation"),
        (["http://127.0.0.1:1", "--key", "junk"], 1, "cannot be read"),
        (["http://127.0.0.1:1"], 1, "cannot be reached: connection refused"),
        (["http://127.0.0.1:1", "--mail", "a@b.example"], 1, "SIGNOFF_MAIL_PORT must be"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    options: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_MAIL_PORT", "many")
    done = CliRunner().invoke(monitor, [*options, "--folder", str(tmp_path)])
    assert done.exit_code == code and words in done.output, done.output
