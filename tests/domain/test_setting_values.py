"""What the values of settings may look like, and what is said of one that does not."""

import base64
from collections.abc import Callable

import pytest

from signoff.domain import setting_values as values

BASE = "must be an address such as https://signoff.coalition.example"
HTTPS = "must begin with https://, except on this machine's own loopback address"
ZONE = "must be a zone name such as America/New_York"
MAIL = "must be one email address"
BOUNCES = "must be an address such as bounces@coalition.example, with at most 23 characters before the @"
HOST = "must be the name of a server, such as smtp.coalition.example"
TOPIC = "must be the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:bounces"
LOGIN = "must be USER:PASSWORD of 20 or more plain characters"
SHARED = "must have 16 or more characters"
PUBLIC_KEY = "must be the verification key as SendGrid shows it"
TOKEN = "must have 24 or more letters, digits and signs, without spaces"  # noqa: S105
SENTRY = "must be an address of the form https://KEY@HOST/PROJECT, as Sentry shows it"
PORT = "must be a whole number from 1 to 65535"

GOV_TOPIC = "arn:aws-us-gov:sns:us-east-1:123456789012:a.fifo"
port = values.between(1, 65_535)
worker = values.one_of("built-in", "distributed")


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.base_url, "https://signoff.coalition.example/", "https://signoff.coalition.example"),
        (values.base_url, "https://coalition.example:8443/signoff", "https://coalition.example:8443/signoff"),
        (values.base_url, "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (values.base_url, "http://[::1]:8000", "http://[::1]:8000"),
        (values.base_url, "http://localhost", "http://localhost"),
        (values.mail_address, "ana@alder.example", "ana@alder.example"),
        (values.bounce_address, "", ""),
        (values.bounce_address, "Bounces@Coalition.example", "bounces@coalition.example"),
        (values.bounce_address, "b" * 23 + "@coalition.example", "b" * 23 + "@coalition.example"),
        (values.host_name, "smtp.coalition.example", "smtp.coalition.example"),
        (values.host_name, "::1", "::1"),
        (values.topic, "", ""),
        (values.topic, GOV_TOPIC, GOV_TOPIC),
        (values.login, "", ""),
        (values.login, "user:678901234567890", "user:678901234567890"),
        (values.shared_key, "", ""),
        (values.shared_key, "1234567890123456", "1234567890123456"),
        (values.public_key, "", ""),
        (values.public_key, base64.b64encode(b"\x30\x59").decode(), "MFk="),
        (values.token, "", ""),
        (values.token, "!" * 24, "!" * 24),
        (values.sentry_dsn, "", ""),
        (values.sentry_dsn, "https://key@sentry.example/12", "https://key@sentry.example/12"),
        (values.sentry_dsn, "http://key@127.0.0.1/12", "http://key@127.0.0.1/12"),
        (port, "1", 1),
        (port, "65535", 65_535),
        (worker, "distributed", "distributed"),
        *((values.yes_or_no, text, True) for text in ("yes", "True", "1", "ON")),
        *((values.yes_or_no, text, False) for text in ("No", "false", "0", "off")),
    ],
)  # fmt: skip
def test_a_good_value_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        *((values.base_url, text, BASE) for text in (
            "", "signoff.example", "ftp://signoff.example", "https://", "https://ana@signoff.example",
            "https://signoff.example/?a", "https://signoff.example/#a", "https://signoff.example/a b",
            'https://signoff.example/"', "https://signoff.example/<b>", "https://signoff.example/'",
            "https://signoff.example/\u200b", "https://signoff.example:0", "https://signoff.example:70000",
            "https://signoff.example:port")),
        *((values.base_url, text, HTTPS) for text in ("http://signoff.example", "http://10.0.0.1")),
        *((values.zone, text, ZONE) for text in ("Mars/North", "../etc", "")),
        *((values.mail_address, text, MAIL) for text in ("ana", "ana @alder.example", "")),
        *((values.bounce_address, text, BOUNCES) for text in (
            "b" * 24 + "@coalition.example", "bounces", "@coalition.example", "a+b@coalition.example", "b@a..example")),
        *((values.host_name, text, HOST) for text in ("", "smtp example", "smtp.example/", "ana@smtp.example")),
        *((values.topic, text, TOPIC) for text in (
            "bounces", "arn:aws:sns:us-east-1:12345678901:a", "arn:aws:sqs:us-east-1:123456789012:a")),
        *((values.login, text, LOGIN) for text in (
            "user:67890123456789", "user678901234567890", "usér:678901234567890")),
        (values.shared_key, "123456789012345", SHARED),
        *((values.public_key, text, PUBLIC_KEY) for text in ("MFk", "AAAA", "M*k=")),
        *((values.token, text, TOKEN) for text in ("!" * 23, "é" * 24, "a" * 24 + " ", "a" * 24 + "\t")),
        *((values.sentry_dsn, text, SENTRY) for text in (
            "https://sentry.example/12", "https://key@sentry.example", "https://key@sentry.example/a",
            "http://key@sentry.example/12", "key@sentry.example/12")),
        *((port, text, PORT) for text in ("0", "65536", "", "-1", "１", "1.5")),
        *((values.yes_or_no, text, "must be yes or no") for text in ("", "maybe")),
        (worker, "Built-in", "must be built-in or distributed"),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_what_it_must_be(read: Callable[[str], object], text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        read(text)
    assert str(refusal.value) == sentence


def test_a_zone_is_known_by_its_name() -> None:
    assert values.zone("America/New_York").key == "America/New_York"


@pytest.mark.parametrize("address", ["http://127.9.9.9", "https://[::1]/x", "http://localhost:5000"])
def test_this_machine_is_known_by_its_loopback_addresses(address: str) -> None:
    assert values.is_loopback(address)
    assert not values.is_loopback(address.replace("1", "2").replace("localhost", "local"))


@pytest.mark.parametrize(
    ("name", "value", "injected"),
    [
        ("PORT", "tcp://10.0.0.1:8000", True),
        ("PORT", "udp://10.0.0.1:8000", True),
        ("WEB_PORT", "sctp://10.0.0.1:8000", True),
        ("PORT", "8000", False),
        ("PORTAL", "tcp://10.0.0.1:8000", False),
        ("BASE_URL", "tcp://10.0.0.1:8000", False),
        ("SERVICE_HOST", "10.0.0.1", True),
        ("WEB_SERVICE_PORT_HTTP", "80", True),
        ("WEB_PORT_8000_TCP_ADDR", "10.0.0.1", True),
        ("PORT_8000_TCP", "tcp://10.0.0.1:8000", True),
        ("MAIL_SERVER", "tcp://10.0.0.1", False),
    ],
)
def test_what_a_container_platform_puts_into_the_environment(name: str, value: str, injected: bool) -> None:
    assert values.is_injected(name, value) is injected
