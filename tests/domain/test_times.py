"""Moments as people and programs type them, and the days that an email covers."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.formats import Formats, ensure_known_locale
from signoff.domain.time import daily_span, ensure_aware, last_daily, parse_instant, parse_local, rfc3339

NEW_YORK = ZoneInfo("America/New_York")
FAR = "This date is too far away."


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("tomorrow", "Please give a time such as 2026-12-04T17:00:00-05:00."),
        ("2026-12-04T17:00", "Please give the time's offset from UTC too, such as 2026-12-04T17:00:00-05:00."),
        ("1999-12-31T23:59:59Z", FAR),
        ("3000-01-01T00:00:00Z", FAR),
    ],
)
def test_a_time_that_a_program_gives_is_refused_in_a_sentence(typed: str, problem: str) -> None:
    for given, field in (({}, "deadline"), ({"field": "at"}, "at")):
        with pytest.raises(Invalid) as refusal:
            parse_instant(typed, **given)
        assert refusal.value.errors == {field: problem}


def test_a_time_that_a_program_gives_is_read() -> None:
    assert parse_instant(" 2026-12-04T17:00:00-05:00 ") == utc("2026-12-04T22:00")
    assert parse_instant("2000-01-01T00:00:00Z").tzinfo is UTC
    assert parse_instant("2999-12-31T23:59:59Z").year == 2999


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("soon", "Please give a date and a time."),
        ("1999-12-31T17:00", FAR),
        ("3000-01-01T17:00", FAR),
        ("2026-03-08T02:30",
         "The clocks go forward that night, so this time does not exist. Choose an hour later."),
        ("2026-11-01T01:30",
         "The clocks go back that night, so this time occurs twice. Say which one you mean."),
    ],
)  # fmt: skip
def test_a_local_time_is_refused_in_a_sentence(typed: str, problem: str) -> None:
    for given, field in (({}, "deadline"), ({"field": "at", "fold": "both"}, "at")):
        with pytest.raises(Invalid) as refusal:
            parse_local(typed, NEW_YORK, **given)
        assert refusal.value.errors == {field: problem}


def test_a_local_time_is_read() -> None:
    assert parse_local(" 2000-01-01T17:00 ", NEW_YORK) == utc("2000-01-01T22:00")
    assert parse_local("2999-06-01T17:00", NEW_YORK).tzinfo is UTC
    assert parse_local("2026-12-04T17:00+01:00", NEW_YORK) == utc("2026-12-04T16:00")
    assert parse_local("2026-12-04T17:00+01:00", NEW_YORK).tzinfo is UTC
    # Only the hour that the clocks skip is refused, and what was said of two hours is no matter for others.
    assert parse_local("2026-03-08T01:59", NEW_YORK) == utc("2026-03-08T06:59")
    assert parse_local("2026-03-08T03:00", NEW_YORK, fold="second") == utc("2026-03-08T07:00")


@pytest.mark.parametrize(
    ("at", "last"),
    [
        ("2026-11-30T12:00", "2026-11-30T12:00"),
        ("2026-11-30T11:59:59", "2026-11-29T12:00"),
        ("2026-11-30T12:00:01.5", "2026-11-30T12:00"),
        ("2026-12-01T04:59", "2026-11-30T12:00"),  # still November 30 in New York
        ("2026-11-01T12:30", "2026-11-01T12:00"),  # the clocks went back that night
        ("2026-07-01T11:30", "2026-07-01T11:00"),  # 7 a.m. in summer
    ],
)
def test_the_last_such_hour_is_of_the_zone(at: str, last: str) -> None:
    assert last_daily(utc(at), NEW_YORK, 7) == utc(last)
    assert last_daily(utc(at), NEW_YORK, 7).tzinfo is UTC


def test_a_daily_email_covers_what_none_has_covered() -> None:
    at, until = utc("2026-11-30T15:00"), utc("2026-11-30T12:00")
    assert daily_span(None, at, NEW_YORK, 7) == (until - timedelta(days=1), until)
    assert daily_span(utc("2026-11-20T12:00"), at, NEW_YORK, 7) == (utc("2026-11-20T12:00"), until)
    assert daily_span(until - timedelta(microseconds=1), at, NEW_YORK, 7) is not None
    assert daily_span(until, at, NEW_YORK, 7) is None
    assert daily_span(at, at, NEW_YORK, 7) is None


def test_moments_for_machines_are_utc() -> None:
    moment = datetime(2026, 12, 4, 17, 0, 0, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert rfc3339(moment) == "2026-12-04T22:00:00.000005Z"
    assert rfc3339(moment.replace(microsecond=0)) == "2026-12-04T22:00:00Z"
    with pytest.raises(ValueError, match=r"^a naive time has no place here$"):
        ensure_aware(datetime(2026, 12, 4))


def test_days_and_months_are_those_of_the_zone_and_the_locale() -> None:
    american, german = Formats("en_US", NEW_YORK), Formats("de_DE", ZoneInfo("Europe/Berlin"))
    late = utc("2026-12-05T04:30")
    assert (american.day(late), german.day(late)) == ("December 4, 2026", "5. Dezember 2026")
    assert (american.month(date(2027, 1, 31)), german.month(date(2027, 1, 31))) == ("January 2027", "Januar 2027")
    assert american.short(utc("2026-12-04T17:01")) == "December 4, 2026, 12:01 p.m. EST"
    assert american.short(utc("2026-12-04T05:00")) == "December 4, 2026, 12:00 a.m. EST"
    assert american.short(utc("2026-12-04T13:00")) == "December 4, 2026, 8:00 a.m. EST"
    assert german.full(utc("2026-12-04T23:30")) == "Samstag, 5. Dezember 2026, 00:30 CET (23:30 UTC on 4. Dezember)"
    assert german.short(utc("2026-12-04T11:00")) == "4. Dezember 2026, 12:00 CET"


def test_a_locale_is_known_by_its_whole_name() -> None:
    assert [ensure_known_locale(name) for name in ("en_US", "de", "ca_ES_VALENCIA")] == [
        "en_US",
        "de",
        "ca_ES_VALENCIA",
    ]
    for name in ("xx_YY", "", "en-US", "en_US_NONSENSE", "english"):
        with pytest.raises(ValueError, match=r"^must be the name of a locale, such as en_US$"):
            ensure_known_locale(name)
