"""What an operator sees at once: `signoff status`, a container's environment, a signal to the server, rights."""

import secrets
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from signoff.cli import main
from signoff.domain.setting_values import is_injected
from tests.project.test_commands import Shell

PASSWORD = "seven lanterns by the gate\n"  # noqa: S105


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    made = Shell(tmp_path_factory.mktemp("operator"))
    made.ok("sealing-key", str(made.folder / "sealing_key.json"))
    return made


def test_each_problem_is_a_line_and_a_well_installation_has_none(shell: Shell) -> None:
    assert shell.fails("status") == "There is no database yet; run `signoff db upgrade`.\n"
    shell.ok("db", "upgrade")
    assert "not set up yet" in shell.fails("status") and "worker has not been seen" in shell.fails("status")
    shell.ok("init", "--admin", "ada@coalition.example", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    shell.ok("worker", "--once")
    # Kubernetes sets these where a service has the program's name.
    injected = {"SIGNOFF_PORT": "tcp://10.0.0.1:80", "SIGNOFF_SERVICE_HOST": "10.0.0.1", "SIGNOFF_PORT_80_TCP": "x"}
    assert shell.ok("status", **injected) == "All is well.\n"
    other = ("init", "--admin", "bo@coalition.example", "--name", "Bo", "--password-stdin")
    done = shell.run(*other, typed=PASSWORD)
    assert done.returncode == 0 and "use `signoff user add`" in done.stderr


def test_a_full_disk_is_said_even_where_the_database_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signoff.db").write_bytes(b"no database" * 1_000)
    monkeypatch.setenv("SIGNOFF_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", secrets.token_urlsafe(48))
    assert CliRunner().invoke(main, ["sealing-key", str(tmp_path / "sealing_key.json")]).exit_code == 0
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", f"sqlite:///{tmp_path / 'signoff.db'}")
    for free, said in ((10**9, "The database does not answer.\n"), (0, "The disk of the database is full.\n")):
        room = SimpleNamespace(free=free)
        monkeypatch.setattr("signoff.worker.disks.shutil.disk_usage", lambda _folder, room=room: room)
        done = CliRunner().invoke(main, ["status"])
        assert (done.exit_code, done.output) == (1, said)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "tcp://10.0.0.1:80", True),
        ("SERVICE_HOST", "10.0.0.1", True),
        ("SERVICE_PORT", "80", True),
        ("SERVICE_PORT_HTTP", "80", True),
        ("PORT_80_TCP", "tcp://10.0.0.1:80", True),
        ("PORT_80_TCP_ADDR", "10.0.0.1", True),
        ("WEB_SERVICE_HOST", "10.0.0.1", True),
        ("WEB_PORT", "tcp://10.0.0.1:80", True),
        ("PORT", "8000", False),
        ("WEB_PORT", "8000", False),
        ("MAILSERVER", "mail.example", False),
        ("SERVICE", "x", False),
        ("HOST", "x", False),
    ],
)
def test_names_of_container_platforms_are_told_from_misspelled_settings(name: str, value: str, expected: bool) -> None:
    assert is_injected(name, value) is expected


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.ok("sealing-key", str(tmp_path / "sealing_key.json"))
    shell.ok("db", "upgrade")
    files = [path for path in tmp_path.iterdir() if path.name in ("signoff.db", "signoff.db-wal")]
    assert files and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_any_other_server_starts_on_no_database_that_is_not_ready(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.ok("sealing-key", str(tmp_path / "sealing_key.json"))

    def started() -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", "import wsgi; print(wsgi.app.name)"]
        environ = {**shell.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        return subprocess.run(words, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)

    refused = started()
    assert (refused.returncode, refused.stderr) == (1, "There is no database yet; run `signoff db upgrade`.\n")
    assert not (tmp_path / "signoff.db").exists()
    shell.ok("db", "upgrade")
    assert started().stdout == "signoff\n"


def test_a_server_stops_at_sigterm(shell: Shell) -> None:
    shell.run("db", "upgrade")
    shell.run("init", "--admin", "ada@coalition.example", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "signoff", "serve", "--port", str(port)]
    server = subprocess.Popen(words, env=shell.environ, cwd=shell.folder, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None and "Serving" in server.stderr.readline()
        server.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.wait(30) == 0 and time.monotonic() - began < 30
        assert "Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.communicate()
