"""The letters of each turn over real SMTP: read as plain text, with one link, and canceled when overtaken."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import icalendar
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Letter, Version
from signoff.services.partners import contacts, name_proposals, referrals
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partners import ContactForm, PartnerForm
from signoff.services.rounds import consultations
from signoff.services.rounds.replies import ask_to_confirm
from signoff.worker.turn import work_once
from tests.house import House
from tests.letters.sink import Sink, html_of, text_of

Turn = Callable[[], list[str]]


def flat(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def only(sink: Sink, address: str) -> EmailMessage:
    (letter,) = sink.to(address)
    return letter


def links(letter: EmailMessage) -> list[str]:
    return [line for line in text_of(letter).splitlines() if line.startswith("http")]


def every_turn(house: House, session: Session, post: Callable[[], object]) -> None:
    """Every kind of letter is sent once or more."""
    publisher, drafter = (house.user(session, role).actor for role in ("publisher", "drafter"))
    draft = house.position(session, body="One.\n\nTwo words here.")
    alder, birch = (house.partner(session, name, f"Ana {name}", f"Ben {name}") for name in ("Alder", "Birch"))
    (invitation, *_) = house.invite(session, draft, alder)
    post()
    made = house.comment(session, invitation, "Say who pays.", "Two words here.")
    consultations.settle_comment(house.act(session, drafter), made, outcome="taken_up", note="")
    house.ask(session, house.checked(session, draft), [alder, birch])
    post()
    house.say(session, draft, "Alder")
    house.say(session, draft, "Birch", "decline")
    post()
    later = house.revised(session, draft, title="Fund each coordinator", body="One.\n\nTwo other words here.")
    house.ask(session, house.checked(session, later), [alder, birch, house.partner(session, "Cedar")])
    post()
    proposal = house.propose(session, later, "Birch", "Birch of Ohio")
    post()
    name_proposals.settle_name(house.act(session, publisher), proposal, accepted=True)
    outside = house.refer(session, later, "Birch", "cleo@elsewhere.example").referral
    post()
    referrals.settle_referral(house.act(session, publisher), outside, accepted=True)
    house.move(session, later, house.clock() + timedelta(days=9))
    house.fresh(session, house.link(session, later, "Cedar"))
    house.correct(session, alder.contacts[1], email="ben@new.example")
    post()
    house.remind(session, later)
    house.say(session, later, "Alder")
    house.publish(session, later)
    post()
    house.clock.advance(minutes=1)
    house.withdraw(session, later, "Alder")
    house.say(session, later, "Cedar")
    house.clock.advance(minutes=1)
    house.contest(session, later, "Cedar")
    post()
    house.drop(session, later, "Birch")
    post()
    house.clock.advance(days=10)


@pytest.fixture
def sent(house: House, sink: Sink, deliver: Turn) -> Sink:
    """All letters of every turn."""
    with house.database.writer() as session:

        def post() -> None:
            session.commit()
            deliver()

        every_turn(house, session, post)
        session.commit()
    work_once(house.worker())
    return sink


ABOUT_NO_LINK = {"contact_changed", "contact_confirmed", "comment_settled"}
ABOUT_NO_TEXT = {"contact_changed", "contact_confirmed", "digest"}


def test_every_kind_is_sent_and_each_is_whole(house: House, sent: Sink) -> None:
    with house.database.reading() as session:
        rows = session.execute(select(Letter.kind, Letter.state, Letter.message_id, Letter.last_reply)).all()
        failed = [(kind, reply) for kind, state, _, reply in rows if state not in ("sent", "canceled")]
        assert failed == []
        kind_of = {message_id: kind for kind, state, message_id, _ in rows if state == "sent"}
        every = set(session.scalars(select(Letter.kind)))
        assert every == set(kind_of.values())
        digests = set(session.scalars(select(Version.digest)))
    assert len(every) == 22
    for letter in sent.letters:
        kind = kind_of[letter["Message-ID"].strip("<>").split("@")[0]]
        text, html = text_of(letter), html_of(letter)
        to_staff = "@coalition.example" in letter["To"]
        assert len(links(letter)) == (0 if kind in ABOUT_NO_LINK and not to_staff else 1), (kind, text)
        assert kind in ABOUT_NO_TEXT or any(digest in text for digest in digests), (kind, text)
        longest = {"request": 24, "reminder": 26, "deadline_moved": 26, "replaced": 38}.get(kind, 30)
        assert len(text.splitlines()) <= longest, (kind, text)
        assert "{" not in text and "None" not in text and "  " not in text.replace("\n  ", "\n"), (kind, text)
        assert "<img" not in html and "src=" not in html
        assert len(letter.get_all("Reply-To", [])) == 1
        has_calendar = any(part.get_content_type() == "text/calendar" for part in letter.walk())
        assert has_calendar == (kind in ("request", "replaced", "reminder", "deadline_moved", "recalled")), kind


def asks_again(letter: EmailMessage) -> bool:
    return str(letter["Subject"]).startswith("Text changed: please answer again for ")


def test_the_letter_of_a_changed_text_says_what_changed(sent: Sink) -> None:
    letter = next(letter for letter in sent.to("ana@alder.example") if asks_again(letter))
    assert letter["Subject"] == "Text changed: please answer again for Alder by December 1, 2026: Fund each coordinator"
    said = flat(letter)
    assert "asks Alder to decide again by Tuesday, December 1, 2026, 7:00 a.m. EST (12:00 UTC) whether" in said
    assert "version 1, which Alder approved. That approval does not count for version 2." in said
    assert (
        "What changed, in the words of the Coalition's staff: > Changed Text, before: Two words here. now: Two other "
        "words here. Title, before: Fund the coordinator now: Fund each coordinator"
    ) in said
    html = BeautifulSoup(html_of(letter), "html.parser")
    assert [mark.text.strip() for mark in html.select("del")] == ["the"]
    assert [mark.text.strip() for mark in html.select("ins")] == ["other", "each"]
    declined = next(letter for letter in sent.to("ana@birch.example") if asks_again(letter))
    assert "The text has changed since version 1, which we asked Birch about." in flat(declined)
    assert not [letter for letter in sent.to("ana@cedar.example") if asks_again(letter)]


def test_the_old_address_and_the_others_hear_of_a_new_one(house: House, sent: Sink) -> None:
    told = [letter for letter in sent.letters if letter["Subject"] == "Contact changed: Alder"]
    assert sorted(letter["To"] for letter in told) == [
        "Ana Alder <ana@alder.example>",
        "Ben Alder <ben@alder.example>",
    ]
    by_address = {letter["To"]: flat(letter) for letter in told}
    assert "ben@new.example" in by_address["Ana Alder <ana@alder.example>"]
    # Whoever lost the address need not learn the new one; but that something changed, and whom to tell.
    assert "ben@new.example" not in by_address["Ben Alder <ben@alder.example>"]
    with house.database.reading() as session:
        assert set(session.scalars(select(Letter.address))) == {None}  # forgotten once it has left


def test_the_colleague_gets_a_link_of_their_own(sent: Sink) -> None:
    colleague = sent.to("cleo@elsewhere.example")[0]
    assert "named you as the person who can answer" in flat(colleague)
    assert links(colleague)[0] not in " ".join(flat(letter) for letter in sent.to("ana@birch.example"))


def test_the_round_that_closed_is_told_with_its_numbers(sent: Sink) -> None:
    closed = next(letter for letter in sent.to("publisher@coalition.example") if "Round closed" in letter["Subject"])
    assert "Three partners were asked: one withdrew, one contested an answer and one no longer asked." in flat(closed)


def test_the_deadline_goes_into_a_calendar_without_a_link(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        secret = house.secret(house.link(session, version, "Alder"))
        house.clock.advance(minutes=5)
        deadline = house.move(session, version, datetime(2026, 12, 4, 22, tzinfo=UTC)) and datetime(
            2026, 12, 4, 22, tzinfo=UTC
        )
    deliver()
    (part,) = [part for part in sink.letters[0].walk() if part.get_content_type() == "text/calendar"]
    assert part.get_filename() == "deadline.ics"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes) and secret.encode() not in content
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert event["dtstart"].dt == deadline
    assert event["summary"] == "Answer due for Alder: Fund the coordinator"


@pytest.mark.parametrize("turn", ["answered", "dropped", "recalled", "referred", "closed", "replaced"])
def test_nothing_is_asked_once_it_is_overtaken(house: House, sink: Sink, deliver: Turn, turn: str) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
    deliver()
    with house.database.unit_of_work() as session:
        house.remind(session, version)
    with house.database.unit_of_work() as session:
        if turn == "answered":
            house.say(session, version, "Alder", "abstain")
        elif turn == "dropped":
            house.drop(session, version, "Alder")
        elif turn == "recalled":
            house.recall(session, version)
        elif turn == "referred":
            house.refer(session, version, "Alder", "cleo@alder.example")
        elif turn == "closed":
            house.clock.advance(days=8)
        else:
            later = house.checked(session, house.revised(session, version))
            house.ask(session, later, [house.partner(session, "Birch")])
    deliver()
    assert not [letter for letter in sink.letters if letter["Subject"].startswith("Reminder")]
    with house.database.reading() as session:
        (reminder,) = session.scalars(select(Letter).where(Letter.kind == "reminder"))
        assert reminder.state == "canceled" and reminder.last_reply


def test_who_answered_meanwhile_is_not_asked_to_confirm(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Birch", "abstain")
        house.clock.advance(minutes=1)
        for partner in ("Alder", "Birch"):
            ask_to_confirm(
                house.act(session, house.user(session, "publisher").actor), house.link(session, version, partner).id
            )
        house.clock.advance(minutes=1)
        house.say(session, version, "Alder")
    deliver()
    with house.database.reading() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "confirm").order_by(Letter.id))
        assert [(letter.state, letter.last_reply or "") for letter in letters] == [
            ("canceled", "The contact has answered since."),
            ("sent", ""),
        ]
    assert [letter["To"] for letter in sink.letters if letter["Subject"].startswith("Please confirm")] == [
        letter["To"] for letter in sink.to("ana@birch.example") if letter["Subject"].startswith("Please confirm")
    ]


def test_no_one_is_invited_by_an_invitation_that_has_ended(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        drafted = house.position(session)
        house.invite(session, drafted, house.partner(session, "Alder"), house.partner(session, "Birch"))
        house.leaves(session, "Alder")
    deliver()
    with house.database.reading() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "invited").order_by(Letter.id)).all()
        assert [(item.contact.email, item.state) for item in letters if item.contact] == [
            ("ana@alder.example", "canceled"),
            ("ana@birch.example", "sent"),
        ]
    assert not [letter for letter in sink.letters if letter["To"] and "ana@alder.example" in letter["To"]]


def test_a_removed_contact_hears_of_it_and_of_nothing_else(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        contact = house.link(session, version, "Alder").contact
        administrator = house.user(session, "administrator").actor
        contacts.remove_contact(house.act(session, administrator), contact)
    deliver()
    assert only(sink, "ana@alder.example")["Subject"] == "Contact changed: Alder"


def test_names_and_titles_with_braces_and_markup_stay_literal(house: House, sink: Sink, deliver: Turn) -> None:
    odd = "Braces {{ 7*7 }} <b>& Co"
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, title="Fund {0} %s <i>now</i>"))
        contacts_ = (ContactForm("Ana Odd", "ana@odd.example"),)
        administrator = house.user(session, "administrator").actor
        partner, _ = add_partner(house.act(session, administrator), PartnerForm(odd, contacts=contacts_))
        house.ask(session, version, [partner], message="{% raw %} & <u>")
    deliver()
    letter = sink.letters[0]
    assert odd in flat(letter) and "Fund {0} %s <i>now</i>" in flat(letter) and "{% raw %} & <u>" in flat(letter)
    assert "Braces {{ 7*7 }} &lt;b&gt;&amp; Co" in " ".join(html_of(letter).split())


def test_the_private_word_is_repeated_to_its_writer_alone(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
        house.say(session, version, "Alder", "decline", reason="Not this year.", note="Please do not tell Ben.")
    deliver()
    ana, ben = only(sink, "ana@alder.example"), only(sink, "ben@alder.example")
    assert "Reason: Not this year." in flat(ana) and "Reason: Not this year." in flat(ben)
    assert "Private note to the Coalition's staff: Please do not tell Ben." in flat(ana)
    assert "do not tell" not in flat(ben) and "do not tell" not in html_of(ben)


def test_anyone_who_is_removed_still_hears_who_was_added_before(house: House, sink: Sink, deliver: Turn) -> None:
    """An insider adds a contact of their own and removes the real one before the letters leave."""
    with house.database.unit_of_work() as session:
        partner = house.partner(session, "Alder")
        administrator = house.user(session, "administrator").actor
        form = ContactForm("Mallory Insider", "mallory@evil.example")
        contacts.add_contact(house.act(session, administrator), partner, form)
        contacts.remove_contact(house.act(session, administrator), partner.contacts[0])
    deliver()
    told = [flat(letter) for letter in sink.to("ana@alder.example")]
    assert len(told) == 2
    assert "Mallory Insider was added as a contact of Alder" in told[0]
    assert "Ana Alder is no longer registered as a contact of Alder" in told[1]
    assert "Email address: ana@alder.example" in told[1]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_recall_says_that_what_is_public_stays(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
        later = house.checked(session, house.revised(session, version))
        house.ask(session, later, [house.link(session, version, "Alder").request.partner])
    deliver()
    with house.database.unit_of_work() as session:
        house.recall(session, session.merge(later))
    deliver()
    words = flat(sink.to("ana@alder.example")[-1])
    assert "no longer asks Alder whether it approves version 2 of the position" in words
    assert "Alder is not named on this version. Nothing that is already public changes." in words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_who_comes_after_the_answer_gets_a_link_and_reads_that_it_is_given(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        administrator, link = house.user(session, "administrator").actor, house.link(session, version, "Alder")
        form = ContactForm("Cy New", "cy@alder.example")
        contacts.add_contact(house.act(session, administrator), link.request.partner, form)
        house.fresh(session, house.link(session, version, "Birch"))
    deliver()
    (new,), fresh = sink.to("cy@alder.example"), sink.to("ana@birch.example")[-1]
    assert new["Subject"] == "Your link for Alder: Fund the coordinator" and "/r/" in flat(new)
    assert "As a contact of Alder, you have your own link" in flat(new) and "Alder has answered." in flat(new)
    assert "no longer works" not in flat(new) and "only if you approve" not in flat(new)
    assert fresh["Subject"] == "Your new link for Birch: Fund the coordinator"
    assert "Your earlier link to it no longer works." in flat(fresh) and "only if you approve" in flat(fresh)


def test_an_old_address_is_forgotten_when_its_letter_is_refused_too(house: House, sink: Sink, deliver: Turn) -> None:
    sink.refusals["ana@alder.example"] = "550 No such mailbox"
    with house.database.unit_of_work() as session:
        contact = house.partner(session, "Alder").contacts[0]
        house.correct(session, contact, email="ana@new.example")
        assert session.scalars(select(Letter.address)).all() == ["ana@alder.example"]
    assert deliver() == ["failed"]
    with house.database.reading() as session:
        assert session.scalars(select(Letter.address)).all() == [None]


def test_who_is_dropped_and_asked_again_hears_only_the_question(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.drop(session, version, "Alder")
        house.clock.advance(minutes=1)
        house.ask(session, version, [house.link(session, version, "Alder").request.partner])
    deliver()
    assert [letter["Subject"][:13] for letter in sink.to("ana@alder.example")] == ["Please answer"]


def test_a_colleague_is_not_asked_once_the_round_is_over(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
        house.recall(session, version)
    deliver()
    assert not sink.to("cleo@alder.example")


def test_a_new_address_is_told_from_when_on_it_answers_and_a_settled_one_is_not(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.correct(session, house.link(session, version, "Alder").contact, email="ana@new.example")
    deliver()
    waits = "You can answer starting Wednesday, November 25, 2026, 7:00 a.m. EST (12:00 UTC), or sooner"
    assert waits in flat(only(sink, "ana@new.example"))
    house.clock.advance(days=1)
    with house.database.unit_of_work() as session:
        house.remind(session, version)
    deliver()
    reminder = sink.to("ana@new.example")[-1]
    assert reminder["Subject"] == "Reminder to answer for Alder by December 1, 2026: Fund the coordinator"
    assert "address is new to us" not in flat(reminder)


def test_staff_hear_of_a_referral_within_the_partners_own_domain(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
    deliver()
    told = only(sink, "publisher@coalition.example")
    assert told["Subject"] == "Cleo Colleague will answer for Alder"
    assert "Ana Alder of Alder named Cleo Colleague" in flat(told)


def test_what_was_taken_back_is_told_to_the_partner_and_to_staff(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
    deliver()
    with house.database.unit_of_work() as session:
        house.take_colleague_back(session, version, "Alder")
    deliver()
    own, staff = sink.to("ana@alder.example")[-1], sink.to("publisher@coalition.example")[-1]
    assert own["Subject"] == f"Ana Alder can answer for Alder again: {version.title}"
    assert "Ana Alder named Cleo Colleague to answer for Alder" in flat(own) and "/r/" in flat(own)
    assert staff["Subject"] == "Ana Alder can answer for Alder again"
    assert "/versions/1/round" in flat(staff)
    assert "is no longer registered as a contact of Alder" in flat(sink.to("cleo@alder.example")[-1])


def test_nothing_is_told_of_a_colleague_taken_back_once_another_is_named(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "clee@alder.example")
        house.take_colleague_back(session, version, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
    deliver()
    assert not [letter for letter in sink.to("ana@alder.example") if "again" in str(letter["Subject"])]
