"""Reads what comes back: notifications that a letter did not arrive; everything else decides nothing."""

import email
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from enum import StrEnum

from flufl.bounce import all_failures

from signoff.letters.delivery.failures import as_stored

# It writes tracebacks of what its detectors trip over.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_ANSWERING = ("auto-replied", "auto-notified")
MOST_BYTES = 256_000  # more than any notification needs; what stands later is not looked at


class ReturnKind(StrEnum):
    """What a message that came back says."""

    FAILED = "failed"
    DELAYED = "delayed"
    AUTOMATIC = "automatic reply"
    REPLY = "reply"


@dataclass(frozen=True)
class ReturnedMessage:
    """A message that came back: what it says, of which letters (their Message-IDs' first parts), and why."""

    said: ReturnKind
    message_ids: tuple[str, ...]
    reason: str


def read_returned(raw: bytes) -> ReturnedMessage:
    """Read a message that arrived at the senders' address; anything can stand in it, and none of it is believed more
    than that some letter of ours did not arrive."""
    try:
        message = email.message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
        delayed, failed = _failures(message)
        if failed:
            return ReturnedMessage(ReturnKind.FAILED, _letters(message), _reason(message, failed))
        if delayed:
            return ReturnedMessage(ReturnKind.DELAYED, _letters(message), _reason(message, delayed))
        return ReturnedMessage(ReturnKind.AUTOMATIC if _is_automatic(message) else ReturnKind.REPLY, (), "")
    except RecursionError:
        # Parts within parts within parts: no mail program writes that.
        return ReturnedMessage(ReturnKind.REPLY, (), "")


def _failures(message: Message) -> tuple[Collection[bytes], Collection[bytes]]:
    try:
        delayed, failed = all_failures(message)
    except Exception:
        # Detectors trip over what no mail program writes; then it is no notification.
        return (), ()
    return delayed, failed


def _letters(message: Message) -> tuple[str, ...]:
    # The returned letter's own header first; notifications without one name it in theirs, or in their words.
    letters: list[str] = []
    for part in message.walk():
        if part is not message and part.get("Message-ID"):
            letters += _OURS.findall(str(part["Message-ID"]))
    for header in ("In-Reply-To", "References", "Original-Message-ID"):
        letters += _OURS.findall(str(message.get(header, "")))
    for part in message.walk():
        if not part.is_multipart() and part.get_content_maintype() == "text":
            words = part.get_payload(decode=True)
            letters += re.findall(r"(?im)^[ \t]*message-id:[ \t]*<([0-9a-f]{32})@", _as_text(words))
    return tuple(dict.fromkeys(letters))


def _reason(message: Message, recipients: Collection[bytes]) -> str:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                diagnosis = block.get("Diagnostic-Code") or block.get("Status") if isinstance(block, Message) else None
                if diagnosis:
                    return as_stored(str(diagnosis).split(";", 1)[-1])
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            for line in _as_text(part.get_payload(decode=True)).splitlines():
                if _STATUS.search(line):
                    return as_stored(line)
    who = b", ".join(sorted(recipients)).decode("utf-8", "replace")
    return as_stored(f"A notification came back about {who}.")


def _is_automatic(message: Message | EmailMessage) -> bool:
    auto = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    hints = (message.get("X-Autoreply"), message.get("X-Autorespond"), message.get("X-Auto-Response-Suppress"))
    bulk = str(message.get("Precedence", "")).strip().lower() in ("auto_reply", "bulk", "junk")
    return auto in _ANSWERING or auto == "auto-generated" or any(hints) or bulk


def _as_text(payload: object) -> str:
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
