"""Mailgun: reports in JSON with a token, a time, and their HMAC-SHA-256 under the account's signing key.

The signature says nothing of the report itself, so each token is taken once.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

from signoff.letters.bounces import ReturnedMessage
from signoff.letters.hooks.reports import (
    HookRequest,
    as_json,
    ensure_fresh,
    failed,
    mapping,
    moment,
    not_genuine,
    unwanted,
    words,
)
from signoff.letters.marking import OLDEST_REPORT, ServiceReport

NAME = "mailgun"


def read(request: HookRequest, key: str) -> Iterator[ServiceReport]:
    """The reports in a request; NotAllowed when the account's key did not sign it."""
    content = mapping(as_json(request.body))
    given = {name: words(value) for name, value in mapping(content.get("signature")).items()}
    said = (given.get("timestamp", "") + given.get("token", "")).encode()
    expected = hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.get("signature", "").encode(), expected.encode()):
        raise not_genuine("Mailgun")
    at = moment(given["timestamp"])
    ensure_fresh(at, request.at, OLDEST_REPORT, "Mailgun")
    event = mapping(content.get("event-data"))
    ids = words(mapping(mapping(event.get("message")).get("headers")).get("message-id"))
    numbers = (f"{NAME}:{given.get('token', '')}", f"{NAME}:event:{words(event.get('id'))}")
    yield ServiceReport(numbers, at, _said(event, ids))


def _said(event: Mapping[str, Any], ids: str) -> ReturnedMessage | None:
    if event.get("event") == "complained":
        return unwanted(ids)
    if event.get("event") != "failed" or event.get("severity") != "permanent":
        return None
    status = mapping(event.get("delivery-status"))
    return failed(ids, status.get("message"), status.get("description"), event.get("reason"))
