"""One SMTP connection: TLS with a checked certificate where asked for, and one letter after the other over it."""

import smtplib
import ssl
from enum import StrEnum
from typing import Any, NoReturn

from flask import Flask
from flask_mail import Connection, Mail

from signoff.letters.delivery.mime_templates import WrittenLetter, as_bytes
from signoff.letters.delivery.smtp import PatientSMTP, PatientSMTPOverTLS
from signoff.settings import MailSettings

_CLOSING = 421  # "service not available, closing transmission channel", at any stage


class Stage(StrEnum):
    """What a server was asked when it said no."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"


class ServerRefused(Exception):
    """The server understood and said no; the connection stands."""

    def __init__(self, stage: Stage, code: int, words: bytes) -> None:
        self.stage = stage
        self.code = code
        self.words = words.decode("utf-8", "replace")
        super().__init__(f"{code} {self.words}")


class CheckedConnection(Connection):
    """Flask-Mail's connection with what it lacks: checked certificates, time limits, pipelining, and who refused what.

    `was_used` says that a letter has gone over it; `text_sent` that the server has the present letter's whole text.
    """

    host: smtplib.SMTP

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(_flask_mail(settings))
        self._timeout = settings.timeout
        self.was_used = False
        self.text_sent = False

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt, greet and sign in; raises when the server refuses any of these."""
        uses_tls = self.mail.use_ssl or self.mail.use_tls
        context = ssl.create_default_context() if uses_tls else None
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = PatientSMTPOverTLS(self.mail.server, self.mail.port, timeout=self._timeout, context=context)
        else:
            host = PatientSMTP(self.mail.server, self.mail.port, timeout=self._timeout)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            host.ehlo_or_helo_if_needed()
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def open(self) -> "CheckedConnection":
        """Connect; the connection is closed by `hang_up`."""
        self.__enter__()
        return self

    def hang_up(self) -> None:
        """Say goodbye; a server that hangs up instead has already taken what it said it took."""
        try:
            self.host.quit()
        except (smtplib.SMTPException, OSError):
            self.host.close()

    def __exit__(self, *_failure: object) -> None:
        self.hang_up()

    def post(self, letter: WrittenLetter) -> None:
        """Send one letter; returns once the server has taken it.

        Raises UnsafeMessage before anything is sent, Refused when the server says no, and what smtplib and sockets
        raise when the connection fails.
        """
        self.text_sent = False
        eight_bit = self.host.has_extn("8bitmime")
        built = as_bytes(letter, eight_bit=eight_bit)
        self._announce(letter, " BODY=8BITMIME" if eight_bit else "")
        self.host.send(built.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if built.endswith(b"\r\n") else b"\r\n.\r\n"))
        self.text_sent = True
        code, words = self.host.getreply()
        if not _is_yes((code, words)):
            self._refuse(Stage.TEXT, code, words)
        self.was_used = True

    def _announce(self, letter: WrittenLetter, options: str) -> None:
        # RFC 2920: over a slow line, one exchange for a letter's envelope instead of three.
        commands = (
            f"MAIL FROM:{smtplib.quoteaddr(letter.envelope_sender)}{options}\r\n",
            f"RCPT TO:{smtplib.quoteaddr(letter.to[1])}\r\n",
            "DATA\r\n",
        )
        if self.host.has_extn("pipelining"):
            self.host.send("".join(commands))
            replies = [self.host.getreply() for _ in commands]
            # A server that says “go on” although it took no recipient waits for a text; an empty one ends that.
            if replies[2][0] == 354 and not (_is_yes(replies[0]) and _is_yes(replies[1])):
                self.host.send(".\r\n")
                self.host.getreply()
            for stage, reply in zip(Stage, replies, strict=True):
                self._ensure(stage, reply)
            return
        for stage, command in zip(Stage, commands, strict=True):
            self.host.send(command)
            self._ensure(stage, self.host.getreply())

    def _ensure(self, stage: Stage, reply: tuple[int, bytes]) -> None:
        if reply[0] != 354 if stage == Stage.TEXT else not _is_yes(reply):
            self._refuse(stage, *reply)

    def _refuse(self, stage: Stage, code: int, words: bytes) -> NoReturn:
        if not 400 <= code < 600 or code == _CLOSING:
            # Neither yes nor no, or goodbye: whatever follows could be the answer to anything.
            raise smtplib.SMTPServerDisconnected(f"{code} {words.decode('utf-8', 'replace')}")
        self.was_used = True
        try:
            if not _is_yes(self.host.rset()):
                self.host.close()
        except (smtplib.SMTPException, OSError):
            self.host.close()
        raise ServerRefused(stage, code, words)


def _is_yes(reply: tuple[int, bytes]) -> bool:
    # RFC 5321: the first digit says whether it is a yes.
    return 200 <= reply[0] < 300


def _flask_mail(settings: MailSettings) -> Any:
    app = Flask("signoff.letters")
    app.config.update(
        MAIL_SERVER=settings.server,
        MAIL_PORT=settings.port,
        MAIL_USE_TLS=settings.use_tls,
        MAIL_USE_SSL=settings.use_ssl,
        MAIL_USERNAME=settings.username or None,
        MAIL_PASSWORD=settings.password or None,
        MAIL_DEFAULT_SENDER=settings.sender,
        MAIL_DEBUG=False,
    )
    return Mail(app).state
