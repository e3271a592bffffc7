"""Reports of mail services: believed once their sender is proven, taken once, and never touching an answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from signoff.letters.hooks import ses
from signoff.models import Answer, Complaint, Entry, Letter, MailReport
from signoff.oversight.http_client import HttpAnswer, Unreachable
from signoff.settings import MailHooks
from signoff.web.app import create_app
from signoff.web.public import mail_hooks
from tests.house import NOON, House
from tests.web.dump import everything

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

TOPIC = "arn:aws:sns:us-east-1:123456789012:bounces"
HOST = "https://sns.us-east-1.amazonaws.com"
LOGIN, MAILGUN = "signoff:correct-horse-battery", "key-0123456789abcdef"
EC_KEY, RSA_KEY = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
_DER = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
HOOKS = MailHooks(TOPIC, LOGIN, MAILGUN, base64.b64encode(EC_KEY.public_key().public_bytes(*_DER)).decode())
EPOCH = int(NOON.timestamp())
AT = NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z")
SUPPRESSED = {
    "bounceType": "Permanent",
    "bounceSubType": "OnAccountSuppressionList",
    "timestamp": AT,
    "bouncedRecipients": [{"emailAddress": "ana@alder.example", "action": "failed", "status": "5.1.1"}],
}


def certificate(*, until: timedelta = timedelta(days=30)) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA_KEY.public_key())
    made = made.serial_number(1).not_valid_before(NOON - timedelta(days=30)).not_valid_after(NOON + until)
    return made.sign(RSA_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Report:
    """A service's report as it is posted."""

    service: str
    body: bytes
    headers: dict[str, str]

    def post(self, client: FlaskClient, **more: str) -> TestResponse:
        address = f"/hooks/mail/{self.service}"
        return client.post(address, data=self.body, headers={**self.headers, **more})


def sns(kind: str, *, version: str = "2", number: str = "n-1", **fields: str) -> Report:
    """A message of SNS, signed as its documentation says."""
    said = {"Type": kind, "MessageId": number, "TopicArn": TOPIC, "Timestamp": AT, **fields}
    signed = "".join(f"{name}\n{said[name]}\n" for name in sorted(said) if name != "SigningCertURL")
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = RSA_KEY.sign(signed.encode(), padding.PKCS1v15(), algorithm)
    address = said.get("SigningCertURL", f"{HOST}/SimpleNotificationService-{'a' * 32}.pem")
    content = {**said, "SignatureVersion": version, "SigningCertURL": address}
    content["Signature"] = base64.b64encode(signature).decode()
    return Report("ses", json.dumps(content).encode(), {"Content-Type": "text/plain; charset=UTF-8"})


