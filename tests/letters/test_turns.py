"""Whose turn it is, over real SMTP: the right people hear of it once, no one of their own act, and no summary lies."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed
from signoff.models import Letter, ReviewAssignment, Version
from signoff.services.accounts.email_choices import choose_emails
from signoff.services.accounts.users import deactivate_user
from signoff.services.answers.digests import begin_digest
from signoff.services.positions.reviewers import ask_reviewer, find_assignment
from signoff.services.rounds.turns import tell_whose_turn
from tests.house import House
from tests.letters.sink import Sink, text_of

Turn = Callable[[], list[str]]
DRAFTER, REVIEWER, PUBLISHER = (f"{role}@coalition.example" for role in ("drafter", "reviewer", "publisher"))


def subjects(sink: Sink, address: str) -> list[str]:
    return [str(letter["Subject"]) for letter in sink.to(address)]


def flat(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def drafted(house: House, title: str = "Open the gates") -> int:
    with house.database.unit_of_work() as session:
        return house.position(session, title).id


def ask_by_name(house: House, session: Session, version: Version, reviewer: int, by: str = "drafter") -> None:
    ask_reviewer(house.act(session, house.user(session, by).actor), version, reviewer)


def test_reviewers_hear_once_that_the_newest_version_waits(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        first = house.position(session, "Open the gates")
        house.add_user(session, "author", ["drafter", "reviewer"])
        house.add_user(session, "second", ["reviewer"])
    house.clock.advance(minutes=14)
    deliver()
    assert not sink.raw, "a drafter may save again before anyone is told"
    with house.database.unit_of_work() as session:
        house.revised(session, session.merge(first), title="Open all gates")
    for _ in range(3):
        house.clock.advance(minutes=16)
        deliver()
    for address in (REVIEWER, "second@coalition.example", "author@coalition.example"):
        assert subjects(sink, address) == ["Ready for a check: Open all gates"]
    assert set(sink.recipients) == {REVIEWER, "second@coalition.example", "author@coalition.example"}
    assert "version 2" in flat(sink.to(REVIEWER)[0]).lower() and "/versions/2/check" in text_of(sink.to(REVIEWER)[0])
    assert all("/r/" not in text_of(letter) for letter in sink.letters)


def test_who_is_asked_by_name_hears_alone_and_is_asked_until_the_check(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session, "Open the gates")
        second = house.add_user(session, "second", ["reviewer"])
        ask_by_name(house, session, version, second.id)
        ask_by_name(house, session, version, second.id)
    house.clock.advance(minutes=30)
    deliver()
    assert subjects(sink, "second@coalition.example") == ["Please check: Open the gates"]
    words = flat(sink.to("second@coalition.example")[0])
    assert "Drafter Person asks you to check version 1" in words
    assert "A reply to this email goes to help@coalition.example." in words
    assert "a person at the Coalition" not in words, "the reader is one"
    assert not sink.to(REVIEWER)
    with house.database.unit_of_work() as session:
        version = session.merge(version)
        house.checked(session, version)
        assert find_assignment(session, version.position) is None
        with pytest.raises(Conflict):
            ask_by_name(house, session, version, second.id)


def test_what_events_overtook_does_not_leave(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session, "Open the gates")
        second = house.add_user(session, "second", ["reviewer"])
        ask_by_name(house, session, version, second.id)
        ask_by_name(house, session, version, house.user(session, "reviewer").id)
        other = house.position(session, "Light the paths")
        house.clock.advance(minutes=20)
        tell_whose_turn(session, other.id, clock=house.clock)
        house.checked(session, other)
        house.ask(session, other, [house.partner(session, "Alder")])
    deliver()
    assert not sink.to("second@coalition.example") and not sink.to(PUBLISHER)
    assert subjects(sink, REVIEWER) == ["Please check: Open the gates"]


def test_only_a_reviewer_who_is_no_author_is_asked_and_only_by_a_drafter(session: Session, house: House) -> None:
    version = house.position(session, "Open the gates")
    author = house.add_user(session, "author", ["drafter", "reviewer"])
    ask_by_name(house, session, version, author.id, by="author")
    assert session.scalars(select(Letter).where(Letter.user_id == author.id)).all() == [], "no one hears of his own act"
    assert find_assignment(session, version.position).reviewer_id == author.id  # type: ignore[union-attr]
    for wrong in (house.user(session, "drafter").id, house.user(session, "publisher").id, 777):
        with pytest.raises(Invalid):
            ask_by_name(house, session, version, wrong)
    with pytest.raises(NotAllowed):
        ask_by_name(house, session, version, house.user(session, "reviewer").id, by="publisher")
    assert len(session.scalars(select(ReviewAssignment)).all()) == 1


def test_publishers_hear_of_a_complete_check_and_that_all_have_answered(
    house: House, sink: Sink, deliver: Turn
) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, "Open the gates"))
        house.add_user(session, "second", ["publisher"])
    deliver()
    assert subjects(sink, PUBLISHER) == subjects(sink, "second@coalition.example") == ["Check complete: Open the gates"]
    assert "Reviewer Person completed the check" in flat(sink.to(PUBLISHER)[0])
    with house.database.unit_of_work() as session:
        version = session.merge(version)
        house.ask(session, version, [house.partner(session, name) for name in ("Alder", "Birch", "Cedar")])
        house.say(session, version, "Alder")
    deliver()
    assert len(sink.to(PUBLISHER)) == 1
    with house.database.unit_of_work() as session:
        version = session.merge(version)
        house.say(session, version, "Birch", "decline")
        house.say(session, version, "Cedar")
    deliver()
    deliver()
    assert subjects(sink, PUBLISHER)[-1] == "All answers are in: Open the gates" and len(sink.to(PUBLISHER)) == 3
    assert "Three partners were asked: two approved and one declined." in flat(sink.to(PUBLISHER)[-1])
    assert len(sink.to("second@coalition.example")) == 1, "it is told to who asked"
    assert subjects(sink, DRAFTER) == ["Birch declined: Open the gates"]
    house.clock.advance(minutes=1)
    with house.database.unit_of_work() as session:
        house.ask(session, session.merge(version), [house.partner(session, "Dogwood")])
        house.say(session, session.merge(version), "Dogwood")
    deliver()
    assert subjects(sink, PUBLISHER).count("All answers are in: Open the gates") == 2


def test_who_drops_the_last_partner_is_not_told_that_all_have_answered(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.drop(session, version, "Birch")
    deliver()
    deliver()
    assert not sink.to(PUBLISHER)


def test_each_kind_can_be_switched_off_by_oneself_alone(house: House, sink: Sink, deliver: Turn) -> None:
    with house.database.unit_of_work() as session:
        reviewer, publisher, drafter = (house.user(session, role) for role in ("reviewer", "publisher", "drafter"))
        for user in (reviewer, publisher, drafter):
            assert choose_emails(house.act(session, user.actor), user, [])
            assert not choose_emails(house.act(session, user.actor), user, [])
        with pytest.raises(NotAllowed):
            choose_emails(house.act(session, drafter.actor), reviewer, ["to_check"])
        house.position(session, "Light the paths")
        asked = house.position(session, "Open the gates")
        ask_by_name(house, session, asked, reviewer.id)
        house.checked(session, house.position(session, "Clean the halls"))
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder", "decline")
    house.clock.advance(hours=3)
    deliver()
    assert set(sink.recipients) == {"ana@alder.example"}
    with house.database.unit_of_work() as session:
        drafter = house.user(session, "drafter")
        choose_emails(house.act(session, drafter.actor), drafter, ["declined"])
        house.say(session, session.merge(version), "Alder", "abstain")
        house.say(session, session.merge(version), "Alder", "decline")
        deactivate_user(house.act(session, house.user(session, "administrator").actor), house.user(session, "reviewer"))
    deliver()
    assert subjects(sink, DRAFTER) == ["Alder declined: Fund the coordinator"]


def test_one_summary_a_day_says_what_is_the_case(house: House, sink: Sink, deliver: Turn) -> None:
    """It is noon in UTC, 7 a.m. in the zone; the summary goes at 8."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Dogwood")
        house.say(session, version, "Alder")
        house.say(session, version, "Birch", "abstain")
        house.say(session, version, "Cedar")
    deliver()
    assert not sink.to(PUBLISHER)
    house.clock.advance(hours=1, minutes=5)
    with house.database.unit_of_work() as session:
        house.remove(session, session.merge(version), "Cedar")
        house.say(session, session.merge(version), "Birch", "decline")
    deliver()
    deliver()
    (digest,) = (letter for letter in sink.to(PUBLISHER) if "Daily summary" in letter["Subject"])
    assert digest["Subject"] == "Daily summary: two answers"
    assert "> Alder approved > Birch declined" in flat(digest) and "Cedar" not in flat(digest)
    assert "one approved, one declined, one with the name removed and one not answered yet" in flat(digest)
    assert subjects(sink, DRAFTER).count("Daily summary: two answers") == 1 and not sink.to(REVIEWER)
    house.clock.advance(days=1)
    deliver()
    # Birch declined after 8 a.m.: that belongs to the next day.
    assert subjects(sink, PUBLISHER)[-1] == "Daily summary: one answer"
    house.clock.advance(days=1)
    deliver()
    assert sum("Daily summary" in subject for subject in subjects(sink, PUBLISHER)) == 2, "nothing happened, no email"


