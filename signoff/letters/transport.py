"""Flask-Mail with what it lacks: checked certificates, a time limit, and a last look at every message."""

import email
import smtplib
import ssl
from collections import Counter
from email import policy
from email.charset import QP, Charset
from email.message import Message as ParsedMessage
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.utils import getaddresses
from typing import Any

from flask import Flask
from flask_mail import Connection, Mail, Message

from signoff.letters.calendar import FILE_NAME
from signoff.settings import Settings

_LONGEST_LINE = 900  # bytes
_HEADERS = (
    "Content-Type",
    "MIME-Version",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
)


class UnsafeMessage(Exception):
    """The finished message has other headers than it should; it must never leave."""


class OneLetter(Message):
    """A message built once: the bytes that were looked at are the bytes that are sent."""

    eight_bit = False
    expected = ("", "")  # the one sender's and the one recipient's address
    _built: bytes | None = None

    def as_bytes(self) -> bytes:
        """The message as it goes over the wire; UnsafeMessage when its headers are not exactly the expected ones."""
        if self._built is None:
            built = super().as_bytes()
            _ensure_expected_headers(built, *self.expected)
            self._built = built
        return self._built

    def _message(self) -> MIMEBase:
        built = super()._message()
        # Flask-Mail's policy folds a subject of some lengths behind its colon, and readers then see a space first.
        built.policy = policy.SMTP.clone(refold_source="none", max_line_length=998)
        return built

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        if self.eight_bit:
            return super()._mimetext(text, subtype)
        charset = Charset("utf-8")
        charset.body_encoding = QP
        return MIMEText(text or "", subtype, charset)  # type: ignore[arg-type]


def _has_short_lines(text: str) -> bool:
    # SMTP takes 998 bytes a line; longer ones need an encoding that breaks them.
    return all(len(line.encode()) <= _LONGEST_LINE for line in text.split("\n"))


def _ensure_expected_headers(built: bytes, sender: str, recipient: str) -> None:
    parsed: ParsedMessage = email.message_from_bytes(built)
    names = Counter(parsed.keys())
    if names != Counter(_HEADERS) or parsed.defects:
        raise UnsafeMessage(f"unexpected headers: {sorted((names - Counter(_HEADERS)) + (Counter(_HEADERS) - names))}")
    for name, value in parsed.items():
        folded = str(value).replace("\r\n ", " ").replace("\n ", " ").replace("\r\n\t", " ").replace("\n\t", " ")
        if "\n" in folded or "\r" in folded:
            raise UnsafeMessage(f"the header {name} breaks its line")
    for name, address in (("From", sender), ("To", recipient)):
        if [found for _, found in getaddresses([parsed[name]])] != [address]:
            raise UnsafeMessage(f"the header {name} does not hold exactly the one address it should")


class CheckedConnection(Connection):
    """One SMTP connection: TLS with a checked certificate where asked for, and never longer than the time limit."""

    host: smtplib.SMTP | None

    def __init__(self, mail: Any, timeout: float) -> None:
        super().__init__(mail)
        self._timeout = timeout

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt and sign in; raises when the server refuses any of these."""
        context = ssl.create_default_context()
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(self.mail.server, self.mail.port, timeout=self._timeout, context=context)
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=self._timeout)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *_failure: object) -> None:
        # A server that hangs up instead of saying goodbye has already taken what it said it took.
        if self.host is not None:
            try:
                self.host.quit()
            except (smtplib.SMTPException, OSError):
                self.host.close()

    @property
    def takes_eight_bit(self) -> bool:
        """Whether the server takes text as it is."""
        if self.host is None:
            return False
        self.host.ehlo_or_helo_if_needed()
        return self.host.has_extn("8bitmime")


class Transport:
    """Sends letters over SMTP as the settings say."""

    def __init__(self, settings: Settings) -> None:
        self._app = Flask("signoff.letters")
        mail = settings.mail
        self._app.config.update(
            MAIL_SERVER=mail.server,
            MAIL_PORT=mail.port,
            MAIL_USE_TLS=mail.use_tls,
            MAIL_USE_SSL=mail.use_ssl,
            MAIL_USERNAME=mail.username or None,
            MAIL_PASSWORD=mail.password or None,
            MAIL_DEFAULT_SENDER=mail.sender,
            MAIL_DEBUG=False,
        )
        self._mail = Mail(self._app)
        self._timeout = mail.timeout

    def connect(self) -> CheckedConnection:
        """A connection, to be entered before it is used."""
        return CheckedConnection(self._mail.state, self._timeout)

    def send(self, connection: CheckedConnection, letter: "OneLetter") -> None:
        """Send one letter; raises what smtplib raises, UnsafeMessage before anything is sent."""
        with self._app.app_context():
            if letter.eight_bit:
                letter.mail_options = ["BODY=8BITMIME"]
            connection.send(letter)

    def letter(
        self,
        connection: CheckedConnection,
        *,
        subject: str,
        to: tuple[str, str],
        reply_to: str,
        sender_name: str,
        text: str,
        html: str,
        message_id: str,
        date: float,
        calendar: bytes = b"",
    ) -> OneLetter:
        """Build a letter for this connection; `to` is name and address, `date` seconds since 1970.

        `calendar` is an .ics file to go with it.
        """
        with self._app.app_context():
            letter = OneLetter(
                subject=subject,
                recipients=[to],
                body=text,
                html=html,
                reply_to=reply_to,
                date=date,
                extra_headers={"Auto-Submitted": "auto-generated"},
            )
        # Given to the constructor, Flask-Mail would join name and address without quoting either.
        letter.sender = (sender_name, self._app.config["MAIL_DEFAULT_SENDER"])
        letter.msgId = message_id
        if calendar:
            letter.attach(FILE_NAME, "text/calendar; charset=utf-8; method=PUBLISH", calendar)
        letter.eight_bit = connection.takes_eight_bit and _has_short_lines(text) and _has_short_lines(html)
        letter.expected = (self._app.config["MAIL_DEFAULT_SENDER"], to[1])
        return letter
