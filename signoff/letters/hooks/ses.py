"""Amazon SES, by way of SNS: messages signed with a certificate that only the topic's own region may give us."""

import base64
import binascii
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate

from signoff.letters.bounce_reports import is_unwanted
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
from signoff.letters.our_ids import ID_HEADER

NAME = "ses"
# Fetches an address of Amazon's within bounds; raises OSError when that fails.
Fetch = Callable[[str], bytes]
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_CERTIFICATE = r"/SimpleNotificationService-[0-9a-f]+\.pem"
_CONFIRM = r"/\?Action=ConfirmSubscription&[A-Za-z0-9&=:%._-]+"
_HASHES = {"1": SHA1, "2": SHA256}
# Of what did not arrive for now, SES tries these no more; others may be automatic replies.
_LASTING = {"MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"}
_MOST_CERTIFICATES = 8
_certificates: dict[str, Certificate] = {}
_fetching = threading.Lock()


def read(request: HookRequest, topic: str, fetch: Fetch) -> Iterator[ServiceReport]:
    """The reports in a message of our topic; that we subscribe to it is confirmed by fetching the address in it.

    NotAllowed when Amazon did not sign it, or for another topic.
    """
    message = {name: words(value) for name, value in mapping(as_json(request.body)).items()}
    if message.get("TopicArn") != topic or not _is_signed(message, _host_of(topic), request, fetch):
        raise not_genuine("Amazon SES")
    ensure_fresh(moment(message.get("Timestamp")), request.at, OLDEST_REPORT, "Amazon SES")
    if message["Type"] == "SubscriptionConfirmation":
        _subscribe(message["SubscribeURL"], _host_of(topic), fetch)
    else:
        yield from _reports(mapping(as_json(message["Message"].encode())), message["MessageId"])


def _host_of(topic: str) -> str:
    region = topic.split(":")[3]
    return f"sns.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def _is_signed(message: Mapping[str, str], host: str, request: HookRequest, fetch: Fetch) -> bool:
    kind, algorithm = message.get("Type", ""), _HASHES.get(message.get("SignatureVersion", ""))
    address = message.get("SigningCertURL", "")
    if kind not in _SIGNED or algorithm is None or not _is_of(host, _CERTIFICATE, address):
        return False
    said = "".join(f"{name}\n{message[name]}\n" for name in _SIGNED[kind] if name in message)
    try:
        certificate = _certificate(address, fetch)
        key = certificate.public_key()
        is_valid = certificate.not_valid_before_utc <= request.at <= certificate.not_valid_after_utc
        if not is_valid or not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(base64.b64decode(message.get("Signature", "")), said.encode(), padding.PKCS1v15(), algorithm())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _is_of(host: str, path: str, address: str) -> bool:
    return re.fullmatch(rf"https://{re.escape(host)}{path}", address) is not None


def _certificate(address: str, fetch: Fetch) -> Certificate:
    # One fetch at a time: strangers could otherwise have us fetch as often as they ask.
    with _fetching:
        if address not in _certificates:
            if len(_certificates) >= _MOST_CERTIFICATES:
                _certificates.clear()
            _certificates[address] = load_pem_x509_certificate(fetch(address))
        return _certificates[address]


def _subscribe(address: str, host: str, fetch: Fetch) -> None:
    if not _is_of(host, _CONFIRM, address):
        raise not_genuine("Amazon SES")
    fetch(address)


def _reports(event: Mapping[str, Any], number: str) -> Iterator[ServiceReport]:
    mail, kind = mapping(event.get("mail")), words(event.get("eventType") or event.get("notificationType"))
    ids = " ".join([*_named(mail), words(mapping(mail.get("commonHeaders")).get("messageId"))])
    numbers = (f"{NAME}:{number}",)
    complaint = mapping(event.get("complaint"))
    if kind == "Complaint" and is_unwanted(words(complaint.get("complaintFeedbackType")) or "abuse"):
        yield ServiceReport(numbers, moment(complaint.get("timestamp")), unwanted(ids))
    bounce = mapping(event.get("bounce"))
    lasts = bounce.get("bounceType") == "Permanent" or bounce.get("bounceSubType") in _LASTING
    if kind == "Bounce" and lasts:
        who = mapping((sequence(bounce.get("bouncedRecipients")) or [None])[0])
        reason = failed(ids, who.get("diagnosticCode"), bounce.get("bounceSubType"))
        yield ServiceReport(numbers, moment(bounce.get("timestamp")), reason)


def _named(mail: Mapping[str, Any]) -> list[str]:
    headers = [mapping(header) for header in sequence(mail.get("headers"))]
    ours = (ID_HEADER.lower(), "message-id")
    return [words(header.get("value")) for header in headers if words(header.get("name")).lower() in ours]