def test_the_hour_is_the_zones_also_when_clocks_change(house: House, sink: Sink, deliver: Turn) -> None:
    house.clock.now = house.clock.now.replace(year=2027, month=3, day=13, hour=14)
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
    deliver()
    house.clock.advance(hours=21, minutes=30)  # 11:30 UTC on the day that clocks go forward: 7:30 a.m. there
    with house.database.unit_of_work() as session:
        house.say(session, session.merge(version), "Alder")
    deliver()
    assert not any("Daily summary" in subject for subject in subjects(sink, PUBLISHER))
    house.clock.advance(minutes=31)  # 12:01 UTC, 8:01 a.m.
    deliver()
    assert sum("Daily summary" in subject for subject in subjects(sink, PUBLISHER)) == 1


def test_two_workers_tell_once(house: House) -> None:
    version_id = drafted(house)
    with house.database.unit_of_work() as session:
        house.say(session, house.asked(session, "Alder"), "Alder")
    house.clock.advance(hours=2)

    both_begin = Barrier(2)

    def tell(_: int) -> int:
        with house.database.unit_of_work() as session:
            told = tell_whose_turn(session, version_id, clock=house.clock)
        both_begin.wait()
        with house.database.unit_of_work() as session:
            return told + begin_digest(session, zone=house.settings.timezone, clock=house.clock)

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(tell, range(2)))
    assert sum(told) == 3, "one reviewer; a drafter and a publisher read the summary"
