"""A real SMTP server on loopback that keeps what it takes, and can be told to refuse."""

from __future__ import annotations

import asyncio
import email
import email.message
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Sink:
    """Takes letters; `refusals` maps an address to the answer its RCPT gets, `data_answer` answers DATA."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.refusals: dict[str, str] = {}
        self.data_answer = "250 Taken"

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:
        if self.data_answer.startswith("250"):
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.senders.append(envelope.mail_from)
        return self.data_answer

    @property
    def letters(self) -> list[email.message.EmailMessage]:
        """The letters taken, parsed."""
        return [email.message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]

    def to(self, address: str) -> list[email.message.EmailMessage]:
        """The letters to one address."""
        return [letter for letter, whom in zip(self.letters, self.recipients, strict=True) if whom == address]


def text_of(letter: email.message.EmailMessage) -> str:
    """The plain text part."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def html_of(letter: email.message.EmailMessage) -> str:
    """The HTML part."""
    body = letter.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def free_port() -> int:
    """A port that no one listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(sink: Sink, port: int) -> Iterator[Sink]:
    """The sink, listening on a port."""
    controller = Controller(sink, hostname="127.0.0.1", port=port, loop=asyncio.new_event_loop())
    controller.start()
    try:
        yield sink
    finally:
        controller.stop(no_assert=True)
        controller.loop.close()
