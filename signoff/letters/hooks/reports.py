"""What the hooks of all mail services share: a request as it came, and the values of a report read without trust."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from signoff.domain.errors import Invalid, NotAllowed
from signoff.letters.bounces import ReturnedMessage, ReturnKind
from signoff.letters.delivery.failures import as_stored
from signoff.letters.our_ids import ids_among

MOST_REPORTS = 1_000  # in one request
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True)
class HookRequest:
    """A report as it was posted: headers (names in any case), body, and when it came."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


def not_genuine(service: str) -> NotAllowed:
    """The refusal of a report that the service did not send."""
    return NotAllowed(f"This is not a report from {service}. Nothing was changed.")


def unreadable() -> Invalid:
    """The refusal of a report that is not as the service describes it."""
    return Invalid({"body": "The report cannot be read. Nothing was changed."})


def as_json(body: bytes) -> Any:
    """The content of a body; Invalid when it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable() from None


def mapping(value: Any) -> Mapping[str, Any]:
    """A value that should be an object; empty when it is none."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """A value that should be a list; empty when it is none."""
    return value[:MOST_REPORTS] if isinstance(value, list) else []


def words(value: Any) -> str:
    """A value that should be words, of whole characters; empty when it is none."""
    return str(value).encode(errors="replace").decode() if isinstance(value, str | int) else ""


def moment(value: Any) -> datetime:
    """A time as services write it, in seconds or in ISO 8601; Invalid when it is none."""
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            written = datetime.fromisoformat(value.replace("Z", "+00:00"))
            return written if written.tzinfo else written.replace(tzinfo=UTC)
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise unreadable() from None


def ensure_fresh(at: datetime, now: datetime, oldest: timedelta, service: str) -> None:
    """Refuse what was signed too long ago, or in the future."""
    if not -_AHEAD <= now - at <= oldest:
        raise not_genuine(service)


def failed(ids: Any, *reasons: Any) -> ReturnedMessage:
    """That a letter did not arrive, for the first reason that is given."""
    reason = next((said for value in reasons if (said := words(value))), "The mail service gives no reason.")
    return ReturnedMessage(ReturnKind.FAILED, ids_among(ids), as_stored(reason))


def unwanted(ids: Any) -> ReturnedMessage:
    """That a letter was reported as spam."""
    return ReturnedMessage(ReturnKind.COMPLAINT, ids_among(ids), "")
