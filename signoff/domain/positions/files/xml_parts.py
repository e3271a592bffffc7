"""The XML inside of text files, read within bounds: no document types, no entities, not too deep."""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from signoff.domain.positions.files.content import DEEPEST, MOST_ELEMENTS, LeftOut, TooManyElements

NOT_READABLE = (ParseError, DefusedXmlException, LookupError, ValueError)
_MARKUP = re.compile(r"(</[\w.-]+:(?:p|h)>)|<[^<>]*>?")


class Unreadable(ValueError):
    """A part of a file cannot be read: its name, and after which words where that is known, as “after “we ask””."""

    def __init__(self, part: str, place: str = "") -> None:
        super().__init__(f"{part} {place}")
        self.part, self.place = part, place


def element(raw: bytes, name: str) -> Element:
    """The root of an XML part; Unreadable, with the part's name, for what is none, declares entities or goes too deep.

    TooManyElements for one that is larger than a text's.
    """
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except ParseError as error:
        raise Unreadable(name, _place(raw, *error.position)) from None
    except (DefusedXmlException, LookupError, ValueError):
        raise Unreadable(name) from None
    level, depth, number = [root], 0, 0
    while level:
        depth, number = depth + 1, number + len(level)
        if number > MOST_ELEMENTS:
            raise TooManyElements
        if depth > DEEPEST:
            raise Unreadable(name)
        level = [child for parent in level for child in parent]
    return root


def _place(raw: bytes, line: int, column: int) -> str:
    """The last words before a place in a part; empty where no words stand before it."""
    lines = raw.decode("utf-8", "replace").split("\n")
    before = "\n".join([*lines[: line - 1], lines[line - 1][:column]]) if line <= len(lines) else ""
    said = unescape(_MARKUP.sub(lambda found: " " if found[1] else "", before))
    left_out = LeftOut()
    left_out.passed(said)
    return left_out.place() if said.strip() else ""


def local(item: Element) -> str:
    """An element's name without its namespace, since the same format has several."""
    return str(item.tag).rpartition("}")[2]


def attribute(item: Element, name: str) -> str:
    """An attribute by its name without its namespace; empty where it is missing."""
    return next((value for key, value in item.attrib.items() if key.rpartition("}")[2] == name), "")


def child(item: Element | None, *path: str) -> Element | None:
    """The first element down this path of names; None where one is missing."""
    for name in path:
        item = next((inner for inner in item if local(inner) == name), None) if item is not None else None
    return item


def children(item: Element | None, name: str) -> Iterator[Element]:
    """The elements of this name directly within one."""
    return (inner for inner in (item if item is not None else ()) if local(inner) == name)


def value(item: Element | None, *path: str) -> str:
    """What the attribute `val` says of the element down this path; empty where there is none."""
    found = child(item, *path)
    return attribute(found, "val") if found is not None else ""
