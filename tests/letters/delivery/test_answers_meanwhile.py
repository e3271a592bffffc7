"""While answers come in, each email is still true when it leaves, and few are written for nothing."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from signoff.letters.delivery import claimed_letters
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.letters.delivery.writing import LetterWriter
from signoff.models import Letter, Version
from tests.house import House
from tests.letters.sink import Sink

NAMES = [f"Partner Number {number}" for number in range(100)]
ANSWERING = NAMES[-20:]


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many letters were written at once, each time."""
    sizes: list[int] = []
    write = LetterWriter.write

    def counting(self: LetterWriter, session: Session, ids: Collection[int], *, at: datetime):  # type: ignore[no-untyped-def]
        sizes.append(len(ids))
        return write(self, session, ids, at=at)

    monkeypatch.setattr(LetterWriter, "write", counting)
    return sizes


def test_anyone_who_answers_meanwhile_is_not_asked_and_little_is_written_twice(
    house: House, sink: Sink, written: list[int]
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *NAMES)
    claimed: list[str] = []
    event.listen(
        house.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: claimed.append(statement) if "SET claimed_until" in statement else None,
    )
    states, waiting = [], list(reversed(ANSWERING))
    for state in LetterDelivery(house.database, house.settings, house.clock).deliver_due():
        states.append(state)
        if len(states) % 4 == 0 and waiting:
            with house.database.unit_of_work() as session:
                house.say(session, version, waiting.pop())
    asked = {letter["To"].addresses[0].addr_spec for letter in sink.letters}
    assert states == ["sent"] * 80 + ["canceled"] * 20
    with house.database.reading() as session:
        canceled = session.scalars(select(Letter).where(Letter.state == "canceled")).all()
        assert {letter.contact.partner.name for letter in canceled if letter.contact} == set(ANSWERING)
        assert asked.isdisjoint(letter.contact.email for letter in canceled if letter.contact)
    assert len(asked) == 80
    # All at once first; then no more than leave before the next answer, of which there are twenty.
    assert written[0] == 100 and max(written[1:]) <= 20 and len(written) <= 26
    assert claimed == []


def test_when_it_is_quiet_again_many_are_written_at_once(house: House, sink: Sink, written: list[int]) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *NAMES)
    for number, _ in enumerate(LetterDelivery(house.database, house.settings, house.clock).deliver_due()):
        if number == 0:
            with house.database.unit_of_work() as session:
                house.say(session, version, NAMES[-1])
    assert written == [100, 20, 40, 39]


def test_what_takes_long_to_deliver_stays_in_hand(house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim is renewed in time: it never ends while its holder still delivers."""
    monkeypatch.setattr(claimed_letters, "_FRESH_FOR", 0.0)
    monkeypatch.setattr(claimed_letters, "_RENEWED_EVERY", 0.0)
    with house.database.unit_of_work() as session:
        house.asked(session, *NAMES[:12])
    states = []
    for state in LetterDelivery(house.database, house.settings, house.clock).deliver_due():
        states.append(state)
        house.clock.advance(minutes=1)
        with house.database.reading() as session:
            ends = session.scalars(select(Letter.claimed_until).where(Letter.state == "sending")).all()
        assert all(end and end >= house.clock() + timedelta(minutes=3) for end in ends)
    assert states == ["sent"] * 12


def act_while_writing(house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[Session], object]) -> None:
    """Let someone act each time after letters were written, before any of them leaves."""
    write = LetterWriter.write

    def written(self: LetterWriter, session: Session, ids: Collection[int], *, at: datetime):  # type: ignore[no-untyped-def]
        made = write(self, session, ids, at=at)
        with house.database.unit_of_work() as other:
            act(other)
        return made

    monkeypatch.setattr(LetterWriter, "write", written)


@pytest.mark.parametrize("times", [1, 3])
def test_a_decline_that_was_overtaken_while_emails_were_written_is_not_told(
    house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.leave(session, Letter.kind == "request")
        house.say(session, version, "Alder", "decline")
    answers = ["approve", "abstain", "approve"][-times:]
    act_while_writing(house, monkeypatch, lambda other: answers and house.say(other, version, "Alder", answers.pop(0)))
    states = list(LetterDelivery(house.database, house.settings, house.clock).deliver_due())
    # The drafter and the publisher would have read that Alder declined; receipts wait until they are sealed.
    assert states == ["canceled"] * 2 and sink.letters == [] and answers == []


@pytest.fixture
def version(house: House) -> Version:
    """A version about which an email to Birch alone still waits; Alder can answer meanwhile."""
    with house.database.unit_of_work() as session:
        asked = house.asked(session, "Alder", "Birch")
        house.leave(session, Letter.kind == "request", Letter.contact.has(email="ana@alder.example"))
    return asked


def test_an_email_that_is_overtaken_each_time_stays_behind(
    house: House, sink: Sink, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["approve", "abstain"] * 2

    def answer_then_recall(other: Session) -> None:
        if answers:
            house.say(other, version, "Alder", answers.pop())
        elif house.round(other, version).ended_at is None:
            house.recall(other, version)

    def asking() -> Letter:
        with house.database.reading() as session:
            who = Letter.contact.has(email="ana@birch.example")
            return session.scalars(select(Letter).where(Letter.kind == "request", who)).one()

    act_while_writing(house, monkeypatch, answer_then_recall)
    delivery = LetterDelivery(house.database, house.settings, house.clock)
    assert next(delivery.deliver_due()) == "queued" and answers == []
    assert sink.to("ana@birch.example") == [] and (asking().state, asking().attempts) == ("queued", 0)
    house.clock.advance(seconds=3)
    list(delivery.deliver_due())
    assert asking().state == "canceled"
    assert [letter["Subject"] for letter in sink.to("ana@birch.example")] == []


def test_an_email_that_was_overtaken_leaves_once_it_is_quiet(
    house: House, sink: Sink, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["approve", "abstain"] * 3
    act_while_writing(house, monkeypatch, lambda other: answers and house.say(other, version, "Alder", answers.pop()))
    delivery = LetterDelivery(house.database, house.settings, house.clock)
    assert list(delivery.deliver_due()) == ["queued"] and len(answers) == 1
    house.clock.advance(seconds=3)
    assert list(delivery.deliver_due()) == ["sent"] and answers == []
    assert len(sink.to("ana@birch.example")) == 1
