"""One email to try a mail server with, outside of the queue."""

import secrets
import smtplib
import ssl
import time
from dataclasses import dataclass

from signoff.letters.delivery.failures import connecting_failed, connection_broken, server_refused
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.transport import CheckedConnection, ServerRefused
from signoff.settings import MailSettings

_SUBJECT = "Test email from Signoff"
_TEXT = "Signoff sent this to try the mail server. Email works when you can read this. You do not need to do anything."


@dataclass(frozen=True)
class Trial:
    """What came of a test email: why the server did not take it, empty when it did, and how the line was encrypted.

    `encryption` is a version of TLS, or empty; `certificate_ends` is when the server's certificate does.
    """

    problem: str
    encryption: str = ""
    certificate_ends: str = ""


def send_trial(mail: MailSettings, *, to: str, sender: str, host: str, returns_to: str = "") -> Trial:
    """Send a test email. `host` ends its Message-ID; `returns_to` is its envelope sender where that is not `mail`'s."""
    letter = WrittenLetter(
        subject=_SUBJECT,
        to=("", to),
        text=f"{_TEXT}\n",
        html=f'<!doctype html><html lang="en"><title>{_SUBJECT}</title><p>{_TEXT}</p></html>\n',
        sender=(sender, mail.sender),
        reply_to=mail.sender,
        message_id=f"<trial.{secrets.token_hex(8)}@{host}>",
        date=time.time(),
        returns_to=returns_to,
    )
    try:
        connection = CheckedConnection(mail).open()
    except (smtplib.SMTPException, OSError) as problem:
        return Trial(connecting_failed(problem).words)
    encrypted = _encryption(connection)
    try:
        connection.post(letter)
    except ServerRefused as answer:
        return Trial(server_refused(answer).words, *encrypted)
    except (smtplib.SMTPException, OSError) as problem:
        return Trial(connection_broken(problem).words, *encrypted)
    finally:
        connection.hang_up()
    return Trial("", *encrypted)


def _encryption(connection: CheckedConnection) -> tuple[str, str]:
    line = connection.host.sock
    if not isinstance(line, ssl.SSLSocket):
        return "", ""
    certificate = line.getpeercert() or {}
    return line.version() or "", str(certificate.get("notAfter", ""))
