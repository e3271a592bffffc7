"""PostgreSQL's own programs, which copy a database out and back in; their words become one sentence."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Connection, text

from signoff.backups.archive import BackupRefused

_LONGEST = 300  # characters of what a program said


def ensure_fits(program: str, connection: Connection) -> str:
    """The path of a program that is not older than the server. BackupRefused when it is missing or older."""
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(
            f"{program} is not installed here; install PostgreSQL's client programs (postgresql-client)."
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)", said)
    own, server = int(found[1]) if found else 0, int(connection.scalar(text("SHOW server_version_num"))) // 10_000
    if own < server:
        raise BackupRefused(
            f"{program} here is version {own}, older than the server's {server}; install PostgreSQL's client programs "
            f"of version {server} or put them first in PATH."
        )
    return path


@contextmanager
def dumped(program: str, url: URL, *, snapshot: str) -> Iterator[IO[bytes]]:
    """The database as a stream in pg_dump's custom format, as it is in a snapshot. BackupRefused when it fails."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with subprocess.Popen(  # noqa: S603
        [program, *options, *_target(url)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(url)
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise BackupRefused(f"pg_dump failed: {_first(said)}")


def restore_section(program: str, dump: Path, url: URL, *, section: str) -> None:
    """Put one section of a dump back, whole or not at all. BackupRefused when it fails."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--section={section}"]
    done = subprocess.run(  # noqa: S603
        [program, *options, *_target(url), str(dump)],
        capture_output=True,
        text=True,
        errors="replace",
        env=_environment(url),
        check=False,
    )
    if done.returncode:
        raise BackupRefused(
            f"pg_restore failed: {_first(done.stderr)}. The database is not whole: empty it before you try again."
        )


def _target(url: URL) -> Sequence[str]:
    # Without the password, which others on the machine could read in the list of programs that run.
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return ["--dbname", address]


def _environment(url: URL) -> dict[str, str]:
    password = {"PGPASSWORD": url.password} if url.password else {}
    return {**os.environ, **password, "LC_ALL": "C"}


def _first(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    meant = next((line for line in lines if "error:" in line), lines[0] if lines else "it said nothing")
    return meant[:_LONGEST].rstrip(".")
