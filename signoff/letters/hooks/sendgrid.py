"""SendGrid: lists of reports in JSON, with an ECDSA signature over the time and the bytes of the body."""

import base64
import binascii
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signoff.letters.hooks.reports import (
    HookRequest,
    as_json,
    ensure_fresh,
    failed,
    mapping,
    moment,
    not_genuine,
    sequence,
    unwanted,
    words,
)
from signoff.letters.marking import OLDEST_REPORT, ServiceReport

NAME = "sendgrid"
# What SendGrid keeps of a letter and gives back with each report about it.
HEADER, FIELD = "X-SMTPAPI", "signoff_id"
_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
_TIME = "X-Twilio-Email-Event-Webhook-Timestamp"


def read(request: HookRequest, key: str) -> Iterator[ServiceReport]:
    """The reports in a request; NotAllowed when the key of the webhook did not sign it."""
    time = request.headers.get(_TIME, "")
    if not _is_signed(request.headers.get(_SIGNATURE, ""), time.encode() + request.body, key):
        raise not_genuine("SendGrid")
    ensure_fresh(moment(time), request.at, OLDEST_REPORT, "SendGrid")
    for event in map(mapping, sequence(as_json(request.body))):
        kind = event.get("event")
        if kind not in ("bounce", "dropped", "spamreport"):
            continue
        ids = f"{words(event.get(FIELD))} {words(event.get('smtp-id'))}"
        said = unwanted(ids) if kind == "spamreport" else failed(ids, event.get("reason"))
        yield ServiceReport((f"{NAME}:{words(event.get('sg_event_id'))}",), moment(event.get("timestamp")), said)


def _is_signed(signature: str, said: bytes, key: str) -> bool:
    try:
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(base64.b64decode(signature), said, ec.ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
