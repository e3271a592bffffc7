"""Counts and lists as people write them: in words up to ten, with an “and” before the last."""

from collections.abc import Sequence
from datetime import timedelta

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: “no partners”, “one partner”, “eleven” as “11 partners”."""
    word = _WORDS[number] if 0 <= number <= 10 else f"{number:,}"
    return f"{word} {one if number == 1 else many or one + 's'}"


def enumerated(things: Sequence[object]) -> str:
    """The things one after the other: “7”, “7 and 3”, “7, 3 and 1”."""
    *others, last = map(str, things)
    return f"{', '.join(others)} and {last}" if others else last


def duration(length: timedelta) -> str:
    """How long something took, roughly: in days, hours or minutes."""
    minutes = max(int(length.total_seconds()), 0) // 60
    if minutes >= 2 * 24 * 60:
        return counted(minutes // (24 * 60), "day")
    if minutes >= 2 * 60:
        return counted(minutes // 60, "hour")
    return counted(minutes, "minute") if minutes else "less than a minute"
