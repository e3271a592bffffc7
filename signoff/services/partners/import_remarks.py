"""What of a file was left out, said once for all rows of which the same holds."""

from collections.abc import Iterable

import regex

_OF_A_ROW = regex.compile(r"row (?P<row>[0-9]+), (?P<heading>.+?) \([A-Z]+[0-9]+\): (?P<sentence>.+)")
_OWN_WORDS = regex.compile(r"“[^”]*”|\S.*?(?= has no (?:name|email address))|row [0-9]+")
_MOST_ALONE = 3  # rows
_MOST_ROWS_SAID = 5


def said_once(remarks: Iterable[str]) -> tuple[str, ...]:
    """These remarks, with one in place of many that differ in their row and its words alone."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for remark in remarks:
        found = _OF_A_ROW.fullmatch(remark)
        kind = (found["heading"], _OWN_WORDS.sub("", found["sentence"])) if found else (remark, "")
        groups.setdefault(kind, []).append((remark, found["row"] if found else ""))
    return tuple(said for group in groups.values() for said in _together(group))


def _together(group: list[tuple[str, str]]) -> list[str]:
    if len(group) <= _MOST_ALONE:
        return [remark for remark, _ in group]
    first, rows = group[0][0], [row for _, row in group[1:]]
    more = " and others" if len(rows) > _MOST_ROWS_SAID else ""
    return [f"{first} The same is true of {len(rows):,} more rows: {', '.join(rows[:_MOST_ROWS_SAID])}{more}."]