def by_ses(kind: str, letter: str, **more: Any) -> Report:
    # SES writes a Message-ID of its own; ours stands among the headers that it gives back.
    headers = [
        {"name": "Message-ID", "value": "<0100018c-1@email.amazonses.com>"},
        {"name": "X-Signoff-Id", "value": letter},
    ]
    event: dict[str, Any] = {"notificationType": kind, "mail": {"messageId": "0100018c-1", "headers": headers}}
    if kind == "Complaint":
        event["complaint"] = {"timestamp": AT, "complaintFeedbackType": "abuse"}
    else:
        who = [{"emailAddress": "ana@alder.example", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]
        event["bounce"] = {"bounceType": "Permanent", "timestamp": AT, "bouncedRecipients": who, **more}
    return sns("Notification", Message=json.dumps(event))


def by_postmark(kind: str, letter: str, *, login: str = LOGIN, **more: Any) -> Report:
    event = {"RecordType": "SpamComplaint" if kind == "Complaint" else "Bounce", "ID": 42, "BouncedAt": AT, **more}
    event |= {"Type": more.get("Type", "SpamComplaint" if kind == "Complaint" else "HardBounce")}
    event |= {
        "MessageID": "00000000-0000",
        "Metadata": {"signoff-id": letter},
        "Details": "smtp;550 5.1.1 user unknown",
    }
    given = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
    return Report("postmark", json.dumps(event).encode(), {"Content-Type": "application/json", **given})


def by_mailgun(
    kind: str, letter: str, *, token: str = "t" * 50, at: int = EPOCH, key: str = MAILGUN, **more: Any
) -> Report:
    event = {"event": "complained" if kind == "Complaint" else "failed", "id": "e-1", "severity": "permanent", **more}
    event["message"] = {"headers": {"message-id": f"{letter}@signoff.coalition.example"}}
    event["delivery-status"] = {"message": "550 5.1.1 user unknown"}
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    content = {"signature": {"timestamp": str(at), "token": token, "signature": signature}, "event-data": event}
    return Report("mailgun", json.dumps(content).encode(), {"Content-Type": "application/json"})


def by_sendgrid(kind: str, letter: str, *, at: int = EPOCH, key: Any = EC_KEY, **more: Any) -> Report:
    event = {
        "event": "spamreport" if kind == "Complaint" else "bounce",
        "sg_event_id": "s-1",
        "timestamp": EPOCH,
        **more,
    }
    event |= {"signoff_id": letter, "smtp-id": "<own@ismtpd>", "reason": "550 5.1.1 user unknown"}
    body = json.dumps([{"event": "processed", "timestamp": EPOCH}, event]).encode()
    signature = base64.b64encode(key.sign(str(at).encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {"X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": str(at)}
    return Report("sendgrid", body, {"Content-Type": "application/json", **headers})


SERVICES: dict[str, Callable[..., Report]] = {
    "ses": by_ses,
    "postmark": by_postmark,
    "mailgun": by_mailgun,
    "sendgrid": by_sendgrid,
}


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was fetched of Amazon, which answers with the certificate."""
    addresses: list[str] = []

    def exchange(url: str, **_limits: Any) -> HttpAnswer:
        addresses.append(url)
        return HttpAnswer(200, certificate())

    monkeypatch.setattr(mail_hooks, "exchange", exchange)
    ses._certificates.clear()
    yield addresses
    ses._certificates.clear()


@pytest.fixture
def hooked(house: House, fetched: list[str]) -> Iterator[Flask]:
    house.settings = replace(house.settings, mail_hooks=HOOKS)
    made = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    yield made
    made.extensions["signoff"].database.engine.dispose()


@pytest.fixture
def letter(house: House) -> str:
    """A letter to Ana of Alder that was sent, after Alder approved."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        made = session.scalars(select(Letter).where(Letter.kind == "request")).one()
        made.state, made.claimed_until = "sending", house.clock()
        session.flush()
        made.state, made.claimed_until, made.sent_at = "sent", None, house.clock()
        return made.message_id


def state_of(house: House, letter: str) -> tuple[str, str]:
    with house.database.reading() as session:
        made = session.scalars(select(Letter).where(Letter.message_id == letter)).one()
        return made.state, made.last_reply


def send_again(house: House, letter: str) -> None:
    with house.database.unit_of_work() as session:
        made = session.scalars(select(Letter).where(Letter.message_id == letter)).one()
        for state, until, sent in (("queued", None, None), ("sending", NOON, None), ("sent", None, NOON)):
            made.state, made.claimed_until, made.sent_at = state, until, sent
            session.flush()


def complaints(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Complaint)) or 0


@pytest.mark.parametrize("service", SERVICES)
def test_bounces_and_complaints_find_their_letter_and_are_taken_once(
    house: House, hooked: Flask, letter: str, service: str
) -> None:
    client, report = hooked.test_client(), SERVICES[service]
    with house.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Entry)), session.scalars(select(Answer.verdict)).all()
    bounce = report("Bounce", letter)
    assert bounce.post(client).status_code == 204
    assert state_of(house, letter)[0] == "bounced" and "550 5.1.1" in state_of(house, letter)[1]
    send_again(house, letter)
    assert bounce.post(client).status_code == 204  # the same report again says nothing of the second try
    assert (state_of(house, letter)[0], complaints(house)) == ("sent", 0)
    more = {"token": "u" * 50, "id": "e-2"} if service == "mailgun" else {"sg_event_id": "s-2"}
    again = sns("Notification", number="n-2", Message=json.loads(by_ses("Complaint", letter).body)["Message"])
    complaint = again if service == "ses" else report("Complaint", letter, **({} if service == "postmark" else more))
    for _ in range(2):
        assert complaint.post(client).status_code == 204
        assert complaints(house) == 1
    with house.database.reading() as session:
        told = session.scalars(select(Letter.user_id).where(Letter.kind == "complained")).all()
        assert len(told) == 1
        after = session.scalar(select(func.count()).select_from(Entry)), session.scalars(select(Answer.verdict)).all()
    assert after == before  # no entry, and every answer as it was


