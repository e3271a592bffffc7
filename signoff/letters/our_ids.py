"""Finds our letters in what comes back: by their Message-ID or X-Signoff-Id, wherever in the message it stands."""

import html
import re
from collections.abc import Iterator, Sequence
from email.message import Message

from signoff.letters.bounce_reports import STATUS_TYPES, text_of, written

ID_HEADER = "X-Signoff-Id"
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
# The name of the field and its value may stand in two cells of a table.
_NAMED = re.compile(r"(?i)\b(?:message[- ]id|x-signoff-id)\b(?:[\s:]|<[^<>]{0,200}>){1,80}<?([0-9a-f]{32})(?![0-9a-f])")
_MENTIONED = re.compile(r"(?<![0-9a-zA-Z])([0-9a-f]{32})@[a-z0-9.-]{1,255}")
_BARE = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])")
_ABOUT = ("In-Reply-To", "References", "Original-Message-ID", "X-Original-Message-ID", "X-Failed-Message-ID")
_MOST = 10  # letters that one message can be about


def our_ids(message: Message, parts: Sequence[Message]) -> tuple[str, ...]:
    """The first parts of the Message-IDs of letters that a message is about, each once: those of what it brings back
    first, otherwise those that its own header names, otherwise those in its sentences, of whatever language."""
    brought = ids_brought_back(message, parts)
    named = brought or [found for name in _ABOUT for found in _OURS.findall(str(message.get(name, "")))]
    texts = (text_of(part) for part in parts if part.get_content_maintype() == "text")
    found = named or [found for text in texts for found in _MENTIONED.findall(text)]
    return tuple(dict.fromkeys(found))[:_MOST]


def ids_brought_back(message: Message, parts: Sequence[Message]) -> list[str]:
    """The first parts of the Message-IDs of what a message brings back."""
    return [found for part in parts for found in _in_part(part, is_outer=part is message)]


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
