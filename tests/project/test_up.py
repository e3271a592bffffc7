"""`signoff up` as a process of its own: from an empty folder to a site that works, and back to silence at a signal."""

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from signoff.cli import main
from signoff.db.database import Database
from tests.letters.sink import free_port
from tests.project.test_commands import Shell

WORDS = "seven lanterns by the gate"


class Up(Shell):
    """A folder in which nothing is given but the folder itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.instance = folder / "instance"
        self.environ = {name: value for name, value in self.environ.items() if not name.startswith("SIGNOFF_")}
        self.environ |= {"SIGNOFF_INSTANCE": str(self.instance), "SIGNOFF_MAIL_PORT": "9"}
        self.port = free_port()

    @contextmanager
    def running(self, stop_by: signal.Signals, *, within: float = 20) -> Iterator[str]:
        words = [sys.executable, "-m", "signoff", "up", "--port", str(self.port)]
        server = subprocess.Popen(words, env=self.environ, cwd=self.folder, stderr=subprocess.PIPE, text=True)
        try:
            assert server.stderr is not None
            said = server.stderr.readline()
            if "not set up" in said:
                said += "".join(server.stderr.readline() for _ in range(4))
            yield said
            server.send_signal(stop_by)
            began = time.monotonic()
            assert server.wait(60) == 0 and time.monotonic() - began < within
            assert "Traceback" not in server.stderr.read()
        finally:
            server.kill()
            server.communicate()

    def get(self, path: str) -> tuple[int, str]:
        return self.post(path, None)

    def post(self, path: str, typed: dict[str, str] | None) -> tuple[int, str]:
        sent = urlencode(typed).encode() if typed else None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", sent, timeout=60) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()


def test_from_an_empty_folder_to_a_site_that_works(tmp_path: Path) -> None:
    shell = Up(tmp_path)
    with shell.running(signal.SIGTERM) as said:
        way = re.search(r"http://127\.0\.0\.1:\d+(/set-up/\S+)", said)
        assert way, said
        made = [path for path in shell.instance.iterdir() if path.suffix not in (".turnstile", ".worker-lock")]
        assert {path.stat().st_mode & 0o777 for path in made} == {0o600} and len(made) >= 3
        assert shell.instance.stat().st_mode & 0o777 == 0o700
        assert shell.get("/")[0] == 503
    with shell.running(signal.SIGINT) as said:
        assert way[1] not in said and shell.get(way[1])[0] == 404
        way = re.search(r"(/set-up/\S+)", said)
        assert way
        first = {"name": "Alder", "TIMEZONE": "America/Denver", "BASE_URL": f"http://127.0.0.1:{shell.port}/at/alder"}
        assert shell.post(way[1], first)[0] == 200
        assert shell.post(f"{way[1]}/email", {"reply_to": "ida@alder.example"})[0] == 200
        typed = {"name": "Ida", "email": "ida@alder.example", "password": WORDS, "again": WORDS}
        assert "Signoff is set up" in shell.post(f"{way[1]}/administrator", typed)[1]
        # The same process serves the site now, under the path of its address, and works.
        assert shell.get(way[1])[0] == 404 and "Alder" in shell.get("/at/alder/")[1]
        assert 'action="/at/alder/login"' in shell.get("/at/alder/login")[1]
        database = Database(f"sqlite:///{shell.instance / 'signoff.db'}")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with database.engine.connect() as connection:
                if connection.scalar(text("SELECT COUNT(*) FROM worker_beat")):
                    break
            time.sleep(0.2)
        else:
            raise AssertionError("the worker gave no sign of life")
        database.engine.dispose()


def test_no_other_command_makes_keys_or_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance, other = tmp_path / "instance", tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_INSTANCE", str(instance))
    for words in ("serve", "worker --once", "status", "init", "verify", "letters status", "partners export x.csv"):
        assert "`signoff up` makes a new installation" in _refused(words)
        assert not instance.exists(), words
    assert _said("db upgrade").startswith("The database is at revision")
    _said("init --admin ada@coalition.example --name Ada --password-stdin", typed=f"{WORDS}\n")
    # The same database from another folder: its keys are not here, and no others take their place.
    monkeypatch.setenv("SIGNOFF_INSTANCE", str(other))
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", f"sqlite:///{instance / 'signoff.db'}")
    for words in ("serve", "db upgrade", "up"):
        assert f"There is no {other}" in _refused(words)
        assert not list(other.iterdir()), words


def _said(words: str, typed: str = "") -> str:
    done = CliRunner().invoke(main, words.split(), input=typed)
    assert done.exit_code == 0, done.output
    return done.output


def _refused(words: str) -> str:
    done = CliRunner().invoke(main, words.split())
    assert done.exit_code == 1, done.output
    return done.output