def forged() -> dict[str, Report]:
    """Reports that their services did not send, or long ago, or that cannot be read."""
    pem, west = "SimpleNotificationService-aa.pem", HOST.replace("east", "west")
    other, day = ec.generate_private_key(ec.SECP256R1()), 86_400
    bounce, mine = json.loads(by_ses("Bounce", "0" * 32).body), "https://evil.example/SimpleNotificationService-aa.pem"
    changed = {**bounce, "Message": bounce["Message"].replace("0" * 32, "1" * 32)}
    elsewhere = "arn:aws:sns:us-east-1:999999999999:bounces"
    sent = by_sendgrid("Bounce", "0" * 32)
    return {
        "ses changed": Report("ses", json.dumps(changed).encode(), {}),
        "ses of another topic": sns("Notification", Message="{}", TopicArn=elsewhere),
        "ses with a certificate of someone else": sns("Notification", Message="{}", SigningCertURL=mine),
        "ses with a certificate beside it": sns("Notification", Message="{}", SigningCertURL=f"{HOST}@x.example/{pem}"),
        "ses with a certificate of another region": sns("Notification", Message="{}", SigningCertURL=f"{west}/{pem}"),
        "ses long ago": sns("Notification", Message="{}", Timestamp="2026-11-20T12:00:00.000Z"),
        "ses to come": sns("Notification", Message="{}", Timestamp="2026-11-25T12:00:00.000Z"),
        "ses of another kind": sns("UnsubscribeConfirmation", Message="{}"),
        "ses that subscribes elsewhere": sns("SubscriptionConfirmation", Message="m", Token="t", SubscribeURL="https://evil.example/?Action=ConfirmSubscription&Token=t"),
        "ses with nothing": Report("ses", b"", {}),
        "postmark with another password": by_postmark("Bounce", "0" * 32, login="signoff:wrong-horse-battery"),
        "postmark without a password": replace(by_postmark("Bounce", "0" * 32), headers={}),
        "mailgun with another key": by_mailgun("Bounce", "0" * 32, key="key-fedcba9876543210"),
        "mailgun long ago": by_mailgun("Bounce", "0" * 32, at=EPOCH - 3 * day),
        "mailgun without a signature": Report("mailgun", b'{"event-data": {}}', {}),
        "mailgun with half a character": Report("mailgun", b'{"signature": {"token": "\\ud800"}}', {}),
        "sendgrid with another key": by_sendgrid("Bounce", "0" * 32, key=other),
        "sendgrid long ago": by_sendgrid("Bounce", "0" * 32, at=EPOCH - 3 * day),
        "sendgrid changed": replace(sent, body=sent.body.replace(b"0" * 32, b"1" * 32)),
        "sendgrid with junk for a signature": replace(sent, headers={"X-Twilio-Email-Event-Webhook-Signature": "é!"}),
    }  # fmt: skip


