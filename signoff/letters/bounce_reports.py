"""What machines report in fields: delivery status (RFC 3464), disposition (RFC 8098) and complaints (RFC 5965)."""

import base64
import binascii
import email
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from enum import StrEnum

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(r"^[> \t]*([A-Za-z-]{4,40}):[ \t]*(.*)$")
_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_RECIPIENTS = {"final-recipient", "original-recipient", "x-actual-recipient"}
_UNWANTED = {"abuse", "fraud", "opt-out", "opt-out-list", "other"}
_JUNK_REPORT = re.compile(r"complaint about message from \S+")  # how Microsoft reports, with the email and no fields
_MOST_LINES = 2_000  # of a text in which a report may stand without a part of its own


class ReportOutcome(StrEnum):
    """What a report says of one recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"


@dataclass(frozen=True)
class RecipientReport:
    """The fields of a delivery report about one recipient, as they were written; empty where they were not."""

    action: str
    status: str
    diagnosis: str

    @property
    def outcome(self) -> ReportOutcome | None:
        """What it says. A temporary status counts as a delay unless the action says that no one tries again."""
        match self.action:
            case "failed" | "failure":
                return ReportOutcome.FAILED
            case "delayed":
                return ReportOutcome.DELAYED
            case "delivered" | "relayed" | "expanded":
                return ReportOutcome.ARRIVED
        code = _CODE.search(self.status)
        if code is None:
            return None
        return {"5": ReportOutcome.FAILED, "4": ReportOutcome.DELAYED, "2": ReportOutcome.ARRIVED}[code[1]]


def delivery_reports(parts: Sequence[Message]) -> list[RecipientReport]:
    """The delivery reports in a message: from parts of their own, otherwise from a text in which their fields stand."""
    proper = [report for part in parts if part.get_content_type() in STATUS_TYPES for report in _of_part(part)]
    if proper:
        return proper
    texts = (part for part in parts if part.get_content_maintype() == "text")
    return [report for part in texts for report in _of_lines(text_of(part))]


def disposition(parts: Sequence[Message]) -> str | None:
    """What a message says became of an email after it arrived, such as `displayed`; None when it is not about that."""
    for part in parts:
        if part.get_content_type() == "message/disposition-notification":
            found = re.search(r"(?im)^disposition:[^;\n]{0,200};[ \t]*([a-z]+)", written(part))
            return found[1].lower() if found else ""
    return None


def complaint(parts: Sequence[Message], subject: str) -> bool | None:
    """Whether a feedback report says that its reader does not want the email; None when there is no such report."""
    if _JUNK_REPORT.fullmatch(subject.strip()) and any(part.get("X-HmXmrOriginalRecipient") for part in parts[1:]):
        return True
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            kind = re.search(r"(?im)^feedback-type:[ \t]*([a-z-]+)", written(part))
            return kind is not None and is_unwanted(kind[1])
    return None


def is_unwanted(feedback: str) -> bool:
    """Whether feedback of this type says so; others correct an earlier one, or concern those who run mail servers."""
    return feedback.lower() in _UNWANTED


def text_of(part: Message) -> str:
    """The words of a part, decoded as far as that can be done."""
    try:
        payload = part.get_payload(decode=True)
    except (LookupError, ValueError):
        return ""
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return payload.decode("utf-8", "replace")


def written(part: Message) -> str:
    """All that stands below a part's header, its inner messages too, as text; encoded ones are decoded."""
    if part.is_multipart():
        below = "\n\n".join(str(item) for item in part.get_payload())
        return _decoded(below, str(part.get("Content-Transfer-Encoding", "")).strip().lower())
    return text_of(part)


def _decoded(text: str, encoding: str) -> str:
    # No message may be encoded as a whole, and some gateways do it.
    try:
        if encoding == "base64":
            return base64.b64decode(text.encode()).decode("utf-8", "replace")
        if encoding == "quoted-printable":
            return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        pass
    return text


def _of_part(part: Message) -> Iterator[RecipientReport]:
    for block in re.split(r"\n[ \t]*\n", written(part).replace("\r\n", "\n")):
        fields = email.message_from_string(block.strip("\n") + "\n\n", policy=policy.compat32)
        if any(fields.get(name) for name in ("Action", "Status", "Final-Recipient", "Original-Recipient")):
            yield RecipientReport(*(_value(fields, name) for name in ("Action", "Status", "Diagnostic-Code")))


def _value(fields: Message, name: str) -> str:
    value = " ".join(str(fields.get(name, "")).split())
    return value.split()[0].strip(";").lower() if name == "Action" and value else value


def _of_lines(text: str) -> Iterator[RecipientReport]:
    # A gateway made one text of all parts: the fields of a recipient follow each other.
    fields: dict[str, str] = {}
    for line in [*text.splitlines()[:_MOST_LINES], ""]:
        field = _FIELD.match(line)
        if field:
            fields.setdefault(field[1].lower(), field[2].strip())
        elif not line.strip(" \t>") or line[0] not in " \t":
            if not _RECIPIENTS.isdisjoint(fields) and ("action" in fields or "status" in fields):
                action = (fields.get("action", "").split() or [""])[0].strip(";").lower()
                yield RecipientReport(action, fields.get("status", ""), fields.get("diagnostic-code", ""))
            fields = {}
