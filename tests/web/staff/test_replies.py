"""Staff paste a partner's email: its question is found, its link is sent again, and the email is never an answer."""

import io

import pytest
from sqlalchemy import func, select

from signoff.domain.errors import Conflict, RoundClosed
from signoff.letters.replies import read_reply
from signoff.models import Answer, Entry, Letter, Link
from signoff.services.rounds.replies import ask_to_confirm, find_questions
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_as_shown import shown_form

PASTED = """---------- Forwarded message ---------
From: Ana Alder <Ana@Alder.example>
Date: Mon, Nov 23, 2026
Subject: Re: Please answer

Yes, list us! We approve.
"""


def test_addresses_and_our_ids_are_read_from_an_email_and_from_pasted_words() -> None:
    ours = "0123456789abcdef0123456789abcdef"
    head = ("From: =?utf-8?q?Ana_=C3=81lder?= <ana@alder.example>", "To: us@coalition.example")
    raw = "\n".join([*head, f"In-Reply-To: <{ours}@x.example>", ""])
    reply = read_reply((raw + "Content-Type: text/plain; charset=klingon\n\nYes (see bo@birch.example).\n").encode())
    assert {"ana@alder.example", "us@coalition.example", "bo@birch.example"} <= set(reply.addresses)
    assert reply.message_ids == (ours,)
    assert read_reply(PASTED.encode()).addresses == ("ana@alder.example",)
    nested = (
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 3_000
    )
    assert read_reply(nested + b"From: ana@alder.example").addresses == ("ana@alder.example",)


def test_a_pasted_yes_sends_the_link_again_and_approves_nothing(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.leave(session, Letter.kind == "request")
        link, before = house.link(session, version, "Alder").id, session.scalar(select(func.count(Link.id)))
    client.sign_in("publisher")
    shown = client.submit("/staff/replies", "/staff/replies", reply=PASTED)
    assert shown.status_code == 200 and "Email Ana Alder the link for Alder" in shown.text
    assert "Birch" not in shown.text.split("Who should confirm?")[1].split("</section>")[0]
    fields = shown_form(shown, "/confirm")
    assert client.post("/staff/replies/confirm", data=fields).status_code == 303
    again = {**fields, "form_key": ""}
    assert client.post("/staff/replies/confirm", data=again).status_code == 409  # not twice within the hour
    with house.database.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.kind == "confirm")).one()
        assert letter.link_id == link and session.scalar(select(func.count(Link.id))) == before
        assert session.scalars(select(Answer)).all() == []
        assert "Yes, list us" not in str([vars(row) for row in session.scalars(select(Entry))])


def test_words_without_an_address_and_files_of_anything_are_refused_in_a_sentence(client: InspectingClient) -> None:
    client.sign_in("publisher")
    refused = client.submit("/staff/replies", "/staff/replies", reply="Yes, list us")
    assert refused.status_code == 422 and "There is no email address in this." in refused.text
    assert "Yes, list us" in refused.text
    target, served = client.form("/staff/replies", "/staff/replies")
    junk = client.post(target, data=dict(served) | {"file": (io.BytesIO(b"\x00\xff\xfe" * 99), "x.eml")})
    assert junk.status_code == 422


def test_who_cannot_answer_is_sent_nothing(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        link = house.link(session, version, "Alder")
        act = house.act(session, house.user(session, "publisher").actor)

        def found() -> int:
            return len(find_questions(session, ["ana@alder.example"], [], clock=house.clock))

        assert found() == 1
        house.refer(session, version, "Alder", "cleo@alder.example")
        assert found() == 0
        with pytest.raises(Conflict):
            ask_to_confirm(act, link.id)
        house.clock.advance(days=40)
        with pytest.raises(RoundClosed):
            ask_to_confirm(act, link.id)
        assert found() == 0
