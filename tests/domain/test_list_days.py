"""A list day by day: who joined and stayed, and how many came and went without a name."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from signoff.domain.publications.list_days import ListDay, Listing, chart_of, list_days

ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
FIRST, SECOND, THIRD = (date(2026, 11, 24) + timedelta(days=number) for number in range(3))


def at(days: float) -> datetime:
    return NOON + timedelta(days=days)


def test_only_who_stands_now_is_named_and_the_numbers_add_up() -> None:
    stays = [
        Listing(1, at(0), None),
        Listing(2, at(0), at(1)),
        Listing(3, at(1), at(2)),
        Listing(4, at(1), None),
        Listing(5, at(1), at(1.1)),  # within one day
    ]
    assert list_days(stays, {1: "Alder", 4: "Delta"}, ZONE) == [
        ListDay(FIRST, ("Alder",), others=1, left=0, names=2),
        ListDay(SECOND, ("Delta",), others=1, left=1, names=3),
        ListDay(THIRD, (), others=0, left=1, names=2),
    ]


def test_a_crowd_is_counted_and_not_named() -> None:
    stays = [Listing(1, at(0), at(1)), Listing(4, at(1), None)]
    days = list_days(stays, {4: "Delta"}, ZONE, crowd={at(0): 40})
    assert days == [
        ListDay(FIRST, (), others=1, left=0, names=41, unnamed=40),
        ListDay(SECOND, ("Delta",), others=0, left=1, names=41),
    ]
    assert [day.new for day in days] == [40, 1]


def test_who_approves_again_has_not_left() -> None:
    stays = [Listing(1, at(1), None), Listing(1, at(0), at(1))]
    assert list_days(stays, {1: "Alder of Ohio"}, ZONE) == [ListDay(FIRST, ("Alder of Ohio",), 0, 0, 1)]


def test_who_came_back_is_named_from_then_on() -> None:
    stays = [Listing(1, at(0), at(1)), Listing(1, at(2), None)]
    assert list_days(stays, {1: "Alder"}, ZONE) == [
        ListDay(FIRST, (), others=1, left=0, names=1),
        ListDay(SECOND, (), others=0, left=1, names=0),
        ListDay(THIRD, ("Alder",), others=0, left=0, names=1),
    ]


def test_a_stay_that_ends_before_it_begins_was_none() -> None:
    assert list_days([Listing(1, at(1), at(1) - timedelta(seconds=5))], {}, ZONE) == []


def test_a_day_is_one_of_the_zone() -> None:
    late = datetime(2026, 11, 25, 3, tzinfo=UTC)  # 10 p.m. the day before in New York
    assert [one.day for one in list_days([Listing(1, late, None)], {1: "Alder"}, ZONE)] == [FIRST]


def test_the_line_steps_from_day_to_day() -> None:
    days = [ListDay(day, (), 0, 0, names) for day, names in ((FIRST, 1), (SECOND, 3), (THIRD, 2))]
    chart = chart_of(days)
    assert chart is not None and chart.most == 3
    assert chart.line == "M0 49H200V5H400V27H600"
    assert chart.area == "M0 49H200V5H400V27H600V71H0Z"
    two = chart_of(days[:2])
    assert two is not None and two.line == "M0 49H300V5H600"
    assert chart_of(days[:1]) is None


def test_a_stay_ends_on_a_day_of_the_zone() -> None:
    late = datetime(2026, 11, 26, 3, tzinfo=UTC)  # 10 p.m. the day before in New York
    assert [(one.day, one.left) for one in list_days([Listing(1, at(0), late)], {}, ZONE)] == [(FIRST, 0), (SECOND, 1)]


def test_a_line_may_begin_and_end_at_nothing() -> None:
    days = [ListDay(day, (), 0, 0, names) for day, names in ((FIRST, 0), (SECOND, 0), (THIRD + timedelta(5), 0))]
    chart = chart_of(days)
    assert chart is not None and (chart.line, chart.most) == ("M0 71H75V71H525V71H600", 0)


def test_one_that_left_and_came_back_at_once_stays_and_one_of_no_name_is_not_listed() -> None:
    stays = [Listing(1, at(0), at(1)), Listing(1, at(1), at(3)), Listing(2, at(0), None), Listing(3, at(2), at(2))]
    assert list_days(stays, {}, ZONE) == [
        ListDay(FIRST, (), others=1, left=0, names=1),
        ListDay(date(2026, 11, 27), (), others=0, left=1, names=0),
    ]


def test_those_of_one_day_are_named_in_the_order_of_the_list() -> None:
    stays = [Listing(2, at(0), None), Listing(1, at(0.1), None)]
    (day,) = list_days(stays, {1: "Alder", 2: "Birch"}, ZONE)
    assert (day.joined, day.new) == (("Alder", "Birch"), 2)
