"""The tables of a Word file: how one is set, its rows and cells, and how wide its columns are by what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signoff.paper.word.markup import element

WIDTH = 9072  # twips between the margins
_NARROWEST, _WIDEST = 8, 40  # letters by which a column of a table is measured
_OF_A_LETTER, _BESIDE = 130, 216  # twips of a wide bold letter in a table, and beside the words of a cell


@dataclass(frozen=True)
class Table:
    """How a table is set: its style, the widths of its columns and its indent in twips, its name for who cannot see it.

    `has_head` and `has_side` say whether its first row and its first column are headings of the others.
    """

    style: str
    widths: Sequence[int]
    called: str
    indent: int = 0
    from_right: bool = False
    has_head: bool = True
    has_side: bool = False

    def of(self, rows: Iterable[str]) -> str:
        """The table of these rows."""
        look = {"firstRow": int(self.has_head), "firstColumn": int(self.has_side)}
        properties = (
            element("tblStyle", val=self.style)
            + (element("bidiVisual") if self.from_right else "")
            + element("tblW", w=sum(self.widths), type="dxa")
            + (element("tblInd", w=self.indent, type="dxa") if self.indent else "")
            + element("tblLook", **look, lastRow=0, lastColumn=0, noHBand=1, noVBand=1)
            + element("tblCaption", val=self.called)
        )
        grid = element("tblGrid", "".join(element("gridCol", w=width) for width in self.widths))
        return element("tbl", element("tblPr", properties) + grid + "".join(rows))

    def row(self, cells: Iterable[str], *, is_head: bool = False) -> str:
        """A row with the markup of its cells, which no page parts; a head is repeated on each page of the table."""
        properties = element("cantSplit") + (element("tblHeader") if is_head else "")
        made = (_cell(cell, width) for cell, width in zip(cells, self.widths, strict=True))
        return element("tr", element("trPr", properties) + "".join(made))


def _cell(inside: str, width: int) -> str:
    return element("tc", element("tcPr", element("tcW", w=width, type="dxa")) + inside)


def widths_for(columns: Sequence[Sequence[str]], whole: int) -> list[int]:
    """The widths of a table's columns by what their cells say, together not more than a whole, in twips.

    Each has room for its longest word; then, as far as there is room, for its longest cell in one line.
    """
    words = [max((len(word) for cell in cells for word in cell.split()), default=0) for cells in columns]
    least = [min(letters * _OF_A_LETTER + _BESIDE, whole // len(columns)) for letters in words]
    cells = [min(max(_NARROWEST, *map(len, cells)), _WIDEST) * _OF_A_LETTER + _BESIDE for cells in columns]
    wanted = [max(of_word, of_cell) - of_word for of_word, of_cell in zip(least, cells, strict=True)]
    rest = whole - sum(least)
    if sum(wanted) <= rest:
        # All that is wanted, and the rest in proportion.
        least, wanted = [of_word + more for of_word, more in zip(least, wanted, strict=True)], cells
        rest = whole - sum(least)
    return [narrow + rest * more // sum(wanted) for narrow, more in zip(least, wanted, strict=True)]
