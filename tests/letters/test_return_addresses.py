"""Each letter has an envelope sender of its own; only addresses that we made ourselves lead back to a letter."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from signoff.domain.return_addresses import return_address, returned_letter
from signoff.letters.bounces import ReturnKind, read_returned
from signoff.models import Letter
from signoff.settings import SettingsRefused, read_mail_settings
from tests.house import House
from tests.letters.sink import Sink

BASE, KEY, OLDER = "bounces@coalition.example", "k" * 32, "o" * 32
ID = "0123456789abcdef0123456789abcdef"


def test_an_address_leads_to_its_letter_in_any_spelling_and_by_an_earlier_key() -> None:
    address = return_address(BASE, KEY, ID)
    name, _, domain = address.partition("@")
    assert (name.partition("+")[0], domain) == ("bounces", "coalition.example") and len(name) <= 64
    for spelling in (address, address.upper(), f" <{address}>\n"):
        assert returned_letter(spelling, BASE, [KEY]) == ID
    assert returned_letter(address, BASE, [OLDER, KEY]) == ID


def test_no_one_else_can_make_an_address() -> None:
    name, _, code = return_address(BASE, KEY, ID).partition("@")[0].partition("+")
    forged = base64.b32encode(bytes.fromhex(ID) + bytes(9)).decode().lower()
    swapped = code[:-1] + ("a" if code[-1] != "a" else "b")
    for other in (forged, swapped, code[:-8], code + "aaaaaaaa", "1" * 40, "", "+" * 40, ID):
        assert returned_letter(f"{name}+{other}@coalition.example", BASE, [KEY]) is None, other
    assert returned_letter(return_address(BASE, OLDER, ID), BASE, [KEY]) is None
    assert returned_letter(return_address("bounces@else.example", KEY, ID), BASE, [KEY]) is None
    assert returned_letter(return_address(BASE, KEY, ID), "", [KEY]) is None
    assert returned_letter("", BASE, [KEY]) is None
    assert returned_letter(f"{name}+{'é' * 40}@coalition.example", BASE, [KEY]) is None


@pytest.mark.parametrize(
    "bad", ["bounces", "a+b@coalition.example", "b@", f"{'b' * 24}@coalition.example", "b@x\nRCPT"]
)
def test_an_address_that_leaves_no_room_for_a_code_is_refused(bad: str) -> None:
    with pytest.raises(SettingsRefused, match="SIGNOFF_MAIL_BOUNCE_ADDRESS must be an address such as"):
        read_mail_settings({"SIGNOFF_MAIL_BOUNCE_ADDRESS": bad})


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("base", ["", BASE])
def test_letters_leave_with_their_own_envelope_sender(
    house: House, sink: Sink, deliver: Callable[[], list[str]], base: str
) -> None:
    house.settings = replace(house.settings, mail=replace(house.settings.mail, bounce_address=base))
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    assert deliver() == ["sent", "sent"]
    with house.database.reading() as session:
        ids = set(session.scalars(select(Letter.message_id)))
    if not base:
        assert sink.senders == ["positions@coalition.example"] * 2
        return
    assert {returned_letter(sender, BASE, house.settings.secret_keys) for sender in sink.senders} == ids
    assert len(set(sink.senders)) == 2
    for raw in sink.raw:  # it is no one's to read
        assert b"bounces+" not in raw


NO_WORDS = b"From: MAILER-DAEMON@mx.example\nSubject: =?utf-8?q?=E3=81=8A=E7=9F=A5?=\n\nkono adoresu wa arimasen\n"


def test_what_no_one_can_read_is_a_failure_only_at_a_letters_own_address() -> None:
    assert read_returned(NO_WORDS).said == ReturnKind.REPLY
    assert read_returned(NO_WORDS, is_for_bounces=True).said == ReturnKind.FAILED
    person = NO_WORDS.replace(b"MAILER-DAEMON", b"ana")
    assert read_returned(person, is_for_bounces=True).said == ReturnKind.REPLY
