"""Reads what comes back: that a letter did not arrive, is late, or is not wanted; everything else decides nothing."""

import email
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum
from itertools import islice

from signoff.letters import bounce_words
from signoff.letters.bounce_reports import (
    RecipientReport,
    ReportOutcome,
    complaint,
    delivery_reports,
    disposition,
    text_of,
)
from signoff.letters.delivery.failures import as_stored
from signoff.letters.our_ids import ids_brought_back, our_ids

_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_QUOTED = re.compile(
    r"(?im)^[ \t>]*-{2,}.{0,60}(?:original message|copy of (?:the|your) message|message headers|below this line|"
    r"included|forwarded).{0,60}$"
)
_READER = re.compile(r"(?im)^[ \t>]*to:.{0,200}?([\w.+'-]{1,64}@[\w.-]{1,255})")
_WRAPPED = re.compile(r"(?<=\S)[ \t]{0,20}\r?\n[ \t]{0,20}(?=[a-zß-ÿ])")  # where a sentence goes on in the next line
_PAGE = re.compile(r"https?://")
_TAGS = re.compile(r"(?s)<(?:style|script)\b.{0,4000}?</(?:style|script)>|<[^<>]{1,2000}>")
MOST_BYTES = 256_000  # more than any notification needs; what stands later is not looked at
_MOST_NESTED = 150  # parts within parts; no mail program writes that many
_MOST_PARTS = 200
_MOST_WORDS = 12_000  # characters in which a notification says what happened


class ReturnKind(StrEnum):
    """What a message that came back says."""

    FAILED = "failed"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    AUTOMATIC = "automatic reply"
    REPLY = "reply"


@dataclass(frozen=True)
class ReturnedMessage:
    """A message that came back: what it says, of which letters (their Message-IDs' first parts), and why."""

    said: ReturnKind
    message_ids: tuple[str, ...]
    reason: str


_NOTHING = ReturnedMessage(ReturnKind.REPLY, (), "")


def read_returned(raw: bytes, *, is_for_bounces: bool = False) -> ReturnedMessage:
    """Read a message that arrived at the senders' address; anything can stand in it, and none of it is believed more
    than that some letter of ours did not arrive or is not wanted.

    `is_for_bounces` says that it arrived at an address that only one letter had as its envelope sender: then what a
    mail system sends is a failure unless it says otherwise.
    """
    raw = raw[:MOST_BYTES]
    if raw.lower().count(b"boundary") + raw.lower().count(b"message/") > _MOST_NESTED:
        return _NOTHING
    try:
        message = email.message_from_bytes(raw, policy=policy.compat32)
        parts = list(islice(message.walk(), _MOST_PARTS))
        return _read(message, parts, is_for_bounces)
    except (RecursionError, MessageError, LookupError, ValueError):
        # What no mail program writes trips the library up.
        return _NOTHING


def _read(message: Message, parts: Sequence[Message], is_for_bounces: bool) -> ReturnedMessage:
    is_unwanted = complaint(parts, _subject(message))
    if is_unwanted is not None:
        # A report of another kind, such as one of failed authentication, is for operators.
        named = our_ids(message, parts) if is_unwanted else ()
        return ReturnedMessage(ReturnKind.COMPLAINT if is_unwanted else ReturnKind.AUTOMATIC, named, "")
    reports = delivery_reports(parts)
    words = _words(parts)
    said = _by_reports(reports) or _by_disposition(parts, words) or _by_words(message, parts, words, is_for_bounces)
    if said not in (ReturnKind.FAILED, ReturnKind.DELAYED):
        return ReturnedMessage(said, (), "")
    return ReturnedMessage(said, our_ids(message, parts), _reason(reports, words))


def _by_reports(reports: Sequence[RecipientReport]) -> ReturnKind | None:
    outcomes = {report.outcome for report in reports}
    if ReportOutcome.FAILED in outcomes:
        return ReturnKind.FAILED
    if ReportOutcome.DELAYED in outcomes:
        return ReturnKind.DELAYED
    return ReturnKind.AUTOMATIC if ReportOutcome.ARRIVED in outcomes else None


def _by_disposition(parts: Sequence[Message], words: str) -> ReturnKind | None:
    # A mailbox that is full may say in its words that it threw the email away.
    result = disposition(parts)
    if result is None:
        return None
    return ReturnKind.FAILED if result == "deleted" and bounce_words.has_failed(words) else ReturnKind.AUTOMATIC


