"""`signoff verify FILE` as people run it: a process that starts at once, and one sentence for whatever it is given."""

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.evidence.attached import pdf_with
from tests.evidence.public_log import PublicLog

# What only the rest of the program needs, and takes long to load.
HEAVY = (
    "sqlalchemy",
    "alembic",
    "flask",
    "typst",
    "babel",
    "pydantic",
    "markdown_it",
    "signoff.db",
    "signoff.services",
)
ENOUGH = 700 * 2**20  # bytes of memory


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = PublicLog()
    log.publish()
    log.head(datetime.now(UTC) - timedelta(minutes=3))
    path = tmp_path_factory.mktemp("files") / "bundle.json"
    path.write_text(log.bundle(), encoding="utf-8")
    return path


def run(*words: str, python: tuple[str, ...] = (), **more: object) -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    command = [sys.executable, *python, "-m", "signoff", "verify", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, **more)  # type: ignore[call-overload,no-any-return]


def test_it_loads_what_a_file_needs_and_no_more(bundle: Path) -> None:
    done = run(str(bundle), python=("-X", "importtime"))
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0 and "signoff.evidence.position_bundles" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []


def test_it_starts_soon(bundle: Path) -> None:
    took = []
    for _ in range(3):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run(str(bundle)).returncode == 0
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    assert min(took) < 0.4, took  # seconds of processor; 0.1 on an idle machine


def test_a_pdf_is_verified_by_its_attachment(bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "position.pdf"
    file.write_bytes(pdf_with(bundle.read_bytes()))
    done = run(str(file))
    assert (
        done.returncode == 0 and "Verified: a bundle that is attached to a PDF.\n“Fund it” (version 1)" in done.stdout
    )
    assert "  Alder School Fund\n" in done.stdout and "\nbody:\n## A\n" in done.stdout
    assert done.stdout.endswith("around a true attachment.\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deeply"),
        (b"[" * 1_100_000, "more parts"),
        (b" " * 40_000_000, "larger than"),
        (pdf_with(b" " * 20_000_000), "larger than any evidence"),
        (b"%PDF-1.7", "carries no evidence"),
    ],
    ids=["deep", "many parts", "long", "a PDF that swells", "a PDF without evidence"],
)
def test_bad_input_gets_one_sentence_within_bounds(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    done = run(str(file), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ENOUGH, ENOUGH)))
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr.startswith("Not verified. ") and sentence in done.stderr


def test_what_never_ends_is_not_read_to_its_end() -> None:
    assert "not a regular file" in run("/dev/zero").stderr
    with open("/dev/zero", "rb") as endless:
        done = run("-", stdin=endless)
    assert done.returncode == 1 and "larger than" in done.stderr
