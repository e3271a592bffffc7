"""Footnotes of a text where they are referred to, so that the typesetter puts each at the foot of its page."""

from collections.abc import Iterator
from typing import Any


def with_footnotes(tree: list[Any]) -> list[Any]:
    """A tree of `tree_of` with each footnote at the first reference to it: ["note", {"id", "number"}, children].

    Later references to the same footnote have no children. A footnote that only footnotes lead to stays at the end.
    """
    placing = _Placing({item[1]["id"]: item[2] for item in _items(tree)})
    placed = placing.nodes([node for node in tree if not _is_section(node)])
    return placed + [["section", {}, words] for words in placing.left()]


def _is_section(node: Any) -> bool:
    return not isinstance(node, str) and node[0] == "section"


def _items(tree: list[Any]) -> list[Any]:
    lists = (part for node in tree if _is_section(node) for part in node[2] if part[0] == "ol")
    return [item for list_ in lists for item in list_[2] if not isinstance(item, str)]


class _Placing:
    def __init__(self, notes: dict[str, list[Any]]) -> None:
        self._notes = notes
        self._placed: set[str] = set()

    def left(self) -> Iterator[list[Any]]:
        """The footnotes that have found no place."""
        for id_ in self._notes.keys() - self._placed:
            self._placed.add(id_)
            yield self.nodes(self._notes[id_])

    def nodes(self, nodes: list[Any]) -> list[Any]:
        """The nodes with their footnotes."""
        return [self._node(node) for node in nodes]

    def _node(self, node: Any) -> Any:
        if isinstance(node, str):
            return node
        tag, attributes, inside = node
        if tag == "sup" and (reference := _reference(inside)) is not None:
            return self._note(*reference)
        return [tag, attributes, self.nodes(inside)]

    def _note(self, id_: str, number: str) -> Any:
        is_first = id_ in self._notes and id_ not in self._placed
        self._placed.add(id_)
        return ["note", {"id": id_, "number": number}, self.nodes(_in_line(self._notes[id_])) if is_first else []]


def _in_line(note: list[Any]) -> list[Any]:
    """A footnote whose first paragraph begins behind its number."""
    first = note[0] if note else ""
    if isinstance(first, str) or first[0] != "p":
        return note
    return [*first[2], *note[1:]]


def _reference(inside: list[Any]) -> tuple[str, str] | None:
    """Which footnote a raised number refers to, and the number."""
    if len(inside) != 1 or isinstance(inside[0], str) or inside[0][0] != "a":
        return None
    href = inside[0][1].get("href", "")
    return (href[1:], "".join(inside[0][2])) if href.startswith("#") else None
