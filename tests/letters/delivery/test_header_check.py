"""What leaves has exactly the eleven headers of a letter, whatever kind it is and whatever Python wrote it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import NOBODY
from signoff.letters.blocks import Attachment
from signoff.letters.delivery.header_check import UnsafeMessage, ensure_as_expected
from signoff.letters.delivery.mime_templates import WrittenLetter, as_bytes
from signoff.models import Application, Letter, Publication
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.outbox.complaints import mark_complained
from signoff.services.outbox.proof_queue import queue_proof
from signoff.services.outbox.undeliverable import notify_undeliverable
from signoff.services.partners import name_proposals
from signoff.services.partners.contacts import confirm_contact
from signoff.services.partners.newsletter_sending import send_test
from signoff.services.positions.reviewers import ask_reviewer
from signoff.services.rounds import consultations
from signoff.services.rounds.replies import ask_to_confirm
from tests.house import House
from tests.letters.sink import Sink
from tests.meeting import planned, publisher, tell_all
from tests.newsletter import schedule_all, send_all, written
from tests.posting import DESCRIPTION, NOTICE, proposed, settled
from tests.subscribing import ask_for_news, subscribed

SENDER, RECIPIENT = "positions@coalition.example", "ana@alder.example"
ELEVEN = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
    "X-Signoff-Id",
]
LETTER = WrittenLetter(
    subject="Please answer",
    to=("Ana Alder", RECIPIENT),
    text="Hello\n",
    html="<p>Hello</p>\n",
    sender=("Coalition", SENDER),
    reply_to="help@coalition.example",
    message_id="<1@signoff.example>",
    date=0,
)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_kind_of_letter_leaves_with_its_eleven_headers(
    house: House, sink: Sink, deliver: Callable[[], list[str]]
) -> None:
    """All kinds are written, sent over SMTP and read from the bytes the server took."""
    acts = (_schedule, _whose_turn, _ask_and_answer, _retire, _consult, _settle, _merge, _replace_and_recall, _close)
    later = (
        _apply,
        _decide,
        _report,
        _subscribe,
        _tell_staff,
        _complain,
        _meet,
        _post,
        _commit,
        _write_to_partners,
        _tell_subscribers,
    )
    for act in acts + later:
        act(house)
        states = set(deliver())
        assert "sent" in states and states <= {"sent", "canceled"}, (act.__name__, states)
    with house.database.reading() as session:
        sent = set(session.scalars(select(Letter.kind).where(Letter.state == "sent")))
    assert sent == {kind.value for kind in LetterKind}
    for raw in sink.raw:
        head, _, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        written = [line.split(b":")[0].decode() for line in head.split(b"\n") if not line.startswith((b" ", b"\t"))]
        is_news = b"To: ada@press.example" in head and b"Subject: Please confirm" not in head
        unsubscribes = is_news or b"Subject: Meeting: " in head or b"Subject: News of the spring" in head
        more = ["List-Unsubscribe", "List-Unsubscribe-Post"] if unsubscribes else []
        assert sorted(written) == sorted([*ELEVEN, *more])


def test_a_header_of_a_letters_own_is_expected_by_its_name_and_once() -> None:
    letter = replace(LETTER, headers=(("X-Signoff-Id", "1"),))
    built = as_bytes(letter, eight_bit=True)
    assert built.count(b"X-Signoff-Id: 1\r\n") == 1
    for refused, more in ((built, ()), (_built(), ["X-Signoff-Id"]), (built, ["X-Signoff-Id", "X-Signoff-Id"])):
        with pytest.raises(UnsafeMessage, match="unexpected headers"):
            ensure_as_expected(refused, sender=SENDER, recipient=RECIPIENT, more=more)
    with pytest.raises(UnsafeMessage):
        as_bytes(replace(letter, headers=(("X-Signoff-Id", "1\r\nBcc: eve@else.example"),)), eight_bit=True)


def _schedule(house: House) -> None:
    """not_done"""
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Widen the doors"))
        house.schedule_publishing(session, version)
        house.revised(session, version)
    house.clock.advance(hours=2)


def _whose_turn(house: House) -> None:
    """review_asked, to_check, checked, all_answered, digest"""
    with house.database.unit_of_work() as session:
        house.position(session, "Open the gates")
        asked = house.position(session, "Light the paths")
        ask_reviewer(
            house.act(session, house.user(session, "drafter").actor), asked, house.user(session, "reviewer").id
        )
        house.checked(session, house.position(session, "Clean the halls"))
        house.say(session, house.asked(session, "Yew", title="Heat the gyms"), "Yew")
    house.clock.advance(hours=2)


def _ask_and_answer(house: House) -> None:
    """request, receipt, declined, withdrawn, published, contested, delivered"""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm")
        for name in ("Alder", "Cedar", "Elm"):
            house.say(session, version, name)
        house.say(session, version, "Birch", "decline")
        house.publish(session, version)
        house.withdraw(session, version, "Alder")
        house.contest(session, version, "Cedar")
        house.deliver(session, version, way="email", address="clerk@committee.example")


def _retire(house: House) -> None:
    """no_longer_named"""
    with house.database.unit_of_work() as session:
        house.retire(session, session.scalars(select(Publication)).one().version)


def _consult(house: House) -> None:
    """invited, comment, referred, name_proposed, fresh_link, confirm, reminder"""
    with house.database.unit_of_work() as session:
        version = house.position(session, "Seat the parents")
        hazel, iris = (house.partner(session, name, f"Ana {name}", f"Bo {name}") for name in ("Hazel", "Iris"))
        house.comment(session, house.invite(session, version, hazel, iris)[0], "Say which parents.")
        house.ask(session, house.checked(session, version), [hazel, iris])
        house.refer(session, version, "Hazel", "cleo@elsewhere.example")
        house.propose(session, version, "Iris", "Iris of Ohio")
        house.fresh(session, house.link(session, version, "Iris"))
        ask_to_confirm(
            house.act(session, house.user(session, "publisher").actor), house.link(session, version, "Iris").id
        )
        house.leave(session, Letter.kind == "request")
        house.remind(session, version)


def _settle(house: House) -> None:
    """comment_settled, name_settled, contact_changed, contact_confirmed"""
    with house.database.unit_of_work() as session:
        comment = session.scalars(select(consultations.Comment)).one()
        proposal = session.scalars(select(name_proposals.NameProposal)).one()
        drafter, publisher = (house.user(session, role).actor for role in ("drafter", "publisher"))
        consultations.settle_comment(house.act(session, drafter), comment, outcome="taken_up", note="We did.")
        name_proposals.settle_name(house.act(session, publisher), proposal, accepted=True)
        contact = proposal.partner.contacts[1]
        house.correct(session, contact, email="bo@iris-new.example")
        confirm_contact(house.act(session, publisher), contact)


def _merge(house: House) -> None:
    """partners_merged"""
    with house.database.unit_of_work() as session:
        for name in ("Redwood", "Sequoia"):
            house.partner(session, name)
        house.merge(session, "Redwood", "Sequoia")


def _replace_and_recall(house: House) -> None:
    """replaced, recalled, deadline_moved"""
    with house.database.unit_of_work() as session:
        first = house.asked(session, "Larch", title="Count the buses")
        house.leave(session, Letter.kind == "request")
        partner = house.link(session, first, "Larch").contact.partner
        house.ask(session, house.checked(session, house.revised(session, first)), [partner])
        other = house.asked(session, "Maple", title="Open the yards")
        house.leave(session, Letter.kind == "request")
        house.recall(session, other)
        moved = house.asked(session, "Oak", title="Feed every child")
        house.leave(session, Letter.kind == "request")
        house.move(session, moved, house.clock() + timedelta(days=9))


def _close(house: House) -> None:
    """round_closed, by the worker's own turn"""
    house.clock.advance(days=20)


