"""One email to try a mail server with, outside of the queue."""

import secrets
import smtplib
import time

from signoff.letters.delivery.failures import connecting_failed, connection_broken, server_refused
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.transport import CheckedConnection, ServerRefused
from signoff.settings import MailSettings

_SUBJECT = "Test email from Signoff"
_TEXT = "Signoff sent this to try the mail server. Email works when you can read this. You do not need to do anything."


def send_trial(mail: MailSettings, *, to: str, sender: str, host: str) -> str:
    """Send a test email; why the server did not take it, empty when it did. `host` ends its Message-ID."""
    letter = WrittenLetter(
        subject=_SUBJECT,
        to=("", to),
        text=f"{_TEXT}\n",
        html=f'<!doctype html><html lang="en"><title>{_SUBJECT}</title><p>{_TEXT}</p></html>\n',
        sender=(sender, mail.sender),
        reply_to=mail.sender,
        message_id=f"<trial.{secrets.token_hex(8)}@{host}>",
        date=time.time(),
    )
    try:
        connection = CheckedConnection(mail).open()
    except (smtplib.SMTPException, OSError) as problem:
        return connecting_failed(problem).words
    try:
        connection.post(letter)
    except ServerRefused as answer:
        return server_refused(answer).words
    except (smtplib.SMTPException, OSError) as problem:
        return connection_broken(problem).words
    finally:
        connection.hang_up()
    return ""
