"""Who is reminded: every state a request can be in, before, at and after the instant, and after an outage."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import NotAllowed, RoundClosed
from signoff.models import Contact, Entry, Letter, Link, Partner, Version
from signoff.services.record.record import facts_of
from signoff.services.rounds.reminders import remind_now, who_is_reminded
from tests.house import House

NAMES = ("Approved", "Declined", "Abstained", "Withdrawn", "Contested", "Removed", "Dropped", "Undeliverable", "Gone")


def everyone(house: House, session: Session) -> Version:
    """One partner in each state that is not to be reminded, and two that wait; asked long before."""
    version = house.asked(session, *NAMES, "Waiting", "Also Waiting")
    for name in ("Approved", "Withdrawn", "Contested", "Removed"):
        house.say(session, version, name)
    house.say(session, version, "Declined", "decline")
    house.say(session, version, "Abstained", "abstain")
    house.withdraw(session, version, "Withdrawn")
    house.contest(session, version, "Contested")
    house.remove(session, version, "Removed")
    house.drop(session, version, "Dropped")
    unreachable = house.link(session, version, "Undeliverable")
    house.leave(session, Letter.link_id == unreachable.id, as_="failed")
    gone = session.scalars(select(Contact).join(Partner).where(Partner.name == "Gone")).one()
    gone.removed_at = house.clock()
    session.flush()
    house.leave(session)
    return version


def due(house: House, session: Session) -> int:
    return house.remind_due(session)


def reminders(session: Session) -> list[str]:
    query = select(Partner.name).join(Link, Link.partner_id == Partner.id).join(Letter, Letter.link_id == Link.id)
    return sorted(session.scalars(query.where(Letter.kind == "reminder")))


def last(session: Session) -> Entry:
    return session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        ({"days": 3, "hours": 23}, []),  # before the first instant that lies after the asking
        ({"days": 4}, ["Also Waiting", "Waiting"]),  # at it
        ({"days": 4, "minutes": 1}, ["Also Waiting", "Waiting"]),  # after it
        ({"days": 6, "hours": 12}, ["Also Waiting", "Waiting"]),  # two instants in an outage: one letter
        ({"days": 7, "seconds": 1}, []),  # closed
    ],
)
def test_only_those_who_wait_are_reminded(
    house: House, session: Session, wait: dict[str, int], expected: list[str]
) -> None:
    everyone(house, session)
    house.clock.advance(**wait)
    assert due(house, session) == len(expected)
    assert due(house, session) == 0
    assert reminders(session) == expected


def test_the_plan_of_seven_days_begins_with_the_third_day_before(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.leave(session)
    counts = []
    for _ in range(8 * 24):
        counts.append(due(house, session))
        house.leave(session)
        house.clock.advance(hours=1)
    assert [hour for hour, count in enumerate(counts) if count] == [4 * 24, 6 * 24]
    entry = last(session)
    assert (entry.kind, entry.actor) == ("partners_reminded", "worker")
    assert facts_of(entry) == {
        "position": version.position.slug,
        "version": 1,
        "partners": ["alder"],
        "planned": True,
    }


def test_a_late_name_is_not_reminded_of_what_it_was_asked_just_now(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.clock.advance(days=3, hours=20)
    house.ask(session, version, [house.partner(session, "Birch")], deadline=house.round(session, version).deadline)
    house.clock.advance(hours=4)
    house.leave(session)
    assert due(house, session) == 1
    assert reminders(session) == ["Alder"]


def test_the_plan_adds_no_letter_to_one_that_has_not_left(house: House, session: Session) -> None:
    house.asked(session, "Alder")
    house.clock.advance(days=5)
    assert due(house, session) == 0
    house.leave(session)
    assert due(house, session) == 1


def test_a_moved_deadline_moves_its_reminders(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.clock.advance(days=3)
    house.leave(session)
    assert house.move(session, version, house.clock() + timedelta(days=6)) == ["Alder"]
    house.leave(session)
    house.clock.advance(days=2)
    assert due(house, session) == 0
    house.clock.advance(days=1)
    assert due(house, session) == 1


def test_by_hand_goes_to_exactly_those_shown_and_once_a_day(house: House, session: Session) -> None:
    version = everyone(house, session)
    round_ = house.round(session, version)
    shown = [waiting_partner.partner.name for waiting_partner in who_is_reminded(session, round_, at=house.clock())]
    assert shown == ["Also Waiting", "Waiting"]
    assert house.remind(session, version) == shown
    assert house.remind(session, version) == []
    entries = session.scalars(select(Entry).where(Entry.kind == "partners_reminded")).all()
    assert len(entries) == 1
    house.clock.advance(hours=24)
    assert house.remind(session, version) == shown


def test_no_one_is_reminded_after_closing_and_only_publishers_remind(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    round_ = house.round(session, version)
    with pytest.raises(NotAllowed):
        remind_now(house.act(session, house.user(session, "drafter").actor), round_)
    house.clock.advance(days=7)
    assert house.remind(session, version) == ["Alder"]  # the instant of the deadline still counts
    house.clock.advance(seconds=1)
    with pytest.raises(RoundClosed):
        house.remind(session, version)


def test_who_handed_over_is_not_reminded_but_the_colleague_is(house: House, session: Session) -> None:
    version = house.checked(session, house.position(session))
    house.ask(session, version, [house.partner(session, "Alder", "Ana Alder")])
    house.refer(session, version, "Alder", "cleo@alder.example")
    house.leave(session)
    house.clock.advance(days=4)
    due(house, session)
    links = session.scalars(select(Letter.contact_id).where(Letter.kind == "reminder")).all()
    names = [session.get_one(Contact, number).full_name for number in links if number]
    assert names == ["Cleo Colleague"]