def _apply(house: House) -> None:
    """application, application_confirm"""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Rowan", title="Mend the roofs")
        house.open_sign_on(session, version)
        house.apply(session, version, "Sumac")
        house.applied(session, version, "Rowan Friends")


def _report(house: House) -> None:
    """problem_reported"""
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Sweep the paths"))
        house.publish(session, version)
        house.report(session, version)


def _decide(house: House) -> None:
    """application_linked, application_decided"""
    with house.database.unit_of_work() as session:
        made = session.scalars(select(Application).where(Application.confirmed_at.is_not(None))).one()
        version = made.position.versions[0]
        house.link_to(session, made, house.link(session, version, "Rowan").request.partner)


def _complain(house: House) -> None:
    """complained"""
    with house.database.unit_of_work() as session:
        sent = select(Letter).where(Letter.state == "sent", Letter.kind == "request").order_by(Letter.id)
        assert mark_complained(session, session.scalars(sent).first(), clock=house.clock)  # type: ignore[arg-type]


def _subscribe(house: House) -> None:
    """subscription_confirm"""
    with house.database.unit_of_work() as session:
        ask_for_news(house, session, "bo@press.example")
        subscribed(house, session, "ada@press.example")


def _meet(house: House) -> None:
    """meeting"""
    with house.database.unit_of_work() as session:
        tell_all(house, session, planned(house, session, "Fall meeting"))


def _write_to_partners(house: House) -> None:
    """newsletter, newsletter_test, newsletter_not_sent"""
    with house.database.unit_of_work() as session:
        send_all(house, session, written(house, session, "News of the spring"))
        tried, due = written(house, session, "News of the fall"), written(house, session, "News of the winter")
        send_test(publisher(house, session), tried)
        schedule_all(house, session, due)
        house.partner(session, "Winter")
    house.clock.advance(hours=2)


def _commit(house: House) -> None:
    """commitments, commitments_answered"""
    with house.database.unit_of_work() as session:
        for name in ("Teak", "Upas"):
            house.ask_to_accept(session, house.partner(session, name))
        house.say_of_commitments(session, "ana@teak.example")


