"""How dates, times and numbers are written for people: in one locale, and in one time zone.

Pages, email and PDFs all write them here. Machines get RFC 3339 and plain digits (`time.rfc3339`), whatever the locale.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import parse_locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.numbers import format_decimal

# American editors write “p.m.” where the locale's own tables say “PM”.
_HALVES = {"AM": "a.m.", "PM": "p.m."}


@dataclass(frozen=True)
class Formats:
    """The locale (such as en_US) and the zone of an installation, and how it writes what people read."""

    locale: str
    zone: ZoneInfo

    def day(self, moment: datetime) -> str:
        """The day of a moment in the zone: “December 4, 2026”."""
        return self.calendar_day(moment.astimezone(self.zone))

    def calendar_day(self, day: date) -> str:
        """A day of the calendar, which no zone can move: “December 4, 2026”."""
        return format_date(day, "long", _locale(self.locale))

    def month(self, day: date) -> str:
        """The month that a day is in: “January 2027”."""
        return format_skeleton("yMMMM", day, locale=_locale(self.locale))

    def short(self, moment: datetime) -> str:
        """The moment for a page: “December 4, 2026, 5:00 p.m. EST”."""
        return self._joined(self.day(moment), moment)

    def full(self, moment: datetime) -> str:
        """The moment with its weekday and UTC beside it: “Friday, December 4, 2026, 5:00 p.m. EST (22:00 UTC)”."""
        local, utc = moment.astimezone(self.zone), moment.astimezone(UTC)
        other_day = "" if utc.date() == local.date() else f" on {self._day_of_year(utc)}"
        with_weekday = format_date(local, "full", _locale(self.locale))
        return f"{self._joined(with_weekday, moment)} ({utc:%H:%M} UTC{other_day})"

    def number(self, number: int) -> str:
        """A whole number with its separators: “12,345”."""
        return format_decimal(number, locale=_locale(self.locale))

    def zone_words(self, moment: datetime) -> str:
        """The zone by its place and the abbreviation that times then have: “New York, now EST”."""
        place, abbreviation = self.zone.key.rpartition("/")[2].replace("_", " "), f"{moment.astimezone(self.zone):%Z}"
        return place if place == abbreviation else f"{place}, now {abbreviation}"

    def _joined(self, day: str, moment: datetime) -> str:
        pattern = str(get_datetime_format("medium", _locale(self.locale)))
        return pattern.format(self._time(moment), day)

    def _time(self, moment: datetime) -> str:
        local, locale = moment.astimezone(self.zone), _locale(self.locale)
        words = format_time(local, "short", tzinfo=self.zone, locale=locale).replace("\N{NARROW NO-BREAK SPACE}", " ")
        if locale.language == "en" and (local.hour, local.minute) == (12, 0):
            words = "noon"  # “12:00 p.m.” is read as midnight by some
        elif locale.language == "en":
            words = " ".join(_HALVES.get(word, word) for word in words.split(" "))
        return f"{words} {local:%Z}"

    def _day_of_year(self, moment: datetime) -> str:
        return format_skeleton("MMMMd", moment, tzinfo=UTC, locale=_locale(self.locale))


def ensure_known_locale(text: str) -> str:
    """The name of a locale such as en_US; ValueError when there is none of that name."""
    try:
        variant, found = parse_locale(text)[3], Locale.parse(text).variant
    except (UnknownLocaleError, ValueError):
        variant, found = text, None
    if variant != found:  # Babel would pass over a part that it does not know
        raise ValueError("must be the name of a locale, such as en_US")
    return text


@lru_cache(maxsize=8)
def _locale(name: str) -> Locale:
    return Locale.parse(name)
