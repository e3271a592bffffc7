"""What comes back: notifications mark the letter and tell staff; replies of people and machines decide nothing."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.letters.bounces import ReturnKind, read_returned
from signoff.models import Answer, Letter
from signoff.services.outbox.bounces import find_letters, mark_bounced
from signoff.services.outbox.outbox import cancel_letters
from signoff.services.rounds.board import board, tally
from tests.house import House
from tests.letters.sink import Sink, text_of

Turn = Callable[[], list[str]]
MESSAGE_ID = "0123456789abcdef0123456789abcdef"
SAMPLES = Path(__file__).with_name("returned")
WHAT = {
    "failed": (ReturnKind.FAILED, True),
    "delayed": (ReturnKind.DELAYED, True),
    "complaint": (ReturnKind.COMPLAINT, True),
    "automatic": (ReturnKind.AUTOMATIC, False),
    "reply": (ReturnKind.REPLY, False),
}


def notification(message_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """An RFC 3464 notification, as Postfix writes it."""
    to = "ana@alder.example"
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@mx.example"
    report["To"] = "positions@coalition.example"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"I'm sorry to have to inform you that your message could not be delivered.\n<{to}>: no\n"))
    status_part = EmailMessage()
    status_part["Reporting-MTA"] = "dns; mx.example"
    each = EmailMessage()
    each["Final-Recipient"] = f"rfc822; {to}"
    each["Action"] = action
    each["Status"] = status
    each["Diagnostic-Code"] = f"smtp; 550 {status} <{to}>: No such user here"
    delivery = MIMEMultipart()
    delivery.set_type("message/delivery-status")
    del delivery["MIME-Version"]
    delivery.set_payload([status_part, each])
    report.attach(delivery)
    original = EmailMessage()
    original["Message-ID"] = f"<{message_id}@127.0.0.1>"
    original["Subject"] = "Please answer"
    original.set_content("Hello")
    report.attach(MIMEMessage(original))
    return report.as_bytes()


def qmail(message_id: str) -> bytes:
    """qmail's own form, which is older than any standard."""
    return (
        "From: MAILER-DAEMON@mx.example\nTo: positions@coalition.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ana@alder.example>:\n192.0.2.1 does not like recipient.\n550 5.1.1 no mailbox here\nGiving up.\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <positions@coalition.example>\n"
        f"Message-ID: <{message_id}@127.0.0.1>\nSubject: Please answer\n\nHello\n"
    ).encode()


def reply(**headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ana@alder.example", "help@coalition.example", "Re: Please"
    message["In-Reply-To"] = f"<{MESSAGE_ID}@127.0.0.1>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("I approve. Put our name on it. 5.0.0 is our version.\n")
    return message.as_bytes()


def samples() -> list[Path]:
    """Messages as mail systems write them; the folder says what each is."""
    return sorted(SAMPLES.glob("*/*.eml"))


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_samples_of_many_mail_systems_are_read_rightly(path: Path) -> None:
    kind, names_letter = WHAT[path.parent.name]
    for raw in (path.read_bytes(), path.read_bytes().replace(b"\n", b"\r\n")):
        returned = read_returned(raw)
        assert (returned.said, returned.message_ids) == (kind, (MESSAGE_ID,) if names_letter else ())
        if kind == ReturnKind.FAILED:
            assert returned.reason and "\n" not in returned.reason
        if kind != ReturnKind.FAILED:  # neither is it a failure at an address that only failures come to
            assert read_returned(raw, is_for_bounces=True).said == kind


def test_the_reason_is_that_of_who_was_not_reached() -> None:
    returned = read_returned((SAMPLES / "failed" / "partly-delivered.eml").read_bytes())
    assert returned.reason == "426 connection timed out"


def test_there_are_samples_of_more_than_forty_formats_of_failures() -> None:
    assert len(list(SAMPLES.glob("failed/*.eml"))) >= 40
    assert {path.parent.name for path in samples()} == set(WHAT)


@pytest.mark.parametrize("form", [notification, qmail])
def test_notifications_name_the_letter_and_say_why(form: Callable[[str], bytes]) -> None:
    returned = read_returned(form(MESSAGE_ID))
    assert (returned.said, returned.message_ids) == (ReturnKind.FAILED, (MESSAGE_ID,))
    assert "5.1.1" in returned.reason and "\n" not in returned.reason


def test_a_delay_is_no_failure() -> None:
    assert read_returned(notification(MESSAGE_ID, action="delayed", status="4.4.1")).said == ReturnKind.DELAYED


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "bulk"}, {"X_Autorespond": "1"}],
)
def test_automatic_replies_are_ignored(headers: dict[str, str]) -> None:
    assert read_returned(reply(**headers)).said == ReturnKind.AUTOMATIC


@pytest.mark.parametrize("raw", [reply(), b"", b"\x00\xff\xfe nothing", b"From: x\n\n" + b"a" * 100_000])
def test_anything_else_decides_nothing(raw: bytes) -> None:
    returned = read_returned(raw)
    assert (returned.said, returned.message_ids) == (ReturnKind.REPLY, ())


def nested(depth: int) -> bytes:
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)]
    return "".join(parts).encode()


