"""Every small way to change a JSON file: what a strict reader must refuse, one by one."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from signoff.evidence.strict_json import Refused


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*way, key))


def at(value: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        value = value[key]
    return value


def changed(whole: Any, way: tuple[Any, ...], new: Any) -> Any:
    if not way:
        return new
    whole = copy.deepcopy(whole)
    at(whole, way[:-1])[way[-1]] = new
    return whole


def others(value: Any) -> Iterator[Any]:
    """Other values in the place of one."""
    yield from (None, True, False, 0, 1, 2**53, -1, 1.5, "", "x", [], {}, [[]], {"x": 1}, [value], {"value": value})
    match value:
        case bool() | None:
            pass
        case int():
            yield from (value + 1, value - 1, value * 2 + 3, str(value), float(value))
        case str():
            yield from (value + "x", value + " ", " " + value, value + "\n", value[:-1], value[1:], value.upper())
            yield from (value.swapcase(), value + "\x00", value + "\ud800", value * 2, value[::-1], "\u202e" + value)
            yield from (value[: len(value) // 2] + "0" + value[len(value) // 2 + 1 :], value.replace("e", "é"))
        case list():
            yield from (value * 2, value[::-1], [*value, None], value[:-1], value[1:], [*value, *value[-1:]])
            yield [*value, 0]
            for number in range(len(value) - 1):
                yield [*value[:number], value[number + 1], value[number], *value[number + 2 :]]
        case dict():
            yield from ({**value, "extra": 1}, {**value, "": ""}, {**value, "__proto__": {}}, list(value.items()))
            for key, one in value.items():
                without = {k: v for k, v in value.items() if k != key}
                yield from (
                    without,
                    {**without, key.upper(): one},
                    {**without, key + " ": one},
                    {**value, key + "2": one},
                )


def changes(whole: Any) -> Iterator[tuple[str, Any]]:
    """Every changed file with a word on what was changed; the order of keys is no change."""
    ways = list(places(whole))
    for way in ways:
        for new in others(at(whole, way)):
            if not (new == at(whole, way) and type(new) is type(at(whole, way))):
                yield f"{way} = {new!r:.60}", changed(whole, way, new)
    leaves = [way for way in ways if type(at(whole, way)) in (str, int)]
    for number, one in enumerate(leaves):  # two values of one kind change places
        for other in leaves[number + 1 :]:
            mine, theirs = at(whole, one), at(whole, other)
            if type(mine) is type(theirs) and mine != theirs:
                yield f"{one} and {other} swapped", changed(changed(whole, one, theirs), other, mine)


def refused_changes(whole: Any, verify: Callable[[str], object]) -> int:
    """Fail for the first change that is accepted; returns how many were refused."""
    tried = 0
    for what, bent in changes(whole):
        try:
            file = json.dumps(bent, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        except TypeError:
            continue
        tried += 1
        try:
            verify(file)
        except Refused:
            continue
        pytest.fail(f"accepted: {what}")
    return tried
