"""Reads an OpenDocument text (.odt), as LibreOffice and Google Docs write it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from signoff.domain.positions.files.content import (
    Block,
    BlockKind,
    LeftOut,
    Reading,
    Run,
    in_one_cell,
    plain,
    table_of,
    without_symbols,
)
from signoff.domain.positions.files.opendocument_styles import OpenStyles
from signoff.domain.positions.files.xml_parts import attribute, child, children, element, local

_SKIPPED = frozenset(
    ("tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls", "note-citation")
)
_MOST_REPEATED = 64  # spaces or cells that one element may stand for


def read_opendocument(parts: dict[str, bytes]) -> Reading:
    """A document's text; raises Unreadable for XML that cannot be read, and without content."""
    root = element(parts.get("content.xml", b""), "content.xml")
    common = element(parts["styles.xml"], "styles.xml") if parts.get("styles.xml") else Element("none")
    reading = Reading()
    reader = _Reader(reading, OpenStyles(common, root))
    if any(name.startswith("Basic/") and name.endswith(".xml") and "script-lc" not in name for name in parts):
        reading.left_out.lines.append("Macros: they were not looked at")
    _list_margins(common, reading.left_out)
    _list_deleted(root, reading.left_out)
    body = child(root, "body", "text")
    reading.blocks = list(reader.blocks(body)) if body is not None else []
    for key, note in list(reader.notes.items()):
        reading.left_out.go_to("the footnote")
        reading.notes[key] = tuple(reader.blocks(note))
    return reading


def _words(item: Element) -> str:
    pieces: list[str] = []
    _gather(item, pieces)
    return " ".join("".join(pieces).split())


def _says_more_than_notes(item: Element) -> bool:
    return bool((item.text or "").strip()) or any(
        (inner.tail or "").strip() or (local(inner) != "note" and _words(inner)) for inner in item
    )


def _gather(item: Element, pieces: list[str]) -> None:
    if local(item) in ("p", "h", "tab", "s", "line-break"):
        pieces.append(" ")
    pieces.append(item.text or "")
    for inner in item:
        _gather(inner, pieces)
        pieces.append(inner.tail or "")


def _list_margins(root: Element, left_out: LeftOut) -> None:
    said = {}
    for item in root.iter():
        name = local(item)
        if re.fullmatch(r"(?:header|footer)(?:-first|-left)?", name) and (words := _words(item)):
            said[f"The page {name.split('-')[0]}: “{words}”"] = True
    left_out.lines += said


def _list_deleted(root: Element, left_out: LeftOut) -> None:
    changes = child(root, "body", "text", "tracked-changes")
    for region in children(changes, "changed-region"):
        for change in region:
            if local(change) == "deletion":
                said = " ".join(_words(each) for each in change if local(each) != "change-info")
                if said.strip():
                    left_out.lines.append(f"Words deleted with track changes: “{said.strip()}”")
            elif local(change) == "insertion":
                left_out.change("Words inserted with track changes were taken as accepted")


