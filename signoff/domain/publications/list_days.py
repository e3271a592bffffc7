"""A list of names day by day: who joined it, how many left it, how many stood on it; and the same as a line to draw."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

WIDTH, HEIGHT = 600, 72  # of the drawing, in its own units
_FLOOR, _ROOM = HEIGHT - 1, HEIGHT - 6


@dataclass(frozen=True)
class Listing:
    """A partner's stay on a list: from an instant until another, or until now (aware UTC)."""

    partner: int
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True)
class ListDay:
    """A day on which a list changed.

    `joined` are the names of those who joined that day and have been listed since, by name; `others` is how many joined
    and are gone by now, `left` how many left that day, and `names` how many were listed at its end. A stay within one
    day is not counted. `unnamed` joined like those that are named, in a crowd.
    """

    day: date
    joined: tuple[str, ...]
    others: int
    left: int
    names: int
    unnamed: int = 0

    @property
    def new(self) -> int:
        """How many joined that day and have been listed since."""
        return len(self.joined) + self.unnamed


@dataclass(frozen=True)
class ListChart:
    """The number of names over time as two SVG paths in a box of WIDTH by HEIGHT, and the largest number."""

    line: str
    area: str
    most: int


def list_days(
    stays: Iterable[Listing], names: Mapping[int, str], zone: tzinfo, *, crowd: Mapping[datetime, int] | None = None
) -> list[ListDay]:
    """The days of a zone on which a list changed, oldest first; `names` are those listed now, in their order.

    `crowd` says how many others joined at an instant, are listed since, and are too many to be named.
    """
    joined: dict[date, set[int]] = {}
    others, left, unnamed = Counter[date](), Counter[date](), Counter[date]()
    for at, number in (crowd or {}).items():
        unnamed[at.astimezone(zone).date()] += number
    for stay in _unbroken(stays):
        day = stay.begins.astimezone(zone).date()
        last = stay.ends.astimezone(zone).date() if stay.ends else None
        if last is None and stay.partner in names:
            joined.setdefault(day, set()).add(stay.partner)
        elif last is not None and last != day:
            others[day] += 1
            left[last] += 1
    days, standing = [], 0
    for day in sorted({*joined, *others, *left, *unnamed}):
        new = joined.get(day, set())
        standing += len(new) + unnamed[day] + others[day] - left[day]
        listed = tuple(name for partner, name in names.items() if partner in new)
        days.append(ListDay(day, listed, others[day], left[day], standing, unnamed[day]))
    return days


def _unbroken(stays: Iterable[Listing]) -> list[Listing]:
    # A partner that approves again, or under another name, has not left in between.
    result: dict[int, list[Listing]] = {}
    for stay in sorted(stays, key=lambda stay: stay.begins):
        if stay.ends is not None and stay.ends <= stay.begins:
            continue
        own = result.setdefault(stay.partner, [])
        if own and own[-1].ends is not None and own[-1].ends >= stay.begins:
            own[-1] = Listing(stay.partner, own[-1].begins, stay.ends)
        else:
            own.append(stay)
    return [stay for own in result.values() for stay in own]


def chart_of(days: Sequence[ListDay]) -> ListChart | None:
    """The line of the number of names, which ends after the last day; None where it changed on one day only."""
    if len(days) < 2:
        return None
    span, most = (days[-1].day - days[0].day).days + 1, max(day.names for day in days)
    points = [((day.day - days[0].day).days * WIDTH // span, _height(day.names, most)) for day in days]
    line = f"M0 {points[0][1]}" + "".join(f"H{x}V{y}" for x, y in points[1:]) + f"H{WIDTH}"
    return ListChart(line, f"{line}V{_FLOOR}H0Z", most)


def _height(number: int, most: int) -> int:
    return _FLOOR - (_ROOM * number // most if most else 0)
