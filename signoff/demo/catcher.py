"""A mail catcher: a real SMTP server on loopback that keeps every letter as a file and sends none on."""

import email
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class CaughtLetter:
    """One caught letter, as its reader would see it."""

    name: str
    subject: str
    sender: str
    to: str
    date: datetime
    text: str


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        number = len(list(self._folder.glob("*.eml"))) + 1
        (self._folder / f"{number:06d}.eml").write_bytes(envelope.content)
        return "250 Kept"


class Catcher:
    """Catches letters in a folder on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.port = _free_port()
        self._controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()

    def caught(self) -> Sequence[CaughtLetter]:
        """All letters, newest first."""
        return [_read(path) for path in sorted(self._folder.glob("*.eml"), reverse=True)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read(path: Path) -> CaughtLetter:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return CaughtLetter(
        name=path.stem,
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        to=str(message["To"]),
        date=parsedate_to_datetime(str(message["Date"])).astimezone(),
        text=body.get_content() if body else "",
    )