@dataclass
class _Reader:
    reading: Reading
    styles: OpenStyles
    notes: dict[str, Element] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @property
    def left_out(self) -> LeftOut:
        return self.reading.left_out

    def blocks(self, parent: Iterable[Element]) -> Iterator[Block]:
        """The blocks directly within an element, and within whatever merely wraps some of them."""
        for item in parent:
            match local(item):
                case "p" | "h":
                    yield self._paragraph(item)
                case "list":
                    yield from self._list(item, 0, "")
                case "table":
                    yield from self._table(item)
                case "table-of-content" | "alphabetical-index" | "bibliography" | "illustration-index":
                    self.left_out.add("A table of contents or an index", _words(item))
                case "frame" | "custom-shape" | "annotation" | "line" | "rect" | "g":
                    self._apart(item)
                case name if name in _SKIPPED:
                    pass
                case _:
                    yield from self.blocks(item)

    def _paragraph(self, item: Element) -> Block:
        style = attribute(item, "style-name")
        look = self._look(style, Run())
        runs: list[Run] = []
        level = attribute(item, "outline-level") if local(item) == "h" else ""
        own = self.styles.own_name(style)
        if self.styles.is_called(style, "title") and not own:
            level = "1"
            self.reading.title = self.reading.title or _words(item)
        is_quoted = self.styles.is_called(style, "quotations", "quote")
        # A heading's or a quotation's own type is how it is shown anyway.
        self._read(item, Run() if level or is_quoted else look, runs)
        self.left_out.passed(" ")
        if own:
            return Block(BlockKind.PARAGRAPH, tuple(runs), own=own)
        if local(item) == "h" or level:
            return Block(BlockKind.HEADING, tuple(runs), level=int(level) if level.isdigit() else 1)
        is_of_item = self.styles.is_called(style, "list_20_continue")
        return Block(BlockKind.PARAGRAPH, tuple(runs), level=0 if is_of_item else -1, is_quoted=is_quoted)

    def _look(self, style: str, look: Run) -> Run:
        weight, slant = self.styles.words(style, "font-weight"), self.styles.words(style, "font-style")
        bold = weight == "bold" or (weight.isdigit() and int(weight) >= 600) if weight else look.bold
        return replace(look, bold=bold, italic=slant in ("italic", "oblique") if slant else look.italic)

    def _say(self, text: str, look: Run, runs: list[Run]) -> None:
        text = without_symbols(text, self.left_out)
        runs.append(replace(look, text=text))
        self.left_out.passed(text)

    def _read(self, parent: Element, look: Run, runs: list[Run]) -> None:
        self._say(re.sub(r"[ \t\r\n]+", " ", parent.text or ""), look, runs)
        for item in parent:
            self._piece(item, look, runs)
            self._say(re.sub(r"[ \t\r\n]+", " ", item.tail or ""), look, runs)

    def _piece(self, item: Element, look: Run, runs: list[Run]) -> None:
        match local(item):
            case "span":
                self._span(item, look, runs)
            case "a":
                self._read(item, replace(look, href=attribute(item, "href")), runs)
            case "line-break":
                self._say("\n", look, runs)
            case "number":
                self._say(f"{_words(item)} ", look, runs)
            case "tab":
                self._say("\t", look, runs)
            case "s":
                self._say(" ", look, runs)
            case "note":
                self._note(item, runs)
            case "frame" | "custom-shape" | "annotation" | "line" | "rect" | "g" | "control":
                self._apart(item)
            case "ruby":
                self._ruby(item, look, runs)
            case _:
                self._read(item, look, runs)

    def _span(self, item: Element, look: Run, runs: list[Run]) -> None:
        style = attribute(item, "style-name")
        if self.styles.words(style, "display") == "none":
            self.left_out.add("Hidden words", _words(item))
            return
        if self.styles.words(style, "text-line-through-style") not in ("", "none") and _words(item):
            self.left_out.add("Words struck through; they are kept as ordinary words", _words(item))
        own = self.styles.own_name(style)
        if (
            not own
            and re.match(r"super|sub|-?[1-9]", self.styles.words(style, "text-position"))
            and _says_more_than_notes(item)
        ):
            self.left_out.change("Raised or lowered characters are written on the line")
        if self.styles.words(style, "text-underline-style") not in ("", "none") and not look.href:
            self.left_out.change("Underlining was not kept")
        inside = self._look(style, look)
        self._read(item, replace(inside, own=own) if own else inside, runs)

    def _note(self, item: Element, runs: list[Run]) -> None:
        body = child(item, "note-body")
        if attribute(item, "note-class") == "endnote":
            self.left_out.change("Endnotes are footnotes now")
        if body is not None:
            key = f"note:{len(self.notes)}"
            self.notes[key] = body
            runs.append(Run(note=key))

    def _ruby(self, item: Element, look: Run, runs: list[Run]) -> None:
        base, above = child(item, "ruby-base"), child(item, "ruby-text")
        if base is not None:
            self._read(base, look, runs)
        if above is not None:
            self.left_out.add("Words above the line", _words(above))

    def _apart(self, item: Element) -> None:
        if local(item) == "annotation":
            said = [_words(each) for each in item if local(each) in ("p", "list")]
            self.left_out.add("A comment", " ".join(said))
            return
        found = {local(each) for each in item.iter()}
        described = " ".join(_words(each) for each in item.iter() if local(each) in ("title", "desc"))
        own = [each for each in item.iter() if local(each) == "text-box"] or ([] if "image" in found else [item])
        words = " ".join(filter(None, map(_words, own)))
        what = "A picture" if "image" in found and "object" not in found else "A text box"
        if "object" in found or "object-ole" in found:
            what = "An equation, chart or embedded object"
        elif what == "A text box" and "text-box" not in found:
            what = "A shape"
        self.left_out.add(what, words if what in ("A text box", "A shape") and words else described or words)

    def _list(self, item: Element, depth: int, style: str) -> Iterator[Block]:
        style = attribute(item, "style-name") or style
        key = f"{style}:{depth}"
        goes_on = attribute(item, "continue-numbering") == "true" or attribute(item, "continue-list")
        if not goes_on:
            self.counts[key] = []
        for each in item:
            if local(each) in ("list-item", "list-header"):
                yield from self._item(each, depth, style, self.counts.setdefault(key, []))

    def _item(self, item: Element, depth: int, style: str, counts: list[int]) -> Iterator[Block]:
        start = attribute(item, "start-value")
        is_marked = local(item) == "list-item"
        for each in item:
            if local(each) == "list":
                yield from self._list(each, depth + 1, style)
                continue
            for block in self.blocks([each]):
                if block.kind != BlockKind.PARAGRAPH or not is_marked or not (plain(block.runs) or block.rows):
                    yield replace(block, level=depth) if block.kind == BlockKind.PARAGRAPH else block
                    continue
                is_marked = False
                if start.isdigit() and len(start) < 9:
                    counts[:] = [int(start) - 1]
                own = style or self.styles.list_of(attribute(each, "style-name"))
                counts[:] = [(counts or [self.styles.start(own, depth) - 1])[0] + 1]
                around = [(self.counts.get(f"{style}:{level}") or [1])[0] for level in range(depth)]
                label = self.styles.label(own, [*around, counts[0]])
                yield replace(block, kind=BlockKind.ITEM, level=depth, label=label)

    def _table(self, item: Element) -> Iterator[Block]:
        rows = [self._row(row) for row in self._rows(item)]
        filled = (each for each in item.iter() if local(each) in ("p", "h") and _words(each))
        names = {self.styles.own_name(attribute(each, "style-name")) for each in filled}
        yield replace(table_of(rows), own=names.pop() if len(names) == 1 else "")

    def _rows(self, item: Element) -> Iterator[Element]:
        for each in item:
            if local(each) == "table-row":
                yield each
            elif local(each) in ("table-header-rows", "table-rows", "table-row-group"):
                yield from self._rows(each)

    def _row(self, row: Element) -> list[tuple[tuple[Run, ...], str]]:
        cells: list[tuple[tuple[Run, ...], str]] = []
        for cell in row:
            repeated = attribute(cell, "number-columns-repeated")
            times = min(int(repeated), _MOST_REPEATED) if repeated.isdigit() and len(repeated) < 6 else 1
            if any(attribute(cell, f"number-{name}-spanned") not in ("", "1") for name in ("columns", "rows")):
                self.left_out.change("Merged cells of a table were taken apart")
            if local(cell) in ("table-cell", "covered-table-cell"):
                runs = in_one_cell(self.blocks(cell), self.left_out)
                self.left_out.passed(" ")
                first = child(cell, "p")
                side = self.styles.side(attribute(first, "style-name")) if first is not None else ""
                cells += [(runs, side)] * times
        while cells and not plain(cells[-1][0]) and not any(run.note for run in cells[-1][0]):
            cells.pop()
        return cells
