"""Writes what was read of a file in the dialect of texts, and guesses its title."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from signoff.domain.positions.files.content import Block, BlockKind, FileText, LeftOut, Reading, Run, below_title, plain
from signoff.domain.positions.files.inline import tidy, written
from signoff.domain.positions.files.letter_parts import letter_parts
from signoff.domain.positions.files.own_lines import OwnText, own_text
from signoff.domain.positions.files.titles import is_title, title_of
from signoff.domain.positions.labels import are_labels, label_of
from signoff.domain.positions.markdown_rules import MOST_COLUMNS

# Bullets that people typed as letters, which a text would be cleaned of.
_TYPED_BULLET = re.compile(r"^[ \t]*(?:[•●◦▪■‣\uf0b7\uf0a7\uf0d8][ \t\u00a0]+|[·o§–]\t[ \t\u00a0]*)(?=\S)")
_NUMBER = re.compile(r"([0-9]{1,9})([.)]?)")
_LABELS_COMPARED = 60
# Behind the marks of a heading a number begins no list.
_GUARDED_NUMBER = re.compile(r"^([0-9]{1,9})\\(?=[.)])")
# At a heading's end they would not be shown.
_CLOSING_MARKS = re.compile(r"(?<!\\)#+$")


@dataclass
class _List:
    """A list being written: what marks its items, and the labels that are words of them."""

    level: int  # of its items, as they have it in the file
    mark: str  # a bullet's sign, or what ends each number
    number: int = 0  # of its last item
    labels: list[str] = field(default_factory=list)

    @property
    def is_numbered(self) -> bool:
        return self.mark in ".)"

    @property
    def width(self) -> int:
        """How far what belongs to its last item is set in."""
        return len(f"{self.number}{self.mark} " if self.is_numbered else f"{self.mark} ")

    def takes(self, label: str) -> bool:
        """Whether an item with this label is the next one of this list."""
        number = _NUMBER.fullmatch(label)
        if self.is_numbered:
            return number is not None and (int(number[1]), number[2] or ".") == (self.number + 1, self.mark)
        if not label or not self.labels:
            return not label and not self.labels
        is_same_kind = (number is None) == (_NUMBER.fullmatch(self.labels[-1]) is None)
        return is_same_kind and are_labels([*self.labels[-_LABELS_COMPARED:], label])


@dataclass
class _Writer:
    """A text being written: its parts so far, the footnotes in the order they are referred to, and the open lists."""

    reading: Reading
    parts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    lists: list["_List"] = field(default_factory=list)  # that are open, the outermost first
    was_item: bool = False

    @property
    def left_out(self) -> LeftOut:
        return self.reading.left_out

    def number_of(self, note: str) -> int:
        return self.numbers.setdefault(note, len(self.numbers) + 1)

    def inline(self, runs: Sequence[Run]) -> str:
        return written(runs, self.number_of, self.left_out)


def file_text(
    reading: Reading, *, has_title: str | None = "", wanted: Collection[str] = (), sender: str = ""
) -> FileText:
    """What was read, written in the dialect.

    `has_title` is the title that was typed already, if any; None where no title is looked for. `wanted` are the fields
    for which the parts of a letter are taken out of the text, and `sender` is what the Coalition's letterhead says.
    """
    if reading.ready:
        takes_title = reading.title and has_title is not None and is_title(has_title, reading.title)
        body = reading.ready_without_title if takes_title else reading.ready
        return FileText(reading.title, body, reading.left_out.sentences())
    pieces = [piece for block in reading.blocks for piece in _with_typed_lists(block)]
    own = own_text(pieces, reading) if has_title is not None else None
    if own:
        return _of_own(reading, own)
    parts, blocks = letter_parts(pieces, wanted, reading.left_out, sender)
    subject = parts.pop("title", "")
    title, blocks = title_of(reading.title, blocks, subject or has_title)
    body = _body(reading, blocks if has_title is None else below_title(blocks))
    return FileText(subject or title, body, reading.left_out.sentences(), parts)


def _of_own(reading: Reading, own: OwnText) -> FileText:
    title, body = own.fields["title"], _body(reading, own.blocks)
    return FileText(title, body, reading.left_out.sentences(), own.fields, is_own=True, digest=own.digest)


def _body(reading: Reading, blocks: list[Block]) -> str:
    writer = _Writer(reading)
    while blocks and blocks[-1].kind == BlockKind.RULE:  # the line above footnotes
        blocks.pop()
    reading.left_out.go_to("")
    for block in blocks:
        _write(writer, block)
        reading.left_out.passed(f"{block.words} ")
    _write_notes(writer)
    return "\n\n".join(writer.parts)


def _with_typed_lists(block: Block) -> Iterator[Block]:
    lines = list(_lines(block.runs)) if block.kind == BlockKind.PARAGRAPH and block.level < 0 else []
    if not any(_TYPED_BULLET.match("".join(run.text for run in line)) for line in lines):
        yield block
        return
    for line in lines:
        if bullet := _TYPED_BULLET.match("".join(run.text for run in line)):
            yield replace(block, kind=BlockKind.ITEM, level=0, runs=tuple(_without(line, bullet.end())))
        else:
            yield replace(block, runs=tuple(line))


def _lines(runs: Sequence[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        first, *more = run.text.split("\n")
        line.append(replace(run, text=first))
        for text in more:
            yield line
            line = [replace(run, text=text)]
    yield line


def _without(runs: Sequence[Run], size: int) -> Iterator[Run]:
    for run in runs:
        yield replace(run, text=run.text[size:])
        size = max(0, size - len(run.text))


def _write(writer: _Writer, block: Block) -> None:
    if block.kind == BlockKind.ITEM:
        _write_item(writer, block)
        return
    if block.level >= 0 and block.kind == BlockKind.PARAGRAPH and writer.lists:
        indent = _indent([each for each in writer.lists if each.level <= block.level])
        writer.parts.append(_indented(writer.inline(block.runs), indent, indent))
        writer.was_item = False
        return
    writer.lists.clear()
    writer.was_item = False
    if text := _OF_KIND[block.kind](writer, block):
        prefix = "> " if block.is_quoted else ""
        text = _indented(text, prefix, prefix)
        if block.is_quoted and writer.parts and writer.parts[-1].startswith("> "):
            # Two quotations that follow one another are one.
            writer.parts[-1] += f"\n>\n{text}"
        else:
            writer.parts.append(text)


def _indent(lists: Sequence[_List]) -> str:
    return " " * sum(each.width for each in lists)


def _write_item(writer: _Writer, block: Block) -> None:
    if block.label and not _NUMBER.fullmatch(block.label) and not label_of(f"{block.label} words"):
        # No list of a text has such a label. It keeps its words, and its place below the item that it belongs to.
        runs = (Run(f"{block.label} "), *block.runs)
        _write(writer, replace(block, kind=BlockKind.PARAGRAPH, runs=runs, level=block.level - 1, label=""))
        return
    # A list may begin at a level that none lies above.
    depth = sum(each.level < block.level for each in writer.lists)
    before = writer.lists[depth] if depth < len(writer.lists) else None
    goes_on = before is not None and before.takes(block.label)
    own = _next(before, block) if before and goes_on else _begun(before, block)
    words = writer.inline((*([Run(f"{own.labels[-1]} ")] if own.labels else []), *block.runs))
    indent = _indent(writer.lists[:depth])
    mark = f"{own.number}{own.mark} " if own.is_numbered else f"{own.mark} "
    text = _indented(words, indent + mark, indent + " " * len(mark))
    writer.lists[depth:] = [own]
    # Only a list that begins with 1 may follow other words without an empty line.
    if writer.was_item and (goes_on or (before is None and own.number < 2)):
        writer.parts[-1] += f"\n{text}"
    else:
        writer.parts.append(text)
    writer.was_item = True


def _next(before: _List, block: Block) -> _List:
    labels = [*before.labels[-_LABELS_COMPARED:], block.label] if before.labels else []
    return replace(before, level=block.level, number=before.number + 1, labels=labels)


def _begun(before: _List | None, block: Block) -> _List:
    """A list that begins with this item, at once after another one of the same level or by itself."""
    number = _NUMBER.fullmatch(block.label)
    end = (number[2] or ".") if number else ""
    if number and (before is None or before.mark != end):
        return _List(block.level, end, int(number[1]))
    # Another sign begins another list. Numbers that begin again at once become words, since they would go on.
    sign = "*" if before is not None and before.mark == "-" else "-"
    labels = [f"{number[1]}{end}" if number else block.label] if block.label else []
    return _List(block.level, sign, labels=labels)


def _indented(text: str, first: str, other: str) -> str:
    lines = text.split("\n")
    rest = [f"{other}{line}".rstrip() if line or other.strip() else "" for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *rest])


def _paragraph(writer: _Writer, block: Block) -> str:
    return writer.inline(block.runs)


def _heading(writer: _Writer, block: Block) -> str:
    runs = tidy([replace(run, text=run.text.replace("\n", " ")) for run in block.runs])
    if all(run.bold or not run.text.strip() for run in runs):
        runs = [replace(run, bold=False) for run in runs]
    # The title is the page's first heading, so that a text's own begin at the second level.
    words = _GUARDED_NUMBER.sub(r"\1", writer.inline(runs))
    return f"{'#' * min(block.level + 1, 6)} {_CLOSING_MARKS.sub(_marked, words)}"


def _marked(marks: "re.Match[str]") -> str:
    return f"\\{marks[0]}"


def _code(writer: _Writer, block: Block) -> str:
    text = "".join(run.text for run in block.runs).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _rule(writer: _Writer, block: Block) -> str:
    return "---" if writer.parts else ""


_SIDES = {"center": ":---:", "right": "---:"}


def _table(writer: _Writer, block: Block) -> str:
    rows = [row for row in block.rows if any(plain(cell) or any(run.note for run in cell) for cell in row)]
    width = max(map(len, rows), default=0)
    if width == 1:
        return "\n\n".join(writer.inline(row[0]) for row in rows)
    if width > MOST_COLUMNS:
        writer.left_out.add(f"A table of {width} columns; its rows are kept as lines", "")
        return "\n\n".join(writer.inline(_in_one(row)) for row in rows)
    cells = [[_cell(writer, cell, is_head=not number) for cell in row] for number, row in enumerate(rows)]
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in cells]
    marks = [_SIDES.get(side, "---") for side in (*block.sides, *[""] * width)[:width]]
    return "\n".join([lines[0], f"| {' | '.join(marks)} |", *lines[1:]])


def _in_one(row: Sequence[Sequence[Run]]) -> list[Run]:
    return [run for number, cell in enumerate(row) for run in (*([Run("; ")] if number else []), *cell)]


def _cell(writer: _Writer, runs: Sequence[Run], *, is_head: bool) -> str:
    if "\n" in "".join(run.text for run in runs).strip():
        writer.left_out.change("Lines within a table's cell were joined")
    runs = tidy([replace(run, text=run.text.replace("\n", " ")) for run in runs])
    if is_head and all(run.bold or not run.text.strip() for run in runs):
        runs = [replace(run, bold=False) for run in runs]
    # A table takes one backslash away before each bar, whatever stands before it.
    return writer.inline(runs).replace("|", r"\|")


def _write_notes(writer: _Writer) -> None:
    done = 0
    while done < len(writer.numbers):  # a footnote may refer to another
        for note, number in list(writer.numbers.items())[done:]:
            done += 1
            blocks = [block for block in writer.reading.notes.get(note, ()) if block.words]
            texts = [writer.inline(block.runs or _in_one([c for row in block.rows for c in row])) for block in blocks]
            said = "\n\n".join(_indented(text, "    " if at else "", "    ") for at, text in enumerate(texts))
            writer.parts.append(f"[^{number}]: {said or '–'}")


_OF_KIND: dict[BlockKind, Callable[[_Writer, Block], str]] = {
    BlockKind.PARAGRAPH: _paragraph,
    BlockKind.HEADING: _heading,
    BlockKind.CODE: _code,
    BlockKind.RULE: _rule,
    BlockKind.TABLE: _table,
}
