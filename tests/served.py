"""The application as a process of its own, behind waitress: spoken to over a socket, and all it prints is kept."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from signoff.db.database import Database
from tests.house import House
from tests.letters.sink import free_port

PROJECT = Path(__file__).parent.parent
_SERVE = """
from signoff.settings import load_settings
from signoff.web.serving import serve_forever
{before}
serve_forever(load_settings(), host="127.0.0.1", port={port})
"""


@dataclass
class Served:
    """A running process, and the files that take what it prints."""

    port: int
    output: Path
    process: subprocess.Popen[bytes]

    def ask(self, path: str, *, host: str = "127.0.0.1", method: str = "GET", body: str = "", **headers: str) -> str:
        """Send one request byte for byte as given, and read the whole answer."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        if body:
            more += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body.encode())}\r\n"
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as talk:
            talk.sendall(head.encode() + body.encode())
            return b"".join(iter(lambda: talk.recv(65536), b"")).decode()

    def printed(self) -> str:
        """Everything that it wrote so far, wherever to."""
        return self.output.read_text()


@contextmanager
def served(house: House, folder: Path, before: str = "", **more: str) -> Iterator[Served]:
    """Serve the house; `before` is code that the process runs first, `more` are further settings."""
    port, output = free_port(), folder / "printed"
    settings = {
        "SIGNOFF_DATABASE_URL": house.database.engine.url.render_as_string(hide_password=False),
        "SIGNOFF_SECRET_KEY": house.settings.secret_key,
        "SIGNOFF_SEALING_KEY_FILE": str(house.settings.sealing_key_file),
        "SIGNOFF_BASE_URL": f"http://127.0.0.1:{port}",
        **{f"SIGNOFF_{name}": value for name, value in more.items()},
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(before=before, port=port)],
            cwd=folder,
            env=kept | settings | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            _until_it_listens(port, process)
            yield Served(port, output, process)
        finally:
            process.terminate()
            process.wait(30)


def _until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    late = time.monotonic() + 60
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < late, "it does not listen"
            time.sleep(0.05)
    raise AssertionError("it ended before it listened")


_TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"


def take_away(database: Database) -> None:
    """The file is moved; the server ends every connection and takes no other."""
    url = database.engine.url
    database.engine.dispose()
    if database.engine.dialect.name == "sqlite":
        for path in Path(str(url.database)).parent.glob("signoff.db*"):
            path.rename(path.with_name(f"away-{path.name}"))
        return
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        connection.execute(text(_TERMINATE), {"name": url.database})
    server.dispose()


def bring_back(database: Database) -> None:
    """The database stands where it stood."""
    url = database.engine.url
    if database.engine.dialect.name == "sqlite":
        for path in Path(str(url.database)).parent.glob("away-signoff.db*"):
            path.rename(path.with_name(path.name.removeprefix("away-")))
        return
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    server.dispose()