def _post(house: House) -> None:
    """posting_proposed, posting_settled"""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Willow", title="Paint the doors")
        link = house.link(session, version, "Willow")
        settled(house, session, proposed(house, session, link, NOTICE))
        proposed(house, session, link, DESCRIPTION)


def _tell_subscribers(house: House) -> None:
    """news, by the worker's own turn"""
    with house.database.unit_of_work() as session:
        house.publish(session, house.checked(session, house.position(session, "Ring the bells")))
    house.clock.advance(days=1)


def _tell_staff(house: House) -> None:
    """undeliverable, account, proof"""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Pine", title="Plant trees")
        house.leave(session, Letter.kind == "request", as_="failed")
        lost = session.scalars(select(Letter).where(Letter.version_id == version.id)).one()
        notify_undeliverable(session, lost, at=house.clock())
        user = house.user(session, "drafter")
        send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)
        queue_proof(session, session.scalars(select(Letter).where(Letter.kind == "receipt")).first(), at=house.clock())
    house.clock.advance(minutes=5)


@pytest.mark.parametrize("eight_bit", [True, False])
@pytest.mark.parametrize(
    "file",
    [
        None,
        Attachment("deadline.ics", "text/calendar; charset=utf-8; method=PUBLISH", b"BEGIN:VCALENDAR\r\n"),
        Attachment("signoff-proof.json", "application/json", '{"é":"\r\n\r\nBcc: x@y.example"}'.encode() * 99),
    ],
)
@pytest.mark.parametrize("words", ["Hello\n", "Grüße, " * 200 + "\n"])
def test_multipart_messages_of_every_shape_are_let_through(
    eight_bit: bool, file: Attachment | None, words: str
) -> None:
    letter = replace(
        LETTER,
        text=words,
        html=f"<p>{words}</p>\n",
        attachments=(file,) if file else (),
        subject=f"Über {words[:200]}".strip(),
    )
    built = as_bytes(letter, eight_bit=eight_bit)
    ensure_as_expected(built, sender=SENDER, recipient=RECIPIENT)


def _built() -> bytes:
    return as_bytes(LETTER, eight_bit=True)


SUBJECT = b"Subject: Please answer\r\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SUBJECT, SUBJECT + b"Bcc: spy@evil.example\r\n"),
        (SUBJECT, SUBJECT + b"bcc: spy@evil.example\r\n"),
        (SUBJECT, SUBJECT + b"X-Anything: at all\r\n"),
        (SUBJECT, SUBJECT + b"Content-Transfer-Encoding: base64\r\n"),
        (SUBJECT, SUBJECT + SUBJECT),
        (SUBJECT, SUBJECT + b"subject: Another\r\n"),
        (SUBJECT, b""),
        (SUBJECT, b"Subject : Please answer\r\n"),
        (SUBJECT, b"Subject: Please\rBcc: spy@evil.example\r\n"),
        (SUBJECT, b"Subject: Please\nBcc: spy@evil.example\r\n"),
        (SUBJECT, b"Subject: Please\n\n\r\n"),
        (SUBJECT, b"Subject: Please\0answer\r\n"),
        (SUBJECT, b"Subject: Please\x0bBcc: spy@evil.example\r\n"),
        (SUBJECT, b"Subject: =?utf-8?q?x=0D=0ABcc=3A_spy=40evil=2Eexample?=\r\n"),
        (SUBJECT, b"Subject: =?utf-8?b?eA0KQmNjOiBzcHlAZXZpbC5leGFtcGxl?=\r\n"),
        (SUBJECT, SUBJECT + b"From spy@evil.example\r\n"),
        (SUBJECT, SUBJECT + b">From spy@evil.example\r\n"),
        (SUBJECT, SUBJECT + b"no header at all\r\n"),
        (SUBJECT, SUBJECT + b": without a name\r\n"),
        (SUBJECT, SUBJECT + b"\r\nTo: spy@evil.example\r\n"),
        (b"To: Ana Alder <ana@alder.example>", b"To: Ana Alder <ana@alder.example>, spy@evil.example"),
        (b"To: Ana Alder <ana@alder.example>", b"To: spy@evil.example"),
        (b"From: ", b"From: spy@evil.example, "),
        (b"\r\n\r\n", b"\r\n"),
    ],
)
def test_a_finished_message_with_other_headers_is_refused(old: bytes, new: bytes) -> None:
    assert old in _built()
    with pytest.raises(UnsafeMessage):
        ensure_as_expected(_built().replace(old, new), sender=SENDER, recipient=RECIPIENT)


@pytest.mark.parametrize(
    "before", [b" folded before anything\r\n", b"From spy Mon Jan  1 2026\r\n", b"\r\n", b"\xef\xbb\xbf"]
)
def test_nothing_may_precede_the_headers(before: bytes) -> None:
    with pytest.raises(UnsafeMessage):
        ensure_as_expected(before + _built(), sender=SENDER, recipient=RECIPIENT)
