"""The wheel alone, in a new environment and another folder: every command that serves starts there."""

import os
import signal
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.letters.sink import free_port

ROOT = Path(__file__).parents[2]


@pytest.mark.torture
def test_the_wheel_runs_from_any_folder(tmp_path: Path) -> None:
    made = tmp_path / "wheel"
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", made, ROOT], check=True
    )
    (wheel,) = made.glob("signoff-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in ("wsgi.py", "signoff/wsgi.py", "signoff/static/signoff.css", "signoff/_project/config.py"):
        assert name in names
    assert {"signoff/_project/templates/setup/done.html", "signoff/_project/migrations/env.py"} <= names
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = tmp_path / "venv" / sysconfig.get_path("purelib", vars={"base": "", "platbase": ""}).lstrip("/")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages, wheel]
    subprocess.run(install, check=True)
    # What it depends on is taken from here; the program itself is not, since this folder's .pth files are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    _ensure_it_runs(tmp_path / "venv" / "bin" / "python", tmp_path / "elsewhere")


def _ensure_it_runs(python: Path, folder: Path) -> None:
    folder.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SIGNOFF_", "PYTHONPATH"))}

    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, *words], env=environ, cwd=folder, input=typed, capture_output=True, text=True, check=False
        )

    place = run("-c", "import signoff; print(signoff.__file__)").stdout
    assert str(python.parents[1]) in place, place
    port = free_port()
    words = [python, "-m", "signoff", "up", "--port", str(port)]
    with subprocess.Popen(words, env=environ, cwd=folder, stderr=subprocess.PIPE, text=True) as up:
        assert up.stderr
        assert "not set up yet" in up.stderr.readline()
        up.send_signal(signal.SIGTERM)
    assert up.returncode == 0
    assert {path.name for path in folder.iterdir()} == {"instance"}
    named = ("--admin", "ada@coalition.example", "--name", "Ada", "--password-stdin")
    done = run("-m", "signoff", "init", *named, typed="seven lanterns by the gate\n")
    assert "Added the administrator" in done.stdout, done.stderr
    for application in ("wsgi", "signoff.wsgi"):
        asked = f"from {application} import app; print(app.test_client().get('/principles').status)"
        assert run("-c", asked).stdout == "200 OK\n"