FROM_DAEMON = b"From: mailer-daemon@x\nSubject: failure notice\n"
HOSTILE = {
    "parts in parts": nested(1_500),
    "fewer parts and many lines": nested(50) + b"a\n" * 40_000,
    "ids": FROM_DAEMON + b"\n" + b"message-id: <" * 20_000,
    "styles that never end": FROM_DAEMON + b"Content-Type: text/html\n\n" + b"<style " * 40_000,
    "reports": b"Content-Type: message/delivery-status\n\n" + b"Action: x\n\n" * 5_000,
    "many parts": FROM_DAEMON + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n5.1.1 no\n" * 15_000,
    "charset": FROM_DAEMON + b'Content-Type: text/plain; charset="\x00\xff"\n\n5.1.1 no\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_crafted_messages_hold_no_one_up(name: str) -> None:
    began = time.process_time()
    assert read_returned(HOSTILE[name]).message_ids == ()
    assert time.process_time() - began < 8  # seconds; without limits it would be hours


PIECES = (
    b"\x00",
    b"\xff",
    b"=?utf-8?b?",
    b"charset=utf-16",
    b"\n\n",
    b"--=_r",
    b"Content-Type: message/rfc822\n",
    b"\r",
    b";*=",
)


def test_damaged_messages_trip_no_one_up() -> None:
    chance, whole = Random(1), [path.read_bytes() for path in samples()]
    for _ in range(400):
        raw = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(raw) + 1)
            if chance.random() < 0.5:
                raw[place:place] = chance.choice(PIECES)
            else:
                del raw[place : place + chance.randint(1, 60)]
        read_returned(bytes(raw))
    for odd in (b"Subject: =?utf-8?b?QQ?=", b'Subject: failure\nContent-Type: text/plain; charset="\0"'):
        raw = bytearray(b"From: MAILER-DAEMON@mx.example\n" + odd + b"\n\n5.1.1 no\n")
        assert read_returned(bytes(raw)).said == ReturnKind.FAILED


def test_who_was_kept_from_being_asked_is_not_silent(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    first = session.scalars(select(Letter.id).order_by(Letter.id)).first()
    cancel_letters(house.act(session, house.user(session, "publisher").actor), [first or 0])
    assert tally(session, version) == {"waiting": 1, "undeliverable": 1}


def test_a_letter_that_came_back_is_marked_once_and_staff_are_told(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
    assert deliver() == ["sent", "sent"]
    with house.database.unit_of_work() as session:
        message_id = session.scalars(select(Letter.message_id).order_by(Letter.id)).first()
        assert message_id is not None
        returned = read_returned(notification(message_id))
        (letter,) = find_letters(session, returned.message_ids)
        assert mark_bounced(session, letter, returned.reason, clock=house.clock)
        assert not mark_bounced(session, letter, returned.reason, clock=house.clock)
    with house.database.reading() as session:
        assert tally(session, version) == {"waiting": 1, "undeliverable": 1}
        row = board(session, version)[0]
        assert row.letter is not None and row.status == "undeliverable"
        assert (row.letter.state, row.letter.reply) == ("bounced", "550 5.1.1 <ana@alder.example>: No such user here")
        assert session.scalars(select(Answer)).all() == []
    house.clock.advance(minutes=3)
    assert deliver() == ["sent"]
    (told,) = sink.to("publisher@coalition.example")
    assert told["Subject"] == "Not delivered to one person: Fund the coordinator"
    text = text_of(told)
    assert "are not counted as partners that did not answer" in text.replace("\n", " ")
    assert "> Alder: Ana Alder, ana@alder.example. 550 5.1.1" in text.replace("\n> ", " ", 0)


def test_a_whole_wave_of_failures_makes_one_letter_to_staff(house: House, sink: Sink, deliver: Turn) -> None:
    names = [f"Partner {letter}" for letter in "ABCDEFGHIJKL"]
    with house.database.unit_of_work() as session:
        house.asked(session, *names)
    sink.refusals = {f"ana@partner-{letter.lower()}.example": "550 No such user" for letter in "ABCDEFGHIJKL"}
    assert deliver() == ["failed"] * 12
    house.clock.advance(minutes=3)
    assert deliver() == ["sent"]
    text = text_of(sink.letters[0])
    assert "did not reach 12\npeople" in text or "did not reach 12 people" in text.replace("\n", " ")
    assert text.count("550 No such user") == 8 and "… and 4 more" in text
    assert len(text.splitlines()) <= 40


def test_who_can_be_reached_again_is_not_told_of_any_more(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    sink.refusals = {"ana@alder.example": "550 No such user"}
    assert deliver() == ["failed"]
    with house.database.unit_of_work() as session:
        session.scalars(select(Letter).order_by(Letter.id)).first().contact.removed_at = house.clock()  # type: ignore[union-attr]
    house.clock.advance(minutes=3)
    assert deliver() == ["canceled"]


def test_a_corrected_address_reaches_the_partner_again(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
    sink.refusals = {"ana@alder.example": "550 No such user"}
    assert deliver() == ["failed"]
    with house.database.unit_of_work() as session:
        assert tally(session, version) == {"undeliverable": 1}
        contact = house.link(session, version, "Alder").contact
        house.correct(session, contact, email="anna@alder.example")
    with house.database.reading() as session:
        assert tally(session, version) == {"waiting": 1}
