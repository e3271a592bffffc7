"""Counts and lists as people write them: in words up to ten, with an “and” before the last."""

from collections.abc import Sequence
from datetime import timedelta

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: “no partners”, “one partner”, “eleven” as “11 partners”."""
    return f"{_in_words(number)} {one if number == 1 else many or one + 's'}"


def _in_words(number: int) -> str:
    return _WORDS[number] if 0 <= number <= 10 else f"{number:,}"


def sentence_for(number: int, one: str, many: str, *, none: str = "", **facts: object) -> str:
    """The sentence for one thing, for many, or for none; `{number}`, `{Number}` at its start, and facts are filled in.

    Whole sentences, because other languages do not make a plural by changing a word here and there.
    """
    words = _in_words(number)
    sentence = none if none and number == 0 else one if number == 1 else many
    return sentence.format(number=words, Number=words.capitalize(), **facts)


def enumerated(things: Sequence[object]) -> str:
    """The things one after the other: “7”, “7 and 3”, “7, 3 and 1”."""
    *others, last = map(str, things)
    return f"{', '.join(others)} and {last}" if others else last


def duration(length: timedelta) -> str:
    """How long something took, roughly: in days, hours or minutes."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    if minutes >= 2 * 24 * 60:
        return counted(minutes // (24 * 60), "day")
    if minutes >= 2 * 60:
        return counted(minutes // 60, "hour")
    return counted(minutes, "minute") if minutes else "less than a minute"
