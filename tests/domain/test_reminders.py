"""Tables of cases: when a reminder is due, in zones whose clocks change, and after outages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.rounds.reminders import is_due, may_remind, parse_days, planned
from signoff.domain.time import parse_local

ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [("7, 3, 1", (7, 3, 1)), ("1 3 7 3", (7, 3, 1)), ("", ()), ("90", (90,)), ("14,2", (14, 2))],
)
def test_a_plan_is_read(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["0", "91", "-1", "1.5", "seven", "1;2", "¹", "9" * 5000, "1 2 3 4 5 6 7 8 9"])
def test_no_plan_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_days(text)
    assert set(refusal.value.errors) == {"reminder_days"}


# The clocks change on the day of the deadline or in between; the local time of day stays.
CLOCKS = [
    # Auckland: forward on 27 September 2026, back on 5 April 2026
    ("Pacific/Auckland", "2026-09-28T17:00", 3, "2026-09-25T17:00"),
    ("Pacific/Auckland", "2026-04-06T09:00", 1, "2026-04-05T09:00"),
    ("Pacific/Auckland", "2026-09-30T02:30", 3, "2026-09-27T03:30"),  # 02:30 is skipped that night
    # Los Angeles: forward on 8 March 2026, back on 1 November 2026
    ("America/Los_Angeles", "2026-03-09T17:00", 1, "2026-03-08T17:00"),
    ("America/Los_Angeles", "2026-11-02T17:00", 3, "2026-10-30T17:00"),
    ("America/Los_Angeles", "2026-03-09T02:30", 1, "2026-03-08T03:30"),
    # Berlin: forward on 29 March 2026, back on 25 October 2026
    ("Europe/Berlin", "2026-03-30T08:00", 3, "2026-03-27T08:00"),
    ("Europe/Berlin", "2026-10-26T23:59", 1, "2026-10-25T23:59"),
    ("Europe/Berlin", "2026-03-30T02:30", 1, "2026-03-29T03:30"),
]


@pytest.mark.parametrize(("zone", "deadline", "days", "expected"), CLOCKS)
def test_a_reminder_keeps_the_local_time_of_day(zone: str, deadline: str, days: int, expected: str) -> None:
    there = ZoneInfo(zone)
    (instant,) = planned(parse_local(deadline, there), [days], there)
    assert instant.astimezone(there).strftime("%Y-%m-%dT%H:%M") == expected


# On a day the clocks change, a day has 23 or 25 hours.
@pytest.mark.parametrize(
    ("zone", "deadline", "hours"),
    [
        ("Pacific/Auckland", "2026-09-27T12:00", 23),
        ("Pacific/Auckland", "2026-04-05T12:00", 25),
        ("America/Los_Angeles", "2026-03-08T12:00", 23),
        ("America/Los_Angeles", "2026-11-01T12:00", 25),
        ("Europe/Berlin", "2026-03-29T12:00", 23),
        ("Europe/Berlin", "2026-10-25T12:00", 25),
    ],
)
def test_a_day_before_is_a_calendar_day(zone: str, deadline: str, hours: int) -> None:
    there = ZoneInfo(zone)
    moment = parse_local(deadline, there)
    assert moment - planned(moment, [1], there)[0] == timedelta(hours=hours)


# A time that the clocks skip is refused, one that they show twice is asked about.
@pytest.mark.parametrize(
    ("zone", "skipped", "twice"),
    [
        ("Pacific/Auckland", "2026-09-27T02:30", "2026-04-05T02:30"),
        ("America/Los_Angeles", "2026-03-08T02:30", "2026-11-01T01:30"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-10-25T02:30"),
    ],
)
def test_a_deadline_on_the_night_the_clocks_change(zone: str, skipped: str, twice: str) -> None:
    there = ZoneInfo(zone)
    with pytest.raises(Invalid) as refusal:
        parse_local(skipped, there)
    assert "does not exist" in refusal.value.errors["deadline"]
    with pytest.raises(Invalid) as refusal:
        parse_local(twice, there)
    assert "occurs twice" in refusal.value.errors["deadline"]
    first, second = (parse_local(twice, there, fold=which) for which in ("first", "second"))
    assert second - first == timedelta(hours=1)


DEADLINE = at("2026-12-10T22:00")
PLAN = planned(DEADLINE, (7, 3, 1), UTC)
ASKED = at("2026-11-20T12:00")


@pytest.mark.parametrize(
    ("moment", "last_letter", "due"),
    [
        ("2026-12-03T21:59", ASKED, False),  # before the first
        ("2026-12-03T22:00", ASKED, True),  # at the very instant
        ("2026-12-03T22:05", at("2026-12-03T22:00"), False),  # done
        ("2026-12-05T10:00", at("2026-12-03T22:00"), False),  # between two
        ("2026-12-07T22:00", at("2026-12-03T22:00"), True),  # the second
        ("2026-12-09T22:00", at("2026-12-07T22:00"), True),  # the third
        ("2026-12-10T22:00", at("2026-12-07T22:00"), True),  # the last instant still counts
        ("2026-12-10T22:01", at("2026-12-07T22:00"), False),  # none after closing
        ("2026-12-08T09:00", ASKED, True),  # two instants passed in an outage: one reminder
        ("2026-12-08T09:05", at("2026-12-08T09:00"), False),  # and no second one for the same outage
        ("2026-12-09T22:00", at("2026-12-09T09:00"), False),  # another letter within a day before it
        ("2026-12-09T22:00", at("2026-12-08T22:00"), True),  # exactly a day before it
        ("2026-12-07T22:00", at("2026-12-07T20:00"), False),  # asked just before
        ("2026-12-10T10:00", at("2026-12-10T09:00"), False),  # asked after the last instant
    ],
)
def test_when_a_reminder_is_due(moment: str, last_letter: datetime, due: bool) -> None:
    assert is_due(PLAN, deadline=DEADLINE, last_letter=last_letter, at=at(moment)) == due


def test_an_empty_plan_reminds_no_one() -> None:
    assert not is_due([], deadline=DEADLINE, last_letter=ASKED, at=DEADLINE)


def test_by_hand_at_most_once_in_24_hours() -> None:
    assert may_remind(last_reminder=None, at=DEADLINE)
    assert may_remind(last_reminder=DEADLINE - timedelta(hours=24), at=DEADLINE)
    assert not may_remind(last_reminder=DEADLINE - timedelta(hours=23, minutes=59), at=DEADLINE)
