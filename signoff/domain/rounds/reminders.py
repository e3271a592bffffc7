"""Reminders: the plan of a round, and when one is due; days are calendar days in the installation's zone."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from signoff.domain.errors import Invalid

DEFAULT_DAYS = (7, 3, 1)
AT_MOST_EVERY = timedelta(hours=24)
MOST_REMINDERS = 8
LONGEST_AHEAD = 90  # days


def parse_days(text: str) -> tuple[int, ...]:
    """A plan such as “7, 3, 1” as days before the deadline, largest first; empty for none, Invalid for a bad one."""
    words = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= LONGEST_AHEAD for word in words):
        raise Invalid({"reminder_days": f"Please give days from 1 to {LONGEST_AHEAD}, such as 7, 3, 1."})
    days = tuple(sorted({int(word) for word in words}, reverse=True))
    if len(days) > MOST_REMINDERS:
        raise Invalid({"reminder_days": f"Please plan at most {MOST_REMINDERS} reminders."})
    return days


def planned(deadline: datetime, days: Iterable[int], zone: tzinfo) -> list[datetime]:
    """The instants of a plan, earliest first: the deadline's own time of day, so many calendar days before it.

    When the clocks change in between, the local time stays; a time that the clocks skip moves to the hour after.
    """
    local = deadline.astimezone(zone)
    return sorted((local - timedelta(days=number)).astimezone(UTC) for number in days)


def days_ahead(deadline: datetime, days: Iterable[int], zone: tzinfo, *, at: datetime) -> tuple[int, ...]:
    """The days of a plan whose instant has not passed yet, in the plan's order."""
    return tuple(number for number in days if planned(deadline, [number], zone)[0] > at)


def is_due(plan: Sequence[datetime], *, deadline: datetime, last_letter: datetime, at: datetime) -> bool:
    """Whether a partner that has not answered is to be reminded now.

    `last_letter` is when it was last asked, reminded or told of a new deadline. After an outage the instants that
    passed make one reminder together; one that came within a day of another letter is let go.
    """
    if at > deadline:
        return False
    passed = [instant for instant in plan if instant <= at]
    return bool(passed) and last_letter <= passed[-1] - AT_MOST_EVERY


def may_remind(*, last_reminder: datetime | None, at: datetime) -> bool:
    """Whether staff may remind a partner by hand: at most one reminder in 24 hours."""
    return last_reminder is None or at - last_reminder >= AT_MOST_EVERY
