"""What was read of a file: blocks of runs, with footnotes, and the list of what a text cannot hold."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from signoff.domain.phrasing import counted

DEEPEST = 200  # elements or fields within each other
MOST_ELEMENTS = 250_000  # of a file's tree; a text that is as long as it may be has a third of that
_WORDS_BEFORE = 4
_TAIL = 200  # characters


class TooManyElements(Exception):
    """A file is not read, because it has more elements than any text needs; reading them all takes minutes."""


class BlockKind(StrEnum):
    """What a block of a text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    CODE = "code"
    RULE = "rule"
    TABLE = "table"


@dataclass(frozen=True)
class Run:
    """Words of one look; a line feed among them breaks the line. With `note`, the place of that footnote."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    href: str = ""
    note: str = ""
    own: str = ""  # what a style of Signoff's own says of it


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, item of a list, block of code, rule, or table.

    `level` is a heading's from 1, or how deep an item or a further paragraph of one lies, from 0; -1 outside of lists.
    `label` is what stands before an item, as “2.” or “(b)”; a bullet has none. `sides` are those of a table's columns
    that stand at the "right" or in the "center", and empty for others. `own` is what Signoff's style says it is.
    """

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    level: int = -1
    label: str = ""
    is_quoted: bool = False
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    sides: tuple[str, ...] = ()
    own: str = ""

    @property
    def words(self) -> str:
        """What it says, on one line; without its label."""
        return " ".join(filter(None, map(plain, (self.runs, *(cell for row in self.rows for cell in row)))))

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it would be seen."""
        runs = [*self.runs, *(run for row in self.rows for cell in row for run in cell)]
        return self.kind != BlockKind.RULE and not any(run.note or run.text.strip() for run in runs)


def table_of(rows: Iterable[Sequence[tuple[tuple[Run, ...], str]]]) -> Block:
    """A table of cells that each stand at a side, as `Block` has it; a column has that of all cells below its head."""
    cells = [tuple(row) for row in rows]
    below = cells[1:] or cells
    columns = [[row[at] for row in below if at < len(row)] for at in range(max(map(len, cells), default=0))]
    sides = [{side for runs, side in column if plain(runs)} for column in columns]
    return Block(
        BlockKind.TABLE,
        rows=tuple(tuple(runs for runs, _ in row) for row in cells),
        sides=tuple(side.pop() if len(side) == 1 else "" for side in sides),
    )


def below_title(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with the highest of their headings at the first level, as below a title; the others keep step."""
    made = list(blocks)
    above = min((block.level for block in made if block.kind == BlockKind.HEADING), default=1) - 1
    return [replace(block, level=block.level - above) if block.kind == BlockKind.HEADING else block for block in made]


_SYMBOLS = re.compile("[\ue000-\uf8ff]")  # each font has its own signs there, and others show an empty box


def without_symbols(text: str, left_out: "LeftOut", font: str = "") -> str:
    """Words without the signs that only their own font shows; each is listed, with the font where it is known."""
    for symbol in _SYMBOLS.findall(text):
        left_out.add(f"A symbol of the font {font or 'of the file'} ({ord(symbol):04X})")
    return _SYMBOLS.sub("", text)


def plain(runs: Sequence[Run]) -> str:
    """What runs say, on one line."""
    return " ".join("".join(run.text for run in runs).split())


@dataclass
class LeftOut:
    """The list of what a text cannot hold, with the places; and what was changed so that it can."""

    lines: list[str] = field(default_factory=list)
    changed: Counter[str] = field(default_factory=Counter)
    _before: str = ""

    def passed(self, text: str) -> None:
        """Note words that the text keeps: the next place is told by them."""
        self._before = (self._before + text)[-_TAIL:]

    def add(self, what: str, words: str = "") -> None:
        """List something that is left out here, with its words if it has any."""
        said = " ".join(words.split())
        self.lines.append(f"{what}, {self.place()}{f': “{said}”' if said else ''}")

    def change(self, what: str) -> None:
        """Note that something is kept in another form; told once, with the number of times."""
        self.changed[what] += 1

    def place(self) -> str:
        """The present place, by the last words that the text keeps."""
        before = [word for word in self._before.split() if re.search(r"\w", word)]
        if len(self._before) == _TAIL:
            before = before[1:]
        return f"after “{' '.join(before[-_WORDS_BEFORE:])}”" if before else "at the beginning"

    def go_to(self, words: str) -> None:
        """Tell places from the beginning again, after these words, as at the beginning of another part."""
        self._before = f"{words} " if words else ""

    def sentences(self) -> tuple[str, ...]:
        """All of it, what is lost first."""
        kept = [f"{what} ({counted(times, 'place')})" for what, times in self.changed.items()]
        return (*self.lines, *kept)


@dataclass
class Reading:
    """A file as it is read: its blocks, the footnotes by their keys, and what is left out."""

    blocks: list[Block] = field(default_factory=list)
    notes: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    title: str = ""
    ready: str = ""  # the text, where it needs no writing; and the same without the title that it begins with
    ready_without_title: str = ""


def in_one_cell(blocks: Iterable[Block], left_out: LeftOut) -> tuple[Run, ...]:
    """What stands in a cell of a table: its blocks as lines, since a text's cells hold neither lists nor tables."""
    runs: list[Run] = []
    for block in blocks:
        if block.is_empty:
            continue
        own = [Run(f"{block.label or '•'} ")] if block.kind == BlockKind.ITEM else []
        if block.rows:
            left_out.change("A table within a table's cell was written as lines")
            own += [run for row in block.rows for each in row for run in (*each, Run(" "))]
        runs += [*([Run("\n")] if runs else []), *own, *block.runs]
    return tuple(runs)


@dataclass(frozen=True)
class FileText:
    """A file's text in the dialect of texts, a guess at its title, and what it does not hold.

    `parts` are those of a letter, by the names of their fields, where they were looked for. Of a file that Signoff
    made, they are all fields but the body, and `digest` is that of the text it was made from, as far as it tells.
    """

    title: str
    body: str
    left_out: tuple[str, ...]
    parts: Mapping[str, str] = field(default_factory=dict)
    is_own: bool = False
    digest: str = ""
