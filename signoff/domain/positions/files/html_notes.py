"""Finds the footnotes and the comments of an HTML page: two links that lead to each other."""

import re
from dataclasses import dataclass, field

from signoff.domain.positions.files.html_tree import BLOCKS, Node

_HOLDERS = frozenset(("div", "li", "aside", "section"))
_COMMENT = re.compile(r"cmnt|_msocom", re.IGNORECASE)


@dataclass
class Notes:
    """What stands apart from the text: by a link in the text the note that it leads to; and what to skip."""

    footnotes: dict[int, Node] = field(default_factory=dict)  # by id() of the link in the text
    comments: dict[int, Node] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)  # id() of what is not read where it stands


def notes_of(root: Node) -> Notes:
    """The notes of a page."""
    nodes = list(root.nodes())
    places: dict[str, Node] = {}
    for node in nodes:
        for name in filter(None, (node.get("id"), node.get("name"))):
            places.setdefault(name, node)
    links = [node for node in nodes if node.tag == "a" and node.get("href").startswith("#")]
    result = Notes()
    for link in links:
        holder = _holder(places.get(link.get("href")[1:]))
        if holder is None or id(link) in result.apart or link.is_within(holder):
            continue
        if any(link.is_within(other) for other in (*result.footnotes.values(), *result.comments.values())):
            continue
        if back := _back_link(holder, link, places):
            own = result.comments if _COMMENT.search(link.get("href")) else result.footnotes
            own[id(link)] = _widened(holder, back)
            result.apart |= {id(own[id(link)]), id(back)}
    return result


def _holder(target: Node | None) -> Node | None:
    while target is not None and target.tag not in BLOCKS:
        target = target.parent
    return target if target is not None and target.parent is not None else None


def _back_link(holder: Node, link: Node, places: dict[str, Node]) -> Node | None:
    for node in holder.nodes():
        if node.tag == "a" and node.get("href").startswith("#"):
            place = places.get(node.get("href")[1:])
            if place is not None and (_is_near(place, link) or place.is_within(link)):
                return node
    return None


def _is_near(place: Node, link: Node) -> bool:
    parents = (link, link.parent, link.parent.parent if link.parent else None)
    return any(place is each for each in parents if each is not None and each.tag not in ("body", "div"))


def _widened(holder: Node, back: Node) -> Node:
    """The whole footnote: of several paragraphs, where one element holds them and no other footnote."""
    parent = holder.parent
    while parent is not None and parent.tag in _HOLDERS and _only_holds(parent, back):
        holder, parent = parent, parent.parent
    return holder


def _only_holds(parent: Node, back: Node) -> bool:
    return all(node is back for node in parent.nodes() if node.tag == "a" and node.get("href").startswith("#"))