def test_what_its_service_did_not_send_changes_nothing(
    house: House, hooked: Flask, letter: str, fetched: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    before, client = everything(house.database), hooked.test_client()
    for name, report in forged().items():
        # Of SES each byte is signed; what the others say could name a letter that there is.
        named = (
            report if report.service == "ses" else replace(report, body=report.body.replace(b"0" * 32, letter.encode()))
        )
        for one in (report, named):
            assert one.post(client).status_code in (403, 422), name
    assert everything(house.database) == before
    assert set(fetched) == {f"{HOST}/SimpleNotificationService-{'a' * 32}.pem"}
    assert "battery" not in caplog.text and base64.b64encode(LOGIN.encode()).decode() not in caplog.text


def test_what_is_late_or_only_for_now_is_no_bounce(house: House, hooked: Flask, letter: str) -> None:
    client = hooked.test_client()
    for report in (
        by_ses("Bounce", letter, bounceType="Transient", bounceSubType="General"),
        by_postmark("Bounce", letter, Type="Transient"),
        by_postmark("Bounce", letter, Type="AutoResponder"),
        by_mailgun("Bounce", letter, severity="temporary"),
        by_sendgrid("Bounce", letter, event="deferred"),
    ):
        assert report.post(client).status_code == 204
    assert state_of(house, letter)[0] == "sent"
    # Mailgun's signature says nothing of the report: with the token of another it is no report.
    assert by_mailgun("Bounce", letter, id="e-3").post(client).status_code == 204
    assert state_of(house, letter)[0] == "sent"
    full = by_ses("Bounce", letter, bounceType="Transient", bounceSubType="MailboxFull")
    assert full.post(client).status_code == 204
    assert state_of(house, letter)[0] == "bounced"  # SES does not try that again


def by_ses_events(letter: str, number: str, **event: Any) -> Report:
    """What SES publishes of an email by a configuration set: the kind has another name than in a notification."""
    given = json.loads(json.loads(by_ses("Bounce", letter).body)["Message"])
    del given["notificationType"], given["bounce"]
    return sns("Notification", number=number, Message=json.dumps({**given, **event}))


def test_services_tell_of_more_than_bounces_and_complaints(house: House, hooked: Flask, letter: str) -> None:
    client, who = hooked.test_client(), [{"emailAddress": "ana@alder.example"}]
    delay = {"delayType": "MailboxFull", "timestamp": AT, "delayedRecipients": who}
    for report in (
        by_ses_events(letter, "n-3", eventType="DeliveryDelay", deliveryDelay=delay),
        by_ses_events(letter, "n-4", eventType="Complaint", complaint=feedback("not-spam")),
        by_ses_events(letter, "n-5", eventType="Complaint", complaint=feedback("auth-failure")),
        by_postmark("Bounce", letter, RecordType="SubscriptionChange", SuppressSending=True),
        by_mailgun("Bounce", letter, event="unsubscribed"),
        by_sendgrid("Bounce", letter, event="group_unsubscribe"),
    ):
        assert report.post(client).status_code == 204
    assert (state_of(house, letter)[0], complaints(house)) == ("sent", 0)
    listed = {"timestamp": AT, "complainedRecipients": who, "complaintSubType": "OnAccountSuppressionList"}
    assert by_ses_events(letter, "n-6", eventType="Complaint", complaint=listed).post(client).status_code == 204
    assert complaints(house) == 1


def test_what_a_service_did_not_even_try_has_bounced(house: House, hooked: Flask, letter: str) -> None:
    for report in (
        by_ses_events(letter, "n-7", eventType="Bounce", bounce=SUPPRESSED),
        by_mailgun("Bounce", letter, reason="suppress-complaint"),
        by_sendgrid("Bounce", letter, event="dropped", type="Spam Reporting Address"),
        by_postmark("Bounce", letter, Type="BadEmailAddress"),
    ):
        assert report.post(hooked.test_client()).status_code == 204
        assert state_of(house, letter)[0] == "bounced", report.service
        send_again(house, letter)


def feedback(kind: str) -> dict[str, str]:
    return {"timestamp": AT, "feedbackId": "f-1", "complaintFeedbackType": kind}


def test_a_subscription_is_confirmed_where_amazon_is(hooked: Flask, fetched: list[str]) -> None:
    address = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    report = sns(
        "SubscriptionConfirmation", version="1", Message="You asked.", Token="2336412f37", SubscribeURL=address
    )
    assert report.post(hooked.test_client()).status_code == 204
    assert fetched == [f"{HOST}/SimpleNotificationService-{'a' * 32}.pem", address]


def test_amazon_tries_again_when_its_certificate_cannot_be_fetched(
    hooked: Flask, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_url: str, **_limits: Any) -> HttpAnswer:
        raise Unreachable("away")

    monkeypatch.setattr(mail_hooks, "exchange", away)
    assert by_ses("Bounce", letter).post(hooked.test_client()).status_code == 503
    monkeypatch.setattr(
        mail_hooks, "exchange", lambda *_a, **_b: HttpAnswer(200, certificate(until=timedelta(days=-1)))
    )
    assert by_ses("Bounce", letter).post(hooked.test_client()).status_code == 403  # a certificate that has expired


def test_without_its_setting_an_address_does_not_exist(app: Flask, hooked: Flask, letter: str) -> None:
    for report in (make("Bounce", letter) for make in SERVICES.values()):
        assert report.post(app.test_client()).status_code == 404
        assert hooked.test_client().get(f"/hooks/mail/{report.service}").status_code == 405
    assert hooked.test_client().post("/hooks/mail/sparkpost").status_code == 404
    too_much = replace(by_postmark("Bounce", letter), body=b"x" * 1_100_000)
    assert too_much.post(hooked.test_client()).status_code == 413


def test_numbers_of_reports_are_forgotten_once_they_are_too_old_to_come_again(
    house: House, hooked: Flask, letter: str
) -> None:
    client = hooked.test_client()
    assert by_postmark("Bounce", letter).post(client).status_code == 204
    house.clock.advance(days=3)
    assert by_postmark("Bounce", letter, ID=43).post(client).status_code == 204  # too old: noted, and nothing else
    house.clock.advance(days=2)
    assert by_postmark("Bounce", letter, ID=44).post(client).status_code == 204
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(MailReport)) == 2