def _by_words(message: Message, parts: Sequence[Message], words: str, is_for_bounces: bool) -> ReturnKind:
    subject = _subject(message)
    is_daemon = bounce_words.is_from_daemon(message, subject)
    is_about_failure = (
        message.get_param("report-type") == "delivery-status"
        or "X-Failed-Recipients" in message
        or bounce_words.has_subject_of_failure(subject)
    )
    if not is_about_failure and (bounce_words.has_subject_of_reply(subject) or _is_of_responder(message)):
        return ReturnKind.AUTOMATIC
    if is_daemon or is_about_failure:
        if bounce_words.is_open(f"{subject}\n{words}"):
            return ReturnKind.AUTOMATIC
        if bounce_words.is_late(f"{subject}\n{words}"):
            return ReturnKind.DELAYED
        if bounce_words.has_failed(words):
            return ReturnKind.FAILED
        if is_daemon and bounce_words.is_held(f"{subject}\n{words}"):
            return ReturnKind.AUTOMATIC
        if not is_about_failure and bounce_words.has_arrived(f"{subject}\n{words}"):
            return ReturnKind.AUTOMATIC
        if is_daemon and is_about_failure:
            return _by_codes(words)
        if bounce_words.is_from_machine(message) and ids_brought_back(message, parts):
            return _by_codes(words) if _speaks_of_reader(parts, words) else ReturnKind.AUTOMATIC
    if _is_automatic(message):
        return ReturnKind.AUTOMATIC
    return ReturnKind.FAILED if is_daemon and is_for_bounces else ReturnKind.REPLY


def _by_codes(words: str) -> ReturnKind:
    # In words that we do not know.
    is_temporary = {code[0] for code in _STATUS.findall(words)} == {"4"}
    return ReturnKind.DELAYED if is_temporary else ReturnKind.FAILED


def _speaks_of_reader(parts: Sequence[Message], words: str) -> bool:
    # A failure names the address that was not reached, in any language. What has a page to open challenges the sender,
    # and what says that someone is away mostly names someone else.
    readers = {parseaddr(str(part.get("To", "")))[1].lower() for part in parts[1:]}
    readers |= {found.lower() for part in parts for found in _READER.findall(text_of(part)[:_MOST_WORDS])}
    is_challenge = bool(_PAGE.search(words)) or bounce_words.is_away(words)
    return not is_challenge and any(reader and reader in words.lower() for reader in readers)


def _subject(message: Message) -> str:
    subject = str(message.get("Subject", ""))[:1_000]
    try:
        return str(make_header(decode_header(subject)))
    except (MessageError, LookupError, ValueError):
        return subject


def _words(parts: Sequence[Message]) -> str:
    # What the notification says itself, above the letter that it brings back.
    found, left = [], _MOST_WORDS
    for part in parts:
        if part.get_content_maintype() == "message":
            break
        if part.get_content_maintype() == "text" and part.get_content_subtype() != "rfc822-headers":
            text = text_of(part)[: 3 * _MOST_WORDS]
            plain = html.unescape(_TAGS.sub(" ", text)) if part.get_content_subtype() == "html" else text
            found.append(_QUOTED.split(plain, maxsplit=1)[0][:left])
            left -= len(found[-1])
    return _WRAPPED.sub(" ", "\n".join(found))


def _reason(reports: Sequence[RecipientReport], words: str) -> str:
    failed = (report for report in reports if report.outcome == ReportOutcome.FAILED)
    for report in (*failed, *reports):
        if diagnosis := report.diagnosis or report.status:
            return as_stored(diagnosis.split(";", 1)[-1])
    lines = [line for line in words.splitlines() if line.strip()]
    telling = (line for line in lines if _STATUS.search(line))
    failing = (line for line in lines if bounce_words.has_failed(line))
    return as_stored(next(telling, "") or next(failing, "") or "A notification came back without a reason.")


_OF_RESPONDERS = ("X-Autoreply", "X-Autorespond", "X-Vacation")


def _is_of_responder(message: Message) -> bool:
    # Mail systems name some of them in the name of what writes their failures too.
    return any(message.get(hint) for hint in _OF_RESPONDERS)


def _is_automatic(message: Message) -> bool:
    auto = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    hints = (*_OF_RESPONDERS, "X-Auto-Response-Suppress", "X-Autogenerated")
    bulk = str(message.get("Precedence", "")).strip().lower() in ("auto_reply", "bulk", "junk", "list")
    return auto not in ("", "no") or any(message.get(hint) for hint in hints) or bulk
