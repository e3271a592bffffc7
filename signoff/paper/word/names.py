"""The names below a text in a Word file: under their headings, several of them in rows, read from left to right.

Rows of a table, because LibreOffice keeps no closing with columns, which are a section of their own.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from signoff.paper.published import columns_for
from signoff.paper.tree import direction_of
from signoff.paper.word.markup import PLAIN, Lines, Look, paragraph, run
from signoff.paper.word.tables import WIDTH, Table

_FROM_LEFT = "\u200e"  # what stands beside words that read from the right keeps its place by it
# So many groups, with fewer names than so many on average, are beside their headings, which take no line of their own
# then. Levels are four groups at most.
_MANY, _FEW = 5, 5
_BESIDE = 2_200  # twips of such a heading
_WHOLE = 20  # rows; a group of more has its heading above it, where each of its pages repeats it
_TABLE = "SignatoryTable"

_Group = Mapping[str, Any]


def signatories(groups: Sequence[_Group]) -> list[str]:
    """The names under their headings, with a gap before, between and after them; the first ones stay with the text."""
    if not groups:
        return []
    total = sum(len(group["names"]) for group in groups)
    columns = columns_for(total)
    if columns == 1:
        made = ["".join(_in_lines(group)) for group in groups]
    elif len(groups) >= _MANY and total < _FEW * len(groups) and _longest(groups) <= _WHOLE * columns:
        made = [_beside_headings(groups, columns)]
    else:
        made = [_below_heading(group, columns) for group in groups]
    gap = paragraph("", "Gap")
    return [paragraph("", Lines("Gap", keep_next=True)), *chain.from_iterable((one, gap) for one in made)]


def _in_lines(group: _Group) -> list[str]:
    names = group["names"]
    made = [paragraph(run(group["heading"]), "SignatoryHeading")] if group["heading"] else []
    kept = _ends(len(names))
    return made + [_name(name, Lines("Signatory", keep_next=at in kept)) for at, name in enumerate(names)]


def _ends(count: int) -> set[int]:
    """Which of so many lines or rows stay with the next, so that none is alone on its page."""
    return {0, count - 2} if count > 1 else set()


def _below_heading(group: _Group, columns: int) -> str:
    """One group as a table of its own, whose heading is repeated on each of its pages."""
    table = Table(
        _TABLE, [WIDTH // columns] * columns, group["heading"] or "Signatories", has_head=bool(group["heading"])
    )
    heading = [paragraph(run(group["heading"]), "SignatoryHeading"), *[paragraph("", _style(columns))] * (columns - 1)]
    head = [table.row(heading, is_head=True)] if group["heading"] else []
    rows = _rows(group, columns)
    kept = _ends(len(rows))
    lines = (Lines(_style(columns), keep_next=at in kept) for at in range(len(rows)))
    return table.of([*head, *(table.row(_cells(row, columns, of)) for row, of in zip(rows, lines, strict=True))])


def _beside_headings(groups: Sequence[_Group], columns: int) -> str:
    """All groups as one table, each with its heading in the first column."""
    widths = [_BESIDE, *[(WIDTH - _BESIDE) // columns] * columns]
    table = Table(_TABLE, widths, "Signatories", has_head=False, has_side=True)
    made = []
    for group in groups:
        rows = _rows(group, columns)
        for at, row in enumerate(rows):
            side = run(group["heading"], Look(bold=True)) if at == 0 else ""
            lines = Lines(_style(columns), keep_next=at < len(rows) - 1)
            made.append(table.row([paragraph(side, lines), *_cells(row, columns, lines)]))
    return table.of(made)


def _longest(groups: Sequence[_Group]) -> int:
    return max(len(group["names"]) for group in groups)


def _rows(group: _Group, columns: int) -> list[Sequence[_Group]]:
    names = group["names"]
    return [names[at : at + columns] for at in range(0, len(names), columns)]


def _cells(row: Sequence[_Group], columns: int, lines: Lines) -> list[str]:
    return [_name(one, lines) for one in row] + [paragraph("", lines)] * (columns - len(row))


def _style(columns: int) -> str:
    return "Signatory" if columns <= 2 else "SignatorySmall"


def _name(one: _Group, lines: Lines) -> str:
    # A state is never alone on its line.
    caption = run(f"\u00a0{one['caption']}") if one["caption"] else ""
    return paragraph(in_its_direction(one["name"]) + remark_mark(one["mark"]) + caption, lines)


def remark_mark(mark: str) -> str:
    """The asterisk of a remark, with its raised number where there are several."""
    return run(mark[:1]) + run(mark[1:], PLAIN.but(raised=True)) if mark else ""


def in_its_direction(words: str) -> str:
    """Words in the direction of their first letter, within a line of ours that reads from left to right."""
    if direction_of(words) != "rtl":
        return run(words)
    return run(_FROM_LEFT) + run(words, Look(from_right=True)) + run(_FROM_LEFT)
