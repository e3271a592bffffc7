"""The email by which a monitor tells people what it found, or that it finds nothing anymore."""

import secrets
from collections.abc import Sequence
from html import escape

from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.transport import CheckedConnection
from signoff.settings import MailSettings


def send_alarm(settings: MailSettings, to: Sequence[str], *, place: str, sentences: Sequence[str], at: float) -> None:
    """Send the sentences to each address; without any, the email says that the problems are gone.

    Raises what SMTP and sockets raise, ServerRefused and UnsafeMessage. `at` is seconds since 1970.
    """
    subject, lines = _words(place, sentences)
    connection = CheckedConnection(settings).open()
    try:
        for address in to:
            connection.post(
                WrittenLetter(
                    subject=subject,
                    to=("", address),
                    text="\n\n".join(lines) + "\n",
                    html="".join(f"<p>{escape(line)}</p>\n" for line in lines),
                    sender=("Signoff monitor", settings.sender),
                    reply_to=settings.sender,
                    message_id=f"<{secrets.token_hex(16)}@{settings.sender.rpartition('@')[2]}>",
                    date=at,
                )
            )
    finally:
        connection.hang_up()


def _words(place: str, sentences: Sequence[str]) -> tuple[str, list[str]]:
    if not sentences:
        return f"Public log of {place}: problem solved", [f"The monitor no longer finds a problem with {place}."]
    lines = [f"The monitor found a problem with the public log of {place}:", *sentences]
    return f"Problem with the public log of {place}", [
        *lines,
        "The heads that the monitor kept are in its folder. Keep a copy of them: they are the evidence.",
    ]
