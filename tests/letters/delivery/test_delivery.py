"""Letters over real SMTP: each kind as its reader gets it, once, and nothing lost when the server says no."""

import email
import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from signoff.domain.letters import LetterState
from signoff.letters.answers import ReceiptLetter
from signoff.letters.blocks import Attachment, Draft
from signoff.letters.delivery import delivery
from signoff.letters.delivery.claims import Claim, DeliveryCheck, DeliveryOutcome, OutcomeWriter, take_over
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.letters.delivery.failures import as_stored
from signoff.letters.delivery.header_check import UnsafeMessage
from signoff.letters.delivery.mime_templates import WrittenLetter, as_bytes
from signoff.letters.delivery.transport import CheckedConnection
from signoff.models import Coalition, Contact, Letter, Link, MailPause
from signoff.services.outbox.mail_state import find_pause
from signoff.services.outbox.outbox import may_retry, retry_letters
from signoff.worker.built_in import only_worker
from signoff.worker.only_one import AnotherWorker
from tests.conftest import copied_database, house_on
from tests.house import House
from tests.letters.sink import Sink, free_port, html_of, listening, text_of

Turn = Callable[[], list[str]]


@pytest.fixture(params=("sqlite", "postgresql", "distributed"))
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The same behavior of the built-in worker on both databases, and of four others on PostgreSQL."""
    if request.param == "distributed":
        yield request.getfixturevalue("distributed_house")
        return
    with copied_database(request.param, request, tmp_path, "furnished") as database:
        yield house_on(database, tmp_path)


only_built_in = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)


def states(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        counts: dict[str, int] = {}
        for state in session.scalars(select(Letter.state)):
            counts[state] = counts.get(state, 0) + 1
        return counts


def pause_of(house: House) -> MailPause | None:
    with house.database.reading() as session:
        return find_pause(session)


def test_a_request_letter_as_text(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.user(session, "publisher").job_title = "Director of policy"
        secret = house.secret(house.link(session, version, "Alder"))
    assert deliver() == ["sent"]
    assert text_of(sink.letters[0]) == (
        "Hello Ana Alder,\n\n"
        "Publisher Person, Director of policy at the Coalition for Community\n"
        "Schools, asks Alder to decide by Tuesday, December 1, 2026, 7:00 a.m.\n"
        "EST (12:00 UTC) whether it approves the position “Fund the coordinator”.\n\n"
        "> We ask for five-year grants.\n\n"
        "If you approve, this name will be listed publicly: Alder\n\n"
        "This email gives the title and summary only. The whole text is on the\n"
        "page. Read it and answer here. You do not need an account:\n\n"
        f"http://127.0.0.1:8000/r/{secret}\n\n"
        "This link is for you alone, so please do not forward it. Alder is named\n"
        "only if you approve. Not answering is never counted as approval. To\n"
        "reach a person at the Coalition, reply to this email.\n\n"
        "Version: 1\n"
        f"Digest: {version.digest}\n\n"
        "Publisher Person\n"
        "Director of policy, Coalition for Community Schools\n"
    )


def test_each_letter_has_its_headers_once_two_parts_and_one_link(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar")
    deliver()
    with house.database.unit_of_work() as session:
        house.say(session, version, "Alder", note="Thank you.")
        house.say(session, version, "Birch", "decline")
        house.publish(session, version)
    deliver()
    with house.database.unit_of_work() as session:
        house.withdraw(session, version, "Alder")
    deliver()
    with house.database.reading() as session:
        kinds = set(session.scalars(select(Letter.kind).where(Letter.state == "sent")))
    assert kinds == {"request", "receipt", "declined", "withdrawn", "published"}
    for letter in sink.letters:
        for header in ("Subject", "From", "To", "Date", "Message-ID", "Reply-To", "Auto-Submitted", "MIME-Version"):
            assert len(letter.get_all(header, [])) == 1, header
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Reply-To"] == "help@coalition.example"
        text, html = text_of(letter), html_of(letter)
        addresses = [line for line in text.splitlines() if "://" in line and line.startswith("http")]
        assert len(addresses) == 1, text
        assert version.digest in text
        assert "Fund the coordinator" in text
        assert addresses[0] in html
        assert "<img" not in html and "src=" not in html
        assert len(text.splitlines()) <= (24 if letter["Subject"].startswith("Please answer") else 30)
        assert max(map(len, text.splitlines())) <= 110
    assert len({letter["Message-ID"] for letter in sink.letters}) == len(sink.letters)


def test_all_contacts_hear_of_an_answer_each_with_their_own_link(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
        first, second = (house.secret(house.link(session, version, "Alder", n)) for n in (0, 1))
        house.say(session, version, "Alder")
    deliver()
    for address, own, other in (("ana@alder.example", first, second), ("ben@alder.example", second, first)):
        (letter,) = sink.to(address)
        assert letter["Subject"] == "Receipt: Alder approved “Fund the coordinator”"
        assert own in text_of(letter) and other not in text_of(letter)


def test_a_letter_overtaken_by_events_is_cancelled(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar")
        house.say(session, version, "Alder")
        session.execute(update(Link).where(Link.partner_id == 2).values(revoked_at=house.clock()))
    assert sorted(deliver()) == ["canceled", "canceled", "sent", "sent"]
    with house.database.reading() as session:
        reasons = set(session.scalars(select(Letter.last_reply).where(Letter.state == "canceled")))
    assert reasons == {"The partner has answered.", "The link was re-issued."}


@pytest.mark.parametrize("how", ["deadline", "replaced"])
def test_nothing_is_asked_after_the_round(house: House, sink: Sink, deliver: Turn, how: str) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        if how == "replaced":
            later = house.checked(session, house.revised(session, version))
            house.ask(session, later, [house.partner(session, "Birch")])
    if how == "deadline":
        house.clock.advance(days=8)
    deliver()
    assert [letter["To"] for letter in sink.to("ana@alder.example")] == []
    assert states(house)["canceled"] == 1


def test_a_server_that_is_down_loses_nothing(house: House, deliver: Turn) -> None:
    port = free_port()
    house.settings = replace(house.settings, mail=replace(house.settings.mail, port=port))
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    assert deliver() == []
    assert states(house) == {"queued": 2}
    assert pause_of(house) is not None
    with listening(Sink(), port) as sink:
        assert deliver() == ["sent", "sent"]
        assert len(sink.raw) == 2
    assert pause_of(house) is None


def test_a_refused_address_fails_alone_in_the_servers_words(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch", "Cedar")
    sink.refusals = {"ana@birch.example": "550 No such user", "ana@cedar.example": "450 Try later"}
    assert sorted(deliver()) == ["failed", "queued", "sent"]
    with house.database.reading() as session:
        to_partners = select(Letter.state, Letter.last_reply).where(Letter.contact_id.is_not(None))
        replies = dict(session.execute(to_partners).all())
    assert replies["failed"] == "550 No such user"
    assert replies["queued"] == "450 Try later"


@pytest.mark.parametrize(("answer", "state"), [("451 Full", "queued"), ("554 No", "failed")])
def test_a_refused_text_is_sorted_by_its_code(house: House, sink: Sink, deliver: Turn, answer: str, state: str) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    sink.data_answer = answer
    assert deliver() == [state]
    assert sink.raw == []


def test_the_same_letter_keeps_its_message_id(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    sink.data_answer = "451 Full"
    deliver()
    with house.database.reading() as session:
        kept = session.scalars(select(Letter.message_id)).one()
    sink.data_answer = "250 Taken"
    house.clock.advance(minutes=5)
    deliver()
    assert [letter["Message-ID"] for letter in sink.letters] == [f"<{kept}@127.0.0.1>"]


def test_after_two_days_a_letter_fails_visibly(house: House, sink: Sink, deliver: Turn) -> None:
    sink.refusals = {"ana@alder.example": "450 Try later"}
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        partner = house.partner(session, "Alder")
        house.ask(session, version, [partner], deadline=house.clock() + timedelta(days=30))
    first, tries = house.clock(), 0
    while "failed" not in deliver():
        tries += 1
        with house.database.reading() as session:
            house.clock.now = session.scalars(select(Letter.due_at)).one()
    assert tries > 10
    assert timedelta(days=1.5) < house.clock() - first < timedelta(days=2.25)
    assert states(house)["failed"] == 1


@only_built_in
def test_a_second_worker_is_refused_and_a_dead_ones_claims_are_taken_over(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        session.execute(
            update(Letter).values(state="sending", claimed_until=house.clock() + timedelta(minutes=10), fence=1)
        )
    with only_worker(house.database):
        with pytest.raises(AnotherWorker), only_worker(house.database):
            raise AssertionError("two workers")
        assert deliver() == ["sent"]
    with only_worker(house.database):
        assert deliver() == []


def test_a_worker_that_lost_its_claim_neither_sends_nor_marks(house: House, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    delivery = LetterDelivery(house.database, house.settings, house.clock)
    claimed = delivery._claimed.claim()
    with house.database.unit_of_work() as session:
        session.execute(update(Letter).values(fence=Letter.fence + 1))
    assert list(delivery._deliver(claimed)) == ["taken over"]
    assert sink.raw == []
    assert states(house) == {"sending": 1}


def test_who_lost_a_letter_does_not_mark_it(house: House) -> None:
    """It was sent, and meanwhile someone else took the letter in hand: what becomes of it is theirs to say."""
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    (lost,) = LetterDelivery(house.database, house.settings, house.clock)._claimed.claim()
    with house.database.unit_of_work() as session:
        take_over(session)
    (held,) = LetterDelivery(house.database, house.settings, house.clock)._claimed.claim()
    assert (held.id, held.fence > lost.fence) == (lost.id, True)
    ledger, sent = OutcomeWriter(house.database.engine.dialect), DeliveryOutcome(LetterState.SENT, "250 Taken")
    with house.database.marking() as connection:
        assert ledger.mark(connection, lost, sent, None, at=house.clock()) is None
    assert states(house) == {"sending": 1}
    with house.database.marking() as connection:
        assert ledger.mark(connection, held, sent, None, at=house.clock()) is not None
    assert states(house) == {"sent": 1}


def test_names_with_markup_braces_and_accents_stay_literal(house: House, sink: Sink, deliver: Turn) -> None:
    name = "Börse & <b>Söhne</b> {{ 7 * 7 }}"
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Fund <i>it</i>, 100 %"))
        form_partner = house.partner(session, "Plain", "Ana Plain")
        form_partner.name = name
        house.ask(session, version, [form_partner])
    deliver()
    (letter,) = sink.letters
    assert name in text_of(letter).replace("\n", " ")
    assert "<b>Söhne" not in html_of(letter) and "&lt;b&gt;Söhne" in html_of(letter)
    assert letter["Subject"] == f"Please answer for {name} by December 1, 2026: Fund <i>it</i>, 100 %"


@pytest.mark.parametrize("eight_bit", [True, False])
def test_no_finished_letter_leaves_with_other_headers(house: House, sink: Sink, eight_bit: bool) -> None:
    """The header check: even a subject that passed everything before it cannot add a header."""
    hidden = " =?utf-8?q?x=0D=0ABcc=3A_spy=40evil=2Eexample?= "
    connection = CheckedConnection(house.settings.mail).open()
    for mark in ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", hidden):
        with pytest.raises(UnsafeMessage):
            as_bytes(_letter(f"x{mark}Bcc: spy@evil.example"), eight_bit=eight_bit)
    for letter in (
        replace(_letter("To many"), to=("Ana, spy@evil.example", "ana@alder.example, spy@evil.example")),
        replace(_letter("To two"), to=("Ana", "ana@alder.example>, <spy@evil.example")),
        replace(_letter("Twice"), message_id="<1@signoff.example>\r\nBcc: spy@evil.example"),
    ):
        with pytest.raises((UnsafeMessage, ValueError)):
            connection.post(letter)
    connection.post(_letter("A plain subject"))
    connection.hang_up()
    assert [letter["Subject"] for letter in sink.letters] == ["A plain subject"]
    assert sink.recipients == ["ana@alder.example"]


def _letter(subject: str) -> WrittenLetter:
    return WrittenLetter(
        subject=subject,
        to=("Ana Alder", "ana@alder.example"),
        text="Hello\n",
        html="<p>Hello</p>\n",
        sender=("Coalition", "positions@coalition.example"),
        reply_to="help@coalition.example",
        message_id="<1@signoff.example>",
        date=0,
    )


@pytest.mark.parametrize("eight_bit", [True, False])
def test_what_is_written_arrives_whole(eight_bit: bool) -> None:
    """Filled into a template, a letter reads as if the library had built it, even words that look like its places."""
    text = ".a dot\n--boundary0\nxxtextxx xxhtmlxx é xxboundary0xx\n= equals =3D\nfrom\n\n" + "ä" * 300 + "\n"
    calendar = b"BEGIN:VCALENDAR\r\n" + b"X" * 200 + b"\r\nEND:VCALENDAR\r\n"
    file = Attachment("deadline.ics", "text/calendar; charset=utf-8; method=PUBLISH", calendar)
    letter = replace(_letter("xxtoxx “quoted”"), text=text, html=f"<p>{text}</p>\n", attachments=(file,))
    parsed = email.message_from_bytes(as_bytes(letter, eight_bit=eight_bit), policy=policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert not any(part.defects for part in parsed.walk())
    assert text_of(parsed) == text  # type: ignore[arg-type]
    assert html_of(parsed).replace("\r\n", "\n") == letter.html  # type: ignore[arg-type]
    (attached,) = parsed.iter_attachments()  # type: ignore[attr-defined]
    assert attached.get_payload(decode=True) == calendar and attached.get_filename() == "deadline.ics"
    assert parsed["Subject"] == letter.subject


def test_no_reader_can_guess_where_the_next_letters_parts_end() -> None:
    boundaries = {as_bytes(_letter("Same"), eight_bit=True).split(b'boundary="')[1][:34] for _ in range(50)}
    assert len(boundaries) == 50


@pytest.mark.parametrize("problem", [OperationalError, InternalError, InterfaceError])
def test_a_letter_that_was_taken_is_marked_whatever_the_database_raises_for_a_while(
    house: House, sink: Sink, deliver: Turn, monkeypatch: pytest.MonkeyPatch, problem: type[DBAPIError]
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    marked, tries = LetterDelivery._mark_once, []

    def away_at_first(*given: Any) -> tuple[str, DeliveryCheck]:
        tries.append(given)
        if len(tries) < 3:
            raise problem("UPDATE letter", {}, Exception("cannot execute UPDATE in a read-only transaction"))
        return marked(*given)

    monkeypatch.setattr(LetterDelivery, "_mark_once", away_at_first)
    monkeypatch.setattr(delivery, "_WAIT_TO_MARK", 0.01)
    assert deliver() == ["sent"]
    assert len(sink.raw) == 1


@pytest.mark.parametrize(
    "said",
    [
        "554 http://127.0.0.1:8000/r/{} is suspicious",
        "554 https%3A%2F%2Fx.example%2Fr%2F{} is suspicious",
        "554 https://guard.example/v2/url?u=https-3A__x.example_r_{}&d=DwMF is suspicious",
        "554 quoted =\r\n",
    ],
)
def test_no_form_in_which_filters_quote_a_link_is_kept(said: str) -> None:
    secret = "Ab-_" * 10 + "Abc"
    words = said.format(secret) if "{}" in said else f"554 quoted {secret[:20]}=\r\n{secret[20:]} is suspicious"
    kept = as_stored(words)
    assert "***" in kept and not any(secret[start : start + 12] in kept for start in range(30))


def test_a_forgotten_address_is_not_replaced_by_the_new_one(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", "Ana Alder")
        contact = session.scalars(select(Contact)).one()
        house.correct(session, contact, email="evil@else.example")
    sink.refusals = {"ana@alder.example": "550 No such user"}
    deliver()
    with house.database.unit_of_work() as session:
        failed = session.scalars(select(Letter).where(Letter.state == "failed")).one()
        assert failed.address is None
        by = house.user(session, "administrator").actor
        assert retry_letters(house.act(session, by), [failed.id]) == 0
        assert not may_retry(failed)


@pytest.mark.parametrize(
    "name", ["Anna Becker, Ph.D.", 'Dr. "Ann" Becker', "Ann <Becker>", "Änn (the one) Becker", "a@b", "x; y: z"]
)
def test_people_and_coalitions_of_every_name_get_and_send_letters(
    house: House, sink: Sink, deliver: Turn, name: str
) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        partner = house.partner(session, "Alder Foundation for Learning and Schools", "Ana Alder")
        partner.contacts[0].full_name = name
        session.get_one(Coalition, 1).name = f"{name}, Inc."
        house.ask(session, version, [partner])
    assert deliver() == ["sent"]
    (letter,) = sink.letters
    assert letter["To"].addresses[0].display_name == name
    assert letter["From"].addresses[0].display_name == f"{name}, Inc."
    assert letter["From"].addresses[0].addr_spec == "positions@coalition.example"
    assert sink.recipients == [letter["To"].addresses[0].addr_spec]


def test_a_link_that_a_server_quotes_comes_to_rest_nowhere(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        secret = house.secret(house.link(session, version, "Alder"))
    sink.data_answer = f"554 5.7.1 suspicious address http://127.0.0.1:8000/r/{secret} found"
    assert deliver() == ["failed"]
    with house.database.reading() as session:
        reply = session.scalars(select(Letter.last_reply).where(Letter.state == "failed")).one()
    assert reply == "554 5.7.1 suspicious address http://127.0.0.1:8000/r/*** found"


def test_a_letter_that_cannot_be_written_keeps_no_other_back(
    house: House, sink: Sink, deliver: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
    monkeypatch.setattr(ReceiptLetter, "compose", lambda self: Draft("Bad\nBcc: spy@evil.example", ()))
    assert sorted(deliver()) == ["canceled", "failed", "sent"]


def test_a_worker_that_was_replaced_sends_nothing_more(house: House, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch", "Cedar")
    slow = LetterDelivery(house.database, house.settings, house.clock)
    turns = slow.deliver_due()
    assert next(turns) == "sent"
    successor = LetterDelivery(house.database, house.settings, house.clock)
    successor.take_over_claims()
    assert list(successor.deliver_due()) == ["sent", "sent"]
    assert list(turns) == ["taken over", "taken over"]
    assert len(sink.raw) == 3


def test_a_line_too_long_for_smtp_is_encoded(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, summary="学校" * 600))
        house.ask(session, version, [house.partner(session, "Alder")])
    assert deliver() == ["sent"]
    assert max(map(len, sink.raw[0].split(b"\r\n"))) <= 998
    assert "学校" * 600 in text_of(sink.letters[0])


@only_built_in
def test_a_server_that_does_not_answer_is_asked_once_a_turn(house: House, deliver: Turn) -> None:
    port = free_port()
    house.settings = replace(house.settings, mail=replace(house.settings.mail, port=port, timeout=1.0))
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch", "Cedar")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", port))
        silent.listen()
        assert deliver() == []
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()  # there was one connection, not three


def test_a_receipt_that_was_overtaken_does_not_claim_what_no_longer_stands(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.withdraw(session, version, "Alder")
    deliver()
    receipt, withdrawal = (text_of(letter).replace("\n", " ") for letter in sink.to("ana@alder.example"))
    assert "has since been replaced and no longer counts" in receipt and "will be listed" not in receipt
    assert "withdrew its approval" in withdrawal


def test_a_contest_is_told_as_what_it_is(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder", "decline")
        house.contest(session, version, "Alder")
    deliver()
    subjects = [letter["Subject"] for letter in sink.letters if letter["Subject"].startswith("Alder contested")]
    assert subjects == ["Alder contested an answer: Fund the coordinator"] * 2


def test_the_published_letter_names_the_name_that_stands(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", public_names=("The Alder Trust",))])
        house.say(session, version, "Alder", public_name="The Alder Trust")
        house.publish(session, version)
    deliver()
    published = next(letter for letter in sink.letters if letter["Subject"].startswith("Published"))
    assert "The Alder Trust is listed on it, as approved." in text_of(published).replace("\n", " ")


@pytest.mark.parametrize("kind", ["a plain title ", "an öther title ", "“quoted” "])
def test_subjects_of_every_length_arrive_as_they_were_written(kind: str) -> None:
    for length in range(1, 300):
        subject = ("Please answer: " + kind * 30)[:length].strip()
        built = as_bytes(_letter(subject), eight_bit=True)
        parsed = email.message_from_bytes(built, policy=policy.default)
        assert parsed["Subject"] == subject
        assert b"Subject:\r\n" not in built


def test_without_starttls_nothing_is_sent(house: House, sink: Sink) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        CheckedConnection(replace(house.settings.mail, use_tls=True)).open()
    assert sink.raw == []


def test_a_letter_that_was_taken_is_marked_even_when_the_database_is_busy(
    house: House, sink: Sink, deliver: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    marked = LetterDelivery._mark_once
    tries: list[int] = []

    def busy_at_first(
        self: LetterDelivery, claim: Claim, outcome: DeliveryOutcome | None, following: Claim | None
    ) -> tuple[str, DeliveryCheck]:
        tries.append(claim.id)
        if len(tries) < 3:
            raise OperationalError("UPDATE letter", {}, Exception("database is locked"))
        return marked(self, claim, outcome, following)

    monkeypatch.setattr(LetterDelivery, "_mark_once", busy_at_first)
    monkeypatch.setattr(delivery, "_WAIT_TO_MARK", 0.01)
    assert deliver() == ["sent"]
    assert (len(tries), len(sink.raw)) == (3, 1)
