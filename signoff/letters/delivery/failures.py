"""What a failure means: that this letter cannot arrive, that it may later, or that no letter leaves at all for now."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from signoff.letters.delivery.transport import ServerRefused, Stage

# Filters quote addresses in forms of their own: anything as long as a secret could hold one.
_COULD_BE_SECRET = re.compile(r"[A-Za-z0-9_-]{43,}")
_SOFT_BREAK = re.compile(r"=\r?\n")
_LONGEST = 500  # characters kept of what a server says


class Meaning(StrEnum):
    """What follows from a failure."""

    LETTER_FAILED = "this email will not be accepted"
    LETTER_AGAIN = "this email is tried again later"
    LINE_HELD = "no email is sent until the server is tried again"
    LINE_PAUSED = "no email is sent until a person has looked"


@dataclass(frozen=True)
class Failure:
    """What a failure means, and in whose words."""

    meaning: Meaning
    words: str


def connecting_failed(problem: Exception) -> Failure:
    """The server was not reached, or would not let us in: the letters themselves are not concerned."""
    match problem:
        case smtplib.SMTPAuthenticationError(smtp_code=code, smtp_error=words) if code >= 500:
            return _line(
                Meaning.LINE_PAUSED, f"The mail server rejected the user name and password: {code} {_text(words)}"
            )
        case smtplib.SMTPNotSupportedError():
            return _line(Meaning.LINE_PAUSED, f"The mail server does not support what the settings require: {problem}")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words) if 500 <= code < 600:
            # smtplib says 500 itself of a line that is too long, which is babble and no refusal.
            babble = _text(words) == "Line too long."
            meaning = Meaning.LINE_HELD if babble else Meaning.LINE_PAUSED
            return _line(meaning, f"The mail server refused the connection: {code} {_text(words)}")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
            return _line(Meaning.LINE_HELD, f"The mail server is not ready: {code} {_text(words)}")
        case ssl.SSLCertVerificationError(verify_message=why):
            return _line(Meaning.LINE_PAUSED, f"The mail server's certificate cannot be trusted: {why}")
        case _:
            reason = getattr(problem, "strerror", None) or problem  # without the system's number of it
            return _line(Meaning.LINE_HELD, f"The mail server cannot be reached: {reason}")


def server_refused(answer: ServerRefused) -> Failure:
    """The server said no to the sender, the recipient or the text."""
    if answer.stage == Stage.SENDER:
        meaning = Meaning.LINE_PAUSED if answer.code >= 500 else Meaning.LINE_HELD
        return _line(meaning, f"The mail server does not accept email from us: {answer}")
    meaning = Meaning.LETTER_FAILED if answer.code >= 500 else Meaning.LETTER_AGAIN
    return Failure(meaning, as_stored(str(answer)))


def connection_broken(problem: Exception) -> Failure:
    """The connection failed over this letter; whether the server took it is not known unless it said so."""
    return Failure(Meaning.LETTER_AGAIN, as_stored(f"The connection to the mail server was lost: {problem}"))


def as_stored(words: str) -> str:
    """What is kept of a server's words: one line of characters that can be read, and no link that a filter quotes."""
    whole = unquote(_SOFT_BREAK.sub("", words))
    readable = "".join(character if character.isprintable() else " " for character in whole)
    return _COULD_BE_SECRET.sub("***", " ".join(readable.split()))[:_LONGEST]


def _line(meaning: Meaning, words: str) -> Failure:
    return Failure(meaning, as_stored(words))


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
