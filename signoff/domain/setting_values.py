"""What the values of settings may look like; ValueError says what one must be."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

# What Kubernetes and Docker put into the environment for a service or container that is named as the program, or begins
# with its name: SIGNOFF_PORT=tcp://…, SIGNOFF_SERVICE_HOST, SIGNOFF_WEB_PORT_8000_TCP_ADDR.
_INJECTED = re.compile(
    r"(?:\w+_)?(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)"
)
_BOUNCE_NAME, _HOST = re.compile(r"[A-Za-z0-9._-]{1,23}"), re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_TOPIC = re.compile(r"arn:aws(?:-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
SHORTEST_TOKEN = 24  # characters
_INJECTED_PORT = re.compile(r"(?:\w+_)?PORT")


def is_injected(name: str, value: str) -> bool:
    """Whether a container platform set this name (without the program's prefix), not the operator."""
    is_address = value.startswith(("tcp://", "udp://", "sctp://"))
    return bool(_INJECTED.fullmatch(name)) or (is_address and bool(_INJECTED_PORT.fullmatch(name)))


def base_url(text: str) -> str:
    """The address of an installation: https, or http on loopback; without a slash at its end."""
    parts = urlsplit(text)
    is_bare = text.isprintable() and not set(text) & set("?#\"'<> ")
    whole = parts.scheme in ("http", "https") and parts.hostname and is_bare
    if not whole or "@" in parts.netloc or not _is_port(parts.netloc):
        raise ValueError("must be an address such as https://signoff.coalition.example")
    if parts.scheme == "http" and not is_loopback(text):
        raise ValueError("must begin with https://, except on this machine's own loopback address")
    return text.rstrip("/")


def _is_port(netloc: str) -> bool:
    try:
        return urlsplit(f"//{netloc}").port != 0
    except ValueError:
        return False


def is_loopback_address(host: str) -> bool:
    """Whether an address by number is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine's own loopback interface."""
    host = urlsplit(url).hostname or ""
    return host == "localhost" or is_loopback_address(host)


def zone(text: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a zone name such as America/New_York") from None


def mail_address(text: str) -> str:
    """One email address."""
    if "@" not in text or any(character.isspace() for character in text):
        raise ValueError("must be one email address")
    return text


def bounce_address(text: str) -> str:
    """An address that leaves room for a code in front of its @; empty for none."""
    local, _, domain = text.rpartition("@")
    if text and not (_BOUNCE_NAME.fullmatch(local) and _HOST.fullmatch(domain)):
        raise ValueError(
            "must be an address such as bounces@coalition.example, with at most 23 characters before the @"
        )
    return text.lower()


def host_name(text: str) -> str:
    """The name or number of a server."""
    if not text or any(character.isspace() or character in "/@" for character in text):
        raise ValueError("must be the name of a server, such as smtp.coalition.example")
    return text


def topic(text: str) -> str:
    """The ARN of a topic of Amazon SNS; empty for none."""
    if text and not _TOPIC.fullmatch(text):
        raise ValueError("must be the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:bounces")
    return text


def login(text: str) -> str:
    """A user name and a password that cannot be guessed; empty for none."""
    if text and (":" not in text or len(text) < 20 or not text.isascii()):
        raise ValueError("must be USER:PASSWORD of 20 or more plain characters")
    return text


def shared_key(text: str) -> str:
    """A key shared with someone; empty for none."""
    if text and len(text) < 16:
        raise ValueError("must have 16 or more characters")
    return text


def public_key(text: str) -> str:
    """A public key for ECDSA in DER, as base64; empty for none."""
    try:
        whole = not text or base64.b64decode(text, validate=True).startswith(b"\x30")
    except binascii.Error:
        whole = False
    if not whole:
        raise ValueError("must be the verification key as SendGrid shows it")
    return text


def token(text: str) -> str:
    """What a program shows to be let in: empty for none, else too long to be guessed and fit for a header."""
    if text and not (len(text) >= SHORTEST_TOKEN and text.isascii() and text.isprintable() and " " not in text):
        raise ValueError(f"must have {SHORTEST_TOKEN} or more letters, digits and signs, without spaces")
    return text


def sentry_dsn(text: str) -> str:
    """Where Sentry takes reports: https://KEY@HOST/PROJECT, with http on this machine; empty for nowhere."""
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(f"http://{parts.hostname}"))
    if text and not (is_safe and parts.username and parts.hostname and re.search(r"/\d+$", parts.path)):
        raise ValueError("must be an address of the form https://KEY@HOST/PROJECT, as Sentry shows it")
    return text


def yes_or_no(text: str) -> bool:
    """Yes or no, in the usual spellings."""
    answers = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
    if text.lower() not in answers:
        raise ValueError("must be yes or no")
    return answers[text.lower()]


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return text

    return read


def between(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read
