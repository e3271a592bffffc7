"""Shapes: what a value of a file must be, down to the last key; whatever is not described is refused with its place."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from signoff.evidence.strict_json import MOST_INTEGER, Refused, has_unseen, printable

# A shape gets a value and its place, such as “list.signatories[3].name”, and raises Refused when it does not fit.
Shape = Callable[[Any, str], None]

_HEX = re.compile(r"[0-9a-f]*")
_MOMENT = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?Z")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


def object_of(**members: Shape) -> Shape:
    """An object with exactly these keys."""

    def shape(value: Any, place: str) -> None:
        if type(value) is not dict:
            raise Refused(f"{_named(place)} must be an object.")
        if unknown := sorted(value.keys() - members.keys()):
            raise Refused(f"{_named(place)} has an unknown key: “{printable(unknown[0])}”.")
        if missing := sorted(members.keys() - value.keys()):
            raise Refused(f"{_named(place)} lacks the key “{missing[0]}”.")
        for key, member in members.items():
            member(value[key], f"{place}.{key}" if place else key)

    return shape


def list_of(item: Shape, *, most: int, least: int = 0) -> Shape:
    """A list of items of one shape."""

    def shape(value: Any, place: str) -> None:
        if type(value) is not list:
            raise Refused(f"{_named(place)} must be a list.")
        if not least <= len(value) <= most:
            raise Refused(f"{_named(place)} must have {least:,} to {most:,} items; it has {len(value):,}.")
        for number, one in enumerate(value):
            item(one, f"{place}[{number}]")

    return shape


def map_of(item: Shape, *, names: re.Pattern[str], most: int) -> Shape:
    """An object whose keys are names of a pattern, with values of one shape."""

    def shape(value: Any, place: str) -> None:
        if type(value) is not dict or not 1 <= len(value) <= most:
            raise Refused(f"{_named(place)} must be an object with 1 to {most} keys.")
        for name, one in value.items():
            if not names.fullmatch(name):
                raise Refused(f"{_named(place)} has an unknown key: “{printable(name)}”.")
            item(one, f"{place}.{name}")

    return shape


def line(longest: int, *, least: int = 1) -> Shape:
    """One line of words."""
    return _words(longest, least, lines=False)


def lines(longest: int, *, least: int = 1) -> Shape:
    """Words that may have several lines and tabs."""
    return _words(longest, least, lines=True)


def _words(longest: int, least: int, *, lines: bool) -> Shape:
    def shape(value: Any, place: str) -> None:
        if type(value) is not str:
            raise Refused(f"{_named(place)} must be words.")
        if not least <= len(value) <= longest:
            raise Refused(f"{_named(place)} must have {least:,} to {longest:,} characters.")
        if has_unseen(value) or (not lines and ("\n" in value or "\t" in value)):
            raise Refused(f"{_named(place)} has a character that cannot be shown there.")

    return shape


def whole(least: int, most: int = MOST_INTEGER) -> Shape:
    """A whole number within limits."""

    def shape(value: Any, place: str) -> None:
        if type(value) is not int or not least <= value <= most:
            raise Refused(f"{_named(place)} must be a whole number from {least:,} to {most:,}.")

    return shape


def word(*allowed: str | None) -> Shape:
    """One of a few values."""

    def shape(value: Any, place: str) -> None:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise Refused(f"{_named(place)} must be {' or '.join(repr(one) for one in allowed)}.")

    return shape


def nothing_or(other: Shape) -> Shape:
    """Null, or a value of the other shape."""

    def shape(value: Any, place: str) -> None:
        if value is not None:
            other(value, place)

    return shape


def hexadecimal(size: int) -> Shape:
    """So many bytes, written as small hexadecimal digits."""

    def shape(value: Any, place: str) -> None:
        if type(value) is not str or len(value) != 2 * size or not _HEX.fullmatch(value):
            raise Refused(f"{_named(place)} must be {2 * size} hexadecimal digits (0-9, a-f).")

    return shape


def moment(value: Any, place: str) -> None:
    """A time in UTC, with six digits of a second or none: 2026-11-29T14:03:00Z."""
    if type(value) is not str or not _MOMENT.fullmatch(value) or value.endswith(".000000Z") or not _exists(value):
        raise Refused(f"{_named(place)} must be a time in UTC such as 2026-11-29T14:03:00Z.")


def day(value: Any, place: str) -> None:
    """A date: 2026-11-29."""
    if type(value) is not str or not _DAY.fullmatch(value) or not _exists(value):
        raise Refused(f"{_named(place)} must be a date such as 2026-11-29.")


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_moment(text: str) -> datetime:
    """The time that a string of the shape `moment` gives, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def ensure_format(value: dict[str, Any], expected: str) -> None:
    """Refuse a file that says that it is of another format."""
    given = value.get("format")
    if given != expected:
        said = f"; it says “{printable(given)}”" if type(given) is str else ""
        raise Refused(f"The file is not of the format “{expected}”{said}.")


def _named(place: str) -> str:
    return f"“{place}”" if place else "The file"


DIGEST = hexadecimal(32)
SIGNATURE = hexadecimal(64)
PATH = list_of(DIGEST, most=63)
VERSION = whole(1, 1_000_000_000)
SLUG = line(200)
