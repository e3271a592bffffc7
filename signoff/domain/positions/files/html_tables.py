"""The cells of an HTML table, row by row, with those that reach over several taken apart."""

import re
from collections.abc import Iterator

from signoff.domain.positions.files.html_tree import Node

_WIDEST, _LONGEST = 64, 2_000  # columns and rows that one cell may reach over


def grid_of(table: Node) -> list[list[Node | None]]:
    """A table's rows of cells; None where a cell from the left or from above reaches."""
    rows: list[list[Node | None]] = []
    below: dict[int, int] = {}  # columns into which a cell from above reaches, and for how many rows more
    for row in own_parts(table, "tr"):
        cells: list[Node | None] = []
        reached = dict(below)
        for cell in (item for item in row.inner if isinstance(item, Node) and item.tag in ("td", "th")):
            _pass_over(cells, reached)
            across = span(cell, "colspan", _WIDEST)
            below |= {len(cells) + offset: span(cell, "rowspan", _LONGEST) for offset in range(across)}
            cells += [cell, *[None] * (across - 1)]
        _pass_over(cells, reached)
        below = {column: rest - 1 for column, rest in below.items() if rest > 1}
        rows.append(cells)
    return rows


def own_parts(table: Node, tag: str) -> Iterator[Node]:
    """The rows or the captions of a table, but not those of tables within it."""
    for item in table.inner:
        if isinstance(item, Node) and item.tag == tag:
            yield item
        elif isinstance(item, Node) and item.tag in ("thead", "tbody", "tfoot"):
            yield from own_parts(item, tag)


def span(cell: Node, name: str, most: int) -> int:
    """Over how many columns or rows a cell reaches."""
    said = cell.get(name)
    return max(1, min(int(said), most)) if said.isdigit() and len(said) < 6 else 1


def is_merged(cell: Node) -> bool:
    """Whether a cell reaches over several columns or rows."""
    return span(cell, "colspan", _WIDEST) > 1 or span(cell, "rowspan", _LONGEST) > 1


def side_of(cell: Node | None) -> str:
    """At which side a cell stands, as it or the first block within it says: center, right, or empty."""
    said = ""
    while cell is not None and not said:
        found = re.search(r"text-align:\s*(\w+)", cell.get("style").lower())
        said = found[1] if found else ""
        cell = next((item for item in cell.inner if isinstance(item, Node)), None)
    return {"center": "center", "right": "right", "end": "right"}.get(said, "")


def _pass_over(cells: list[Node | None], reached: dict[int, int]) -> None:
    while reached.get(len(cells), 0) > 0:
        cells.append(None)
