"""Who could still answer when a text is retired or overtaken: told once that no answer is needed, and no one else."""

from collections.abc import Callable
from email.message import EmailMessage

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Letter, Partner, Version
from tests.house import House
from tests.letters.sink import Sink, text_of

Turn = Callable[[], list[str]]
SUBJECT = "No answer needed from {}: Fund the coordinator"


def flat(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def released(sink: Sink) -> dict[str, EmailMessage]:
    """The letters that say that no answer is needed, by whom they went to; two to one address would be one too many."""
    letters = [letter for letter in sink.letters if letter["Subject"].startswith("No answer needed")]
    assert len({letter["To"] for letter in letters}) == len(letters)
    return {str(letter["To"]): letter for letter in letters}


def published_meanwhile(house: House, session: Session) -> Version:
    """A public version: Alder approved it, Birch declined, Cedar abstained, Delta has two contacts and no answer."""
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.ask(session, version, [house.partner(session, "Delta", "Ana Delta", "Bo Delta")])
    house.say(session, version, "Alder")
    house.say(session, version, "Birch", "decline")
    house.say(session, version, "Cedar", "abstain")
    house.publish(session, version)
    return version


def test_those_who_could_still_answer_are_told_that_the_position_is_retired(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        published_meanwhile(house, session)
    deliver()
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, 1))
    deliver()
    told = released(sink)
    assert set(told) == {"Ana Delta <ana@delta.example>", "Bo Delta <bo@delta.example>"}
    letter = told["Ana Delta <ana@delta.example>"]
    assert letter["Subject"] == SUBJECT.format("Delta")
    assert (
        "has retired the position “Fund the coordinator” and no longer asks Delta whether it approves it. You do not "
        "need to do anything. The reason: > Overtaken by the law. Delta is not named on this version. Version"
    ) in flat(letter)
    (part,) = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    (event,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert event["status"] == "CANCELLED"


@pytest.mark.parametrize("turn", ["never asked", "deadline passed", "dropped", "recalled before"])
def test_anyone_who_could_not_answer_hears_nothing_of_it(house: House, sink: Sink, deliver: Turn, turn: str) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        if turn != "never asked":
            house.leave(session, Letter.kind == "request")
        if turn == "dropped":
            house.drop(session, version, "Birch")
        if turn == "recalled before":
            house.recall(session, version)
    if turn == "deadline passed":
        house.clock.advance(days=8)
    with house.database.unit_of_work() as session:
        before = session.scalars(select(Letter.id).where(Letter.kind == "recalled")).all()
        house.retire(session, session.get_one(Version, 1))
        assert session.scalars(select(Letter.id).where(Letter.kind == "recalled")).all() == before
    deliver()
    assert not [words for words in map(flat, released(sink).values()) if "has retired" in words]


def test_a_contact_who_handed_over_is_not_told_but_the_colleague_is(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.leave(session, Letter.kind == "request")
        house.refer(session, version, "Birch", "cleo@birch.example")
    deliver()
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, 1))
    deliver()
    assert [to.split("<")[1] for to in released(sink)] == ["cleo@birch.example>"]


@pytest.mark.parametrize("is_public", [True, False])
def test_a_later_version_that_is_published_at_once_ends_the_question_too(
    house: House, sink: Sink, deliver: Turn, is_public: bool
) -> None:
    """No one was asked about the later version, so no other email tells those who wait about the earlier one."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        if is_public:
            house.publish(session, version)
    deliver()
    with house.database.unit_of_work() as session:
        house.publish(session, house.checked(session, house.revised(session, session.get_one(Version, 1))))
    deliver()
    (letter,) = released(sink).values()
    assert "Ana Birch" in letter["To"]
    assert (
        "has published version 2 of the position “Fund the coordinator” and no longer asks Birch whether it approves "
        "version 1. You do not need to do anything. Birch is not named on this version."
    ) in flat(letter)


def test_those_asked_about_a_later_version_go_on_when_the_earlier_one_is_retired(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
    deliver()
    with house.database.unit_of_work() as session:
        later = house.checked(session, house.revised(session, session.get_one(Version, 1)))
        house.ask(session, later, session.scalars(select(Partner)).all())
    deliver()
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, 1))
    deliver()
    assert released(sink) == {}
