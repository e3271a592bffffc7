"""Reads a partner's own email, forwarded or pasted by staff: whose it is and which of our emails it answers.

Nothing it says is taken for an answer. What is read here only finds the link that is sent again.
"""

import email
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from signoff.domain.errors import Invalid
from signoff.domain.partners.email_addresses import clean_email, email_problem

MOST_BYTES = 256_000
_MOST_ADDRESSES = 60
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"“”]{1,64}@[^\s<>()\[\]:;,\"“”]{1,189}")
_HEADER = re.compile(r"[A-Za-z-]+:[ \t]")
_ABOUT = ("From", "Reply-To", "To", "Cc", "Message-ID", "In-Reply-To", "References")


@dataclass(frozen=True)
class Reply:
    """The addresses in a reply, cleaned and each once, and the first parts of our Message-IDs that it answers."""

    addresses: tuple[str, ...]
    message_ids: tuple[str, ...]


def read_reply(raw: bytes) -> Reply:
    """Read an email as a file, or its text as it was pasted; Invalid when there is no address in it."""
    words = _words(raw[:MOST_BYTES])
    cleaned = (clean_email(match[0].strip(".'")) for match in _ADDRESS.finditer(words))
    addresses = dict.fromkeys(address for address in cleaned if not email_problem(address))
    if not addresses:
        words = "There is no email address in this. Paste the whole email, with the line that says “From”."
        raise Invalid({"reply": words})
    return Reply(tuple(addresses)[:_MOST_ADDRESSES], tuple(dict.fromkeys(_OURS.findall(words))))


def _words(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    if not _HEADER.match(text):
        return text
    try:
        message = email.message_from_bytes(raw, policy=policy.default)
        return "\n".join(_of_parts(message)) if isinstance(message, EmailMessage) else text
    except (LookupError, ValueError, RecursionError):
        return text  # a broken email is still read as the text it is


def _of_parts(message: EmailMessage) -> list[str]:
    result = []
    for part in message.walk():
        result += [str(part[name]) for name in _ABOUT if part[name]]
        if part.get_content_maintype() == "text":
            result.append(str(part.get_content()))
    return result or [message.as_string()]
