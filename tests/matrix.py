"""Runs the tests on several releases of Python, one after the other, each in an environment of its own.

`python -m tests.matrix 3.12.1 3.13` looks for each release with pyenv and on PATH, says which are missing, and runs the
tests without browser and PostgreSQL: what differs between releases of Python is seen without them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
TESTS = ["-n", "auto", "--dist", "worksteal", "-m", "not torture", "--ignore", "tests/browser", "--without-postgresql"]


def main(versions: list[str]) -> int:
    """Run the tests on each of these versions; 1 when one of them failed or none was found."""
    results = {version: run(version) for version in versions}
    print("\nPythons:", flush=True)
    for version, result in results.items():
        print(f"  {version}: {result}", flush=True)
    return 0 if set(results.values()) <= {PASSED, MISSING} and PASSED in results.values() else 1


PASSED, FAILED, MISSING = "passed", "FAILED", "MISSING on this machine, not run"


def run(version: str) -> str:
    """Run the tests on one version, installing what they need first, and say how it went."""
    path = find_python(version)
    if path is None:
        print(f"== Python {version} is {MISSING}", flush=True)
        return MISSING
    print(f"== Python {version}: {path}", flush=True)
    python = environment(version, path)
    return PASSED if subprocess.run([python, "-m", "pytest", *TESTS], cwd=PROJECT).returncode == 0 else FAILED


def find_python(version: str) -> Path | None:
    """The interpreter of this version, as pyenv or PATH knows it."""
    return next((path for path in candidates(version) if is_version(path, version)), None)


def candidates(version: str) -> list[Path]:
    """Where an interpreter of this version might be."""
    names = [f"python{'.'.join(version.split('.')[:2])}", "python3"]
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    if shutil.which("pyenv"):
        prefix = subprocess.run(["pyenv", "prefix", version], capture_output=True, text=True)
        if prefix.returncode == 0:
            folders.insert(0, Path(prefix.stdout.strip()) / "bin")
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]


def is_version(path: Path, version: str) -> bool:
    """Whether an interpreter starts and is of this version."""
    asked = subprocess.run([path, "-c", "import platform; print(platform.python_version())"], capture_output=True)
    return f"{asked.stdout.decode().strip()}.".startswith(f"{version}.")


def environment(version: str, path: Path) -> Path:
    """The interpreter of an environment with everything the tests need, made when it is missing or out of date."""
    folder = PROJECT / f".venv-{version}"
    python, ready, wanted = folder / "bin" / "python", folder / ".ready", PROJECT / "pyproject.toml"
    if not ready.exists() or ready.stat().st_mtime < wanted.stat().st_mtime:
        # Debian's Python may come without ensurepip; the pip that runs this installs there too.
        subprocess.run([path, "-m", "venv", "--without-pip", folder], check=True)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--editable", ".[test]"], cwd=PROJECT, check=True)
        ready.touch()
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
