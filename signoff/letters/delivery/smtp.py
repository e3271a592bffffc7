"""An SMTP client that no server can hold up: a time limit for each reply, however it drips, and no endless replies."""

import smtplib
import socket
import time
from typing import Any

_MOST_LINES = 100
_AT_ONCE = 4096  # bytes


class _Replies:
    """A server's replies, line by line, as smtplib reads them from a file."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self._read = b""
        self.begin()

    def begin(self) -> None:
        """Another reply is waited for: its time starts now."""
        self._until = time.monotonic() + self._patience
        self._lines = 0

    def readline(self, longest: int) -> bytes:
        """The next line, cut where it is too long; TimeoutError and ConnectionError for servers that go on and on."""
        while b"\n" not in self._read and len(self._read) < longest:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the mail server did not answer in time")
            self._connection.settimeout(left)
            arrived = self._connection.recv(_AT_ONCE)
            if not arrived:
                break
            self._read += arrived
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise ConnectionError("the mail server's reply has no end")
        line, ending, rest = self._read[:longest].partition(b"\n")
        self._read = rest + self._read[longest:]
        return line + ending

    def close(self) -> None:
        """Nothing to close: the connection belongs to the client."""


class _Patient:
    """What smtplib's two clients lack; `timeout` seconds for each reply and each thing sent."""

    sock: socket.socket | None
    file: Any
    timeout: float

    def getreply(self) -> tuple[int, bytes]:
        """The next reply; SMTPServerDisconnected when it does not come in time, or not at all."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock, self.timeout)
        elif isinstance(self.file, _Replies):
            self.file.begin()
        return super().getreply()  # type: ignore[misc,no-any-return]

    def send(self, s: Any) -> None:
        """Send, with the whole time limit."""
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        super().send(s)  # type: ignore[misc]


class PatientSMTP(_Patient, smtplib.SMTP):
    """A client that begins in the clear."""


class PatientSMTPOverTLS(_Patient, smtplib.SMTP_SSL):
    """A client that begins with TLS."""
