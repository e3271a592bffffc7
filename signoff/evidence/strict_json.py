"""Strict JSON: a file is read only if it is byte for byte what the canonical writer makes of what it says.

So there is one spelling for each content. Duplicate keys, other orders, spaces, escapes that are not needed, fractions,
huge numbers, lone surrogates and endless files all end in one sentence, within bounded time and memory.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from signoff.evidence.canonical import canonical_json

MOST_BYTES = 16 * 1024 * 1024
MOST_PARTS = 1_000_000  # objects, lists and commas of a file, with those in its words
MOST_INTEGER = 2**53 - 1  # what every JSON reader holds exactly

_INTEGER = re.compile(r"0|[1-9][0-9]{0,15}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Refused(ValueError):
    """The evidence is refused; the sentence says what is wrong and where."""


def read_canonical(file: bytes | str, most: int = MOST_BYTES) -> Any:
    """The content of a file in canonical JSON; Refused for anything else."""
    text = _decoded(file, most)
    if sum(map(text.count, "{[,")) > MOST_PARTS:
        raise Refused("The file has more parts than any file of this kind.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_int=_whole_number,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
        written = canonical_json(value) if isinstance(value, dict) else ""
    except json.JSONDecodeError as problem:
        raise Refused(f"The file is not JSON: something is wrong at character {problem.pos + 1}.") from None
    except RecursionError:
        raise Refused("The file is nested too deeply.") from None
    if written != text:
        raise Refused(f"The file is not in canonical JSON: look at character {_first_difference(written, text) + 1}.")
    return value


def _decoded(file: bytes | str, most: int) -> str:
    if len(file) > most:
        raise Refused(f"The file is larger than {most:,} bytes, the most for a file of this kind.")
    try:
        text = file.decode() if isinstance(file, bytes) else file.encode().decode()
    except UnicodeError as problem:
        raise Refused(f"The file is not text in UTF-8: look at byte {getattr(problem, 'start', 0) + 1}.") from None
    if not text:
        raise Refused("The file is empty.")
    return text


def _without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Refused(f"The key “{printable(twice)}” appears twice in one object.")
    return value


def _whole_number(digits: str) -> int:
    if not _INTEGER.fullmatch(digits) or int(digits) > MOST_INTEGER:
        raise Refused(f"The number {digits[:20]} is negative, too large or written in an unusual way.")
    return int(digits)


def _no_fraction(digits: str) -> NoReturn:
    raise Refused(f"The number {digits[:20]} is not a whole number.")


def _first_difference(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def printable(text: str, longest: int = 60) -> str:
    """Words from a file as they may be printed on a terminal: no control characters, cut when long."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(one if one.isprintable() else "\ufffd" for one in short)


def has_unseen(text: str) -> bool:
    """Whether a text holds control characters other than line break and tab, or half of a character."""
    return _UNSEEN.search(text) is not None
