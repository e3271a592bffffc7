"""Time: a clock for services, deadlines entered in a zone, and times for machines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from signoff.domain.errors import Invalid

# Services take a clock, not a time: the moment of an act is read after its locks are held.
Clock = Callable[[], datetime]


def ensure_aware(moment: datetime) -> datetime:
    """The moment in UTC; a naive one is a programming error."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a naive time has no place here")
    return moment.astimezone(UTC)


def parse_instant(text: str, *, field: str = "deadline") -> datetime:
    """An RFC 3339 time with its offset, as aware UTC; refuses with Invalid anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({field: "Please give a time such as 2026-12-04T17:00:00-05:00."}) from None
    if moment.utcoffset() is None:
        raise Invalid({field: "Please give the time's offset from UTC too, such as 2026-12-04T17:00:00-05:00."})
    if not 2000 <= moment.year < 3000:
        raise Invalid({field: "This date is too far away."})
    return moment.astimezone(UTC)


def parse_local(text: str, zone: tzinfo, *, fold: str = "", field: str = "deadline") -> datetime:
    """A local time `YYYY-MM-DDTHH:MM` of the zone, as aware UTC.

    A time that the clocks skip is refused; one that they show twice is asked about until `fold` says
    "first" or "second".
    """
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({field: "Please give a date and a time."}) from None
    if not 2000 <= naive.year < 3000:
        raise Invalid({field: "This date is too far away."})
    if naive.tzinfo is not None:
        return naive.astimezone(UTC)
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise Invalid({field: "The clocks go forward that night, so this time does not exist. Choose an hour later."})
    if fold not in ("first", "second"):
        raise Invalid({field: "The clocks go back that night, so this time occurs twice. Say which one you mean."})
    return (first if fold == "first" else second).astimezone(UTC)


def last_daily(at: datetime, zone: tzinfo, hour: int) -> datetime:
    """The last moment, at or before this one, when clocks of the zone showed this hour, as aware UTC."""
    local = at.astimezone(zone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)


def daily_span(last: datetime | None, at: datetime, zone: tzinfo, hour: int) -> tuple[datetime, datetime] | None:
    """What a daily email covers now: from where the last one ended, or a day, to the last such hour, as aware UTC.

    `last` is None before the first one. None when all until that hour was covered before.
    """
    until = last_daily(at, zone, hour)
    if last is not None and last >= until:
        return None
    return last or until - timedelta(days=1), until


@lru_cache(maxsize=256)  # many rows are of one moment
def rfc3339(moment: datetime) -> str:
    """The moment for machines: UTC, to the microsecond where it has one."""
    return ensure_aware(moment).isoformat().replace("+00:00", "Z")
