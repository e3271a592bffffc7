"""Finds our letters in what comes back: by their Message-ID or X-Signoff-Id, wherever in the message it stands."""

import html
import re
from collections.abc import Iterator, Sequence
from email.message import Message

from signoff.letters.bounce_reports import STATUS_TYPES, written

ID_HEADER = "X-Signoff-Id"
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
_NAMED = re.compile(r"(?i)(?:\bmessage-id:\s{0,80}<?|\bx-signoff-id:\s{0,80})([0-9a-f]{32})(?![0-9a-f])")
_BARE = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])")
_ABOUT = ("In-Reply-To", "References", "Original-Message-ID", "X-Original-Message-ID", "X-Failed-Message-ID")
_MOST = 10  # letters that one message can be about


def our_ids(message: Message, parts: Sequence[Message]) -> tuple[str, ...]:
    """The first parts of the Message-IDs of letters that a message is about, each once: those of what it brings back
    first, otherwise those that its own header names."""
    brought = list(dict.fromkeys(found for part in parts for found in _in_part(part, is_outer=part is message)))
    named = brought or [found for name in _ABOUT for found in _OURS.findall(str(message.get(name, "")))]
    return tuple(dict.fromkeys(named))[:_MOST]


def ids_among(words: str) -> tuple[str, ...]:
    """What could be the first parts of our Message-IDs in the words of a mail service, each once."""
    return tuple(dict.fromkeys(_BARE.findall(words)))[:_MOST]


def _in_part(part: Message, *, is_outer: bool) -> Iterator[str]:
    if not is_outer:
        yield from _OURS.findall(str(part.get("Message-ID", "")))
        yield from re.findall(r"^\s*([0-9a-f]{32})\s*$", str(part.get(ID_HEADER, "")))
    # What a whole message holds is looked at part by part, unless it could not be read as one. The fields of a report
    # about delivery are no parts, and may name the email that no part brings back.
    is_unread = part.get("Content-Transfer-Encoding") and part.get_content_maintype() == "message"
    if not part.is_multipart() or is_unread or part.get_content_type() in STATUS_TYPES:
        text = written(part)
        yield from _NAMED.findall(html.unescape(text) if part.get_content_subtype() == "html" else text)
