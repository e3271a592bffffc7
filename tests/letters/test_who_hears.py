"""Who hears of what: no one of the end of a question never asked, everyone whose name is gone, and only what is so."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from signoff.models import Letter, Partner, Version
from tests.house import House
from tests.letters.sink import Sink, text_of

Turn = Callable[[], list[str]]
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


def flat(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def subjects(sink: Sink, name: str) -> list[str]:
    return [str(letter["Subject"]) for letter in sink.to(f"ana@{name.lower()}.example")]


def ends(subject: str) -> bool:
    return subject.startswith("No answer needed") or "is no longer named: " in subject


def test_anyone_who_was_never_asked_hears_of_no_recall(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.leave(session, Letter.contact_id == 1)
        assert house.recall(session, version).letters == 1
    deliver()
    assert [len(subjects(sink, name)) for name in ("Alder", "Birch")] == [1, 0]
    assert ends(subjects(sink, "Alder")[0])
    with house.database.reading() as session:
        assert session.scalars(select(Letter.contact_id).where(Letter.kind == "recalled")).all() == [1]


def test_a_question_that_never_arrived_after_all_is_not_said_to_have_ended(
    house: House, sink: Sink, deliver: Turn
) -> None:
    """The recall found the question on its way; the server then put it off, and it is never asked."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        session.execute(update(Letter).values(state="sending", claimed_until=house.clock()))
        house.recall(session, version)
    with house.database.unit_of_work() as session:
        put_off = update(Letter).where(Letter.kind == "request").values(state="queued", claimed_until=None)
        session.execute(put_off)
    deliver()
    assert subjects(sink, "Alder") == []


def test_what_an_email_says_of_an_answer_is_so_when_it_leaves(house: House, sink: Sink, deliver: Turn) -> None:
    names = [f"Partner {number}" for number in range(6)]
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names, "Alder")
        for name in (*names, "Alder"):
            house.say(session, version, name, "decline")
        for name in names:
            house.say(session, version, name)
        house.say(session, version, "Alder", "decline", reason="Never.")
    deliver()
    to_staff = sink.to("publisher@coalition.example")
    (declined,) = [letter for letter in to_staff if letter["Subject"].startswith("Alder declined")]
    assert declined["Subject"].startswith("Alder declined") and "> Never." in flat(declined)
    earlier, later = (letter for letter in sink.letters if "partner-0" in letter["To"])
    assert earlier["Subject"] == "Receipt for an earlier answer from Partner 0: Fund the coordinator"
    assert "That answer has since been replaced and no longer counts." in flat(earlier)
    assert later["Subject"] == "Receipt: Partner 0 approved “Fund the coordinator”"


def test_anyone_who_is_named_no_more_is_told_when_a_version_replaces_theirs(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta")
        for name in ("Alder", "Birch", "Cedar"):
            house.say(session, version, name)
        house.publish(session, version)
        house.withdraw(session, version, "Cedar")
    deliver()
    with house.database.unit_of_work() as session:
        later = house.checked(session, house.revised(session, session.get_one(Version, 1)))
        house.ask(session, later, session.scalars(select(Partner).where(Partner.name == "Birch")).all())
        house.say(session, later, "Birch")
        house.publish(session, later)
    deliver()
    assert [letter for letter in map(str, subjects(sink, "Alder")) if ends(letter)] == [
        "Alder is no longer named: Fund the coordinator"
    ]
    told = flat(sink.to("ana@alder.example")[-1])
    assert "has published version 2 of the position “Fund the coordinator”. Alder was named on version 1" in told
    assert "not named on version 2, because the Coalition for Community Schools did not ask Alder about that" in told
    assert not [subject for name in ("Birch", "Cedar", "Delta") for subject in subjects(sink, name) if ends(subject)]


def asked_about_later_version(house: House, session: Session) -> Version:
    """Version 2, about which Alder is asked while it is named on version 1."""
    version = house.asked(session, "Alder")
    house.say(session, version, "Alder")
    house.publish(session, version)
    later = house.checked(session, house.revised(session, version))
    house.ask(session, later, session.scalars(select(Partner)).all())
    return later


@pytest.mark.parametrize("turn", ["waiting", "declined", "closed", "dropped"])
def test_a_partner_that_was_asked_about_the_later_version_reads_whether_it_can_still_approve_it(
    house: House, sink: Sink, deliver: Turn, turn: str
) -> None:
    with house.database.unit_of_work() as session:
        later = asked_about_later_version(house, session)
        if turn == "declined":
            house.say(session, later, "Alder", "decline")
        if turn == "dropped":
            house.drop(session, later, "Alder")
        house.publish(session, later)
    if turn == "closed":
        house.clock.advance(days=8)
    deliver()
    told = flat(next(letter for letter in sink.letters if "is no longer named: " in letter["Subject"]))
    not_approved = "It is not named on version 2, because Alder has not approved that version."
    assert (not_approved in told) is (turn != "dropped")
    still = f"{not_approved} It can still do so until Tuesday, December 1, 2026, 7:00 a.m. EST (12:00 UTC), through the"
    assert (f"{still} link in our email about version 2." in told) is (turn in ("waiting", "declined"))


def test_anyone_who_approves_the_later_version_in_time_is_not_told_otherwise(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        later = asked_about_later_version(house, session)
        house.publish(session, later)
        house.say(session, later, "Alder")
    deliver()
    assert not [subject for subject in subjects(sink, "Alder") if ends(subject)]


def test_everybody_named_is_told_when_the_position_is_retired(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(
            session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder", public_names=("Alder Trust",))]
        )
        house.ask(session, version, [house.partner(session, "Birch"), house.partner(session, "Cedar")])
        house.say(session, version, "Alder", public_name="Alder Trust")
        house.say(session, version, "Birch")
        house.publish(session, version)
    deliver()
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, 1))
    sent = len(sink.letters)
    deliver()
    named_no_more = [letter for letter in sink.letters[sent:] if "is no longer named: " in letter["Subject"]]
    told = {letter["To"]: flat(letter) for letter in named_no_more}
    assert set(told) == {
        "Ana Alder <ana@alder.example>",
        "Ben Alder <ben@alder.example>",
        "Ana Birch <ana@birch.example>",
    }
    assert (
        "has retired the position “Fund the coordinator”. Alder Trust is no longer named on it. The reason: >"
        in told["Ben Alder <ben@alder.example>"]
    )
