"""The cleaned HTML of a text as the tree that is set on paper: texts, and [tag, attributes, children]."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from unicodedata import bidirectional

from signoff.domain.positions.labels import OpenLists

_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_VOID = ("br", "hr")
_INLINE = ("a", "code", "em", "s", "span", "strong", "sup")
_BREAK: list[Any] = ["br", {}, []]
# Typst reads a tree so deep, twelve lists in each other. What is nested deeper stands in lines on the last level.
_DEEPEST = 24
# How many levels an element takes with those that it cannot be without; quotations count twice with Typst.
_LEVELS = {"ul": 2, "ol": 2, "blockquote": 2, "table": 4}
# A word longer than this may be broken, so that no word runs off the paper; a sheet has room for it in any place.
_LONGEST_WORD = 40
_LONGEST_IN_TABLES = 8
_MAY_BREAK = "\u200b"
_NARROW_SPACE = "\u202f"


def breakable(text: str, longest: int = _LONGEST_WORD) -> str:
    """A text whose longest words have places where they may be broken."""
    return re.sub(rf"\S{{{longest}}}(?=\S)", rf"\g<0>{_MAY_BREAK}", text)


def tree_of(html: str) -> list[Any]:
    """Cleaned HTML as a tree for the template.

    Its headings go down from the title without leaving out a level; blocks that read from right to left say so, and
    items of lists have the label that their words begin with as an attribute.
    """
    reader = _Tree()
    reader.feed(html)
    reader.close()
    _level_headings(reader.root)
    _take_labels(reader.root)
    _direct(reader.root)
    return reader.root


def is_inline(node: Any) -> bool:
    """Whether a node stands within a line: words, marked words, or a break of the line."""
    return isinstance(node, str) or node[0] in (*_INLINE, "br")


def plain_blocks(nodes: list[Any]) -> list[str]:
    """The words of a tree alone, block by block, with the numbers of its lists."""
    blocks = (words for node in nodes for words in (_words(node), *_footnotes(node)))
    return [block for words in blocks if (block := " ".join(words.split()))]


def _words(node: Any) -> str:
    if isinstance(node, str):
        return node
    tag, attributes, inside = node
    if tag == "note":
        return str(attributes["number"])
    parts = [_words(part) for part in inside]
    if tag == "ol":
        lists = OpenLists()
        lists.begin(tag, attributes)
        parts = [f"{lists.item({})} {part}" for part in parts]
    return "".join(parts) if tag in _INLINE else f" {attributes.get('label', '')} {''.join(parts)} "


def _footnotes(node: Any) -> Iterator[str]:
    """The footnotes that a node has within, as `with_footnotes` puts them there, each behind its number."""
    if isinstance(node, str):
        return
    tag, attributes, inside = node
    if tag == "note" and inside:
        yield f"{attributes['number']}. {' '.join(map(_words, inside))}"
    for part in inside:
        yield from _footnotes(part)


def _level_headings(nodes: list[Any]) -> None:
    above: list[int] = []
    for heading in _headings(nodes):
        if not _words(heading).strip():
            heading[0] = "p"  # a heading that says nothing leads to nothing
            continue
        level = int(heading[0][1:])
        above = [upper for upper in above if upper < level] + [level]
        heading[0] = f"h{1 + len(above)}"


def _take_labels(nodes: list[Any]) -> None:
    for node in nodes:
        if isinstance(node, str):
            continue
        if node[1].get("class") == "labeled":
            words = node[2][0][2] if node[2][0][0] == "p" else node[2]
            node[1]["label"] = _words(words.pop(0))
            words[:1] = [words[0].lstrip()]
        _take_labels(node[2])


def _headings(nodes: list[Any]) -> Iterator[Any]:
    for node in nodes:
        if not isinstance(node, str):
            yield from [node] if re.fullmatch("h[2-6]", node[0]) else _headings(node[2])


def _direct(nodes: list[Any]) -> str:
    """Mark the blocks whose first letter is of a script from right to left; the direction of the first of all."""
    first = ""
    for node in nodes:
        direction = direction_of(node) if isinstance(node, str) else _direct(node[2])
        if direction == "rtl" and not isinstance(node, str) and node[0] not in _INLINE:
            node[1]["dir"] = direction
        first = first or direction
    return first


def direction_of(text: str) -> str:
    """How a text reads, by its first letter that has a direction: "ltr" or "rtl", or "" without one."""
    return next((_DIRECTIONS[kind] for kind in map(bidirectional, text) if kind in _DIRECTIONS), "")


class _Tree(HTMLParser):
    """Builds the tree of `tree_of`; the HTML is well formed, since the cleaner wrote it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = []
        self._open = [self.root]
        self._quotations = 0
        self._lists = OpenLists()
        self._mark = ""  # that was written last, of an item in lines
        self._in_lines_from = 0
        self._as_typed = False
        self._in_table = False
        self._left_out = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element; inside of what is shown as typed there are none, and paper leads nowhere back."""
        self._left_out = self._left_out or ("role", "doc-backlink") in attrs
        if self._as_typed or self._left_out:
            return
        self._as_typed = tag == "pre"
        self._in_table = self._in_table or tag == "table"
        attributes = {name: value or "" for name, value in attrs}
        if tag in ("ol", "ul"):
            self._lists.begin(tag, attributes)
        mark = self._lists.item(attributes) if tag == "li" else ""
        if not self._in_lines_from and self._depth() + _LEVELS.get(tag, 1) > _DEEPEST:
            self._in_lines_from = len(self._open)
        self._quotations += tag == "blockquote"
        in_lines = self._in_lines_from and tag != "sup"
        inside = self._begun_line(tag, mark) if in_lines else self._begun(tag, attributes)
        if tag not in _VOID:
            self._open.append(inside)

    def _depth(self) -> int:
        return len(self._open) + self._quotations

    def _begun(self, tag: str, attributes: dict[str, str]) -> list[Any]:
        """A new element; where its children go."""
        inside = self._open[-1]
        if tag == "sup" and inside and inside[-1][:1] == ["sup"]:
            inside.append(_NARROW_SPACE)  # two notes beside each other are not one number
        inside.append([tag, attributes, []])
        children: list[Any] = inside[-1][2]
        return children

    def _begun_line(self, tag: str, mark: str) -> list[Any]:
        """A new line in place of an element that is nested too deep; where its words go."""
        inside = self._open[-1]
        if tag in ("td", "th"):
            inside.append(" ")
        elif tag not in _INLINE and inside and inside[-1] != _BREAK and inside[-1] is not self._mark:
            inside.append(_BREAK)
        if mark:
            self._mark = f"{mark} "
            inside.append(self._mark)
        return inside

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._left_out:
            self._left_out = tag != "a"
            return
        self._in_table = self._in_table and tag != "table"
        self._as_typed = self._as_typed and tag != "pre"
        if tag in _VOID or self._as_typed:
            return
        self._open.pop()
        self._quotations -= tag == "blockquote"
        if tag in ("ol", "ul"):
            self._lists.end()
        if len(self._open) <= self._in_lines_from:
            self._in_lines_from = 0

    def handle_data(self, text: str) -> None:
        """A text between tags; line breaks of the source are the reader's only where it is shown as typed."""
        if self._left_out:
            return
        text = breakable(text, _LONGEST_IN_TABLES if self._in_table else _LONGEST_WORD)
        inside = self._open[-1]
        if self._as_typed and self._in_lines_from:
            inside += [part for line in text.splitlines() for part in (line, _BREAK)]
        elif self._as_typed:
            inside.append(text)
        elif text.strip() or "\n" not in text or _goes_on(inside):
            # A broken line begins where its words do.
            broken = bool(inside) and inside[-1][:1] == ["br"]
            inside.append((text.lstrip() if broken else text).replace("\n", " "))


def _goes_on(inside: list[Any]) -> bool:
    """Whether words have come before in the same line, so that a line break of the source is a space."""
    return bool(inside) and (isinstance(inside[-1], str) or inside[-1][0] in _INLINE)
