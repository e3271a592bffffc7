"""What pages add to the HTML of a text: how its blocks read, where its parts begin, and boxes for wide tables."""

import re
from dataclasses import dataclass
from html import unescape
from itertools import count

_BLOCK = re.compile(r"<(/?)(p|h[2-6]|ul|ol|blockquote|pre|table)(?=[ >])")
_HOLDS_OTHERS = ("ul", "ol", "blockquote", "table")


def with_directions(html: str) -> str:
    """HTML whose outermost blocks each read in the direction of their first letter."""
    depth = 0

    def directed(tag: re.Match[str]) -> str:
        nonlocal depth
        ends, name = tag.groups()
        if name in _HOLDS_OTHERS:
            depth += -1 if ends else 1
        is_outermost = not ends and depth == (name in _HOLDS_OTHERS)
        return f'{tag[0]} dir="auto"' if is_outermost else tag[0]

    return _BLOCK.sub(directed, html)


def with_scrolling_tables(html: str) -> str:
    """HTML whose tables stand in boxes that scroll, also by the keyboard; each with a name of its own."""
    first, *others = html.split("<table")
    boxes = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table {number}"><table{rest}'
        for number, rest in enumerate(others, 1)
    )
    return (first + "".join(boxes)).replace("</table>", "</table></div>")


_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_MOST_PARTS = 24


@dataclass(frozen=True)
class Part:
    """A heading of a text: where it stands on the page, its words, and whether it is within another part."""

    anchor: str
    words: str
    is_within: bool


def with_anchors(html: str, place: str) -> str:
    """HTML whose headings can be linked to, by their numbers: an address must not change with the words of a text."""
    numbers = count(1)
    return re.sub(r"<(h[2-6])>", lambda heading: f'<{heading[1]} id="{_anchor(place, next(numbers))}">', html)


def _anchor(place: str, number: int) -> str:
    return f"{place}-part-{number}"


def parts_of(html: str, place: str) -> list[Part]:
    """The headings of a text on the highest two levels that it has, or on the highest alone where those are many."""
    headings = [(int(level), number, _words(inner)) for number, (level, inner) in enumerate(_HEADING.findall(html), 1)]
    levels = sorted({level for level, _, words in headings if words})[:2]
    kept = [heading for heading in headings if heading[0] in levels and heading[2]]
    if len(kept) > _MOST_PARTS:
        kept = [heading for heading in kept if heading[0] == levels[0]]
    return [Part(_anchor(place, number), words, level != levels[0]) for level, number, words in kept]


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<sup>.*?</sup>|<[^>]*>", "", html, flags=re.DOTALL)).split())
