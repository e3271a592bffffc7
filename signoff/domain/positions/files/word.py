"""Reads a Word document (.docx): its parts, and its blocks one after the other."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from signoff.domain.positions.files.content import Block, BlockKind, Reading, Run, in_one_cell, plain, table_of
from signoff.domain.positions.files.own_lines import own_name
from signoff.domain.positions.files.word_runs import RunReader, chosen
from signoff.domain.positions.files.word_styles import Label, Numbering, Style, Styles, heading_level, is_row_deleted
from signoff.domain.positions.files.xml_parts import attribute, child, children, element, local, value

_SIDES = {"center": "center", "right": "right", "end": "right"}
_QUOTES = ("quote", "intense quote", "block text", "quotations")  # the last is LibreOffice's
_SET_IN = 360  # twips, at both sides, as quotations are that have no style of their own
_OFFICE_DOCUMENT = "/officeDocument"


@dataclass
class WordParts:
    """The parts of a document that are read: name and bytes."""

    parts: dict[str, bytes]
    main: str = field(init=False)

    def __post_init__(self) -> None:
        targets = self.targets("").values()
        self.main = next((part for kind, part in targets if kind.endswith(_OFFICE_DOCUMENT)), "word/document.xml")

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by the id of the reference: the kind, and the other part or the address."""
        folder, name = posixpath.split(part)
        root = self._root(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            attribute(item, "Id"): (attribute(item, "Type"), _target(folder, item))
            for item in children(root, "Relationship")
        }

    def _root(self, name: str) -> Element | None:
        return element(self.parts[name], name) if name in self.parts else None

    def root_of(self, kind: str) -> tuple[str, Element | None]:
        """The part of this kind that the document has, as “styles”: its name and its root."""
        for each, part in self.targets(self.main).values():
            if each.endswith(f"/{kind}") and part in self.parts:
                return part, self._root(part)
        return "", None

    def roots_of(self, kind: str) -> Iterator[tuple[str, Element]]:
        """All parts of this kind, as “header”, each once."""
        for part in sorted({part for each, part in self.targets(self.main).values() if each.endswith(f"/{kind}")}):
            if (root := self._root(part)) is not None:
                yield part, root


def _target(folder: str, item: Element) -> str:
    target = attribute(item, "Target")
    if attribute(item, "TargetMode") == "External":
        return target
    return posixpath.normpath(posixpath.join(folder, target)) if not target.startswith("/") else target[1:]


def read_word(parts: dict[str, bytes]) -> Reading:
    """A document's text; raises Unreadable for XML that cannot be read, and without a main part."""
    package = WordParts(parts)
    root = element(parts.get(package.main, b""), package.main)
    reading = Reading()
    numbering = Numbering(package.root_of("numbering")[1])
    document = _Document(package, Styles(package.root_of("styles")[1]), numbering, reading, _comments(package))
    if any(name.endswith("vbaProject.bin") for name in parts):
        reading.left_out.lines.append("Macros: they were not looked at")
    _list_margins(document)
    body = child(root, "body")
    reading.blocks = list(_Part(document, package.main).all_blocks(body)) if body is not None else []
    for name, kind in (("footnotes", "footnote"), ("endnotes", "endnote")):
        _read_notes(document, name, kind)
    return reading


@dataclass
class _Document:
    package: WordParts
    styles: Styles
    numbering: Numbering
    reading: Reading
    comments: dict[str, str]


def _words_in(root: Element) -> str:
    pieces: list[str] = []
    for item in root.iter():
        if local(item) in ("p", "tab", "br"):
            pieces.append(" ")
        elif local(item) in ("t", "delText"):
            pieces.append(item.text or "")
    return " ".join("".join(pieces).split())


def _comments(package: WordParts) -> dict[str, str]:
    _, root = package.root_of("comments")
    return {attribute(item, "id"): _words_in(item) for item in children(root, "comment")}


def _list_margins(document: _Document) -> None:
    # In the file they stand apart from the text, on every page.
    said = set()
    for kind, called in (("header", "The page header"), ("footer", "The page footer")):
        for part, root in document.package.roots_of(kind):
            before = len(document.reading.left_out.lines)
            blocks = list(_Part(document, part, is_margin=True).all_blocks(root))
            own = document.reading.left_out.lines[before:]
            del document.reading.left_out.lines[before:]
            words = " ".join(filter(None, (block.words for block in blocks)))
            for line in ([f"{called}: “{words}”"] if words else []) + [f"{called}: {line}" for line in own]:
                if line not in said:
                    said.add(line)
                    document.reading.left_out.lines.append(line)
    document.reading.left_out.go_to("")


def _read_notes(document: _Document, name: str, kind: str) -> None:
    part, root = document.package.root_of(name)
    for item in children(root, kind):
        if attribute(item, "type") in ("", "normal"):
            key = f"{kind}:{attribute(item, 'id')}"
            document.reading.left_out.go_to("the footnote")
            document.reading.notes[key] = tuple(_Part(document, part).all_blocks(item))


@dataclass
class _Part:
    """One part being read, as the main text or a footnote."""

    document: _Document
    name: str
    is_margin: bool = False
    _pending: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        targets = {key: target for key, (_, target) in self.document.package.targets(self.name).items()}
        left_out = self.document.reading.left_out
        self.runs = RunReader(self.document.styles, targets, self.document.comments, left_out, _words_in)

    def all_blocks(self, parent: Element) -> Iterator[Block]:
        """The blocks of the whole part."""
        yield from self.blocks(parent)
        if self._pending:
            yield Block(BlockKind.PARAGRAPH, tuple(self._pending))

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The blocks directly within an element, and within whatever merely wraps some of them."""
        for item in parent:
            match local(item):
                case "p":
                    yield from self._paragraph(item)
                case "tbl":
                    yield from self._table(item)
                case "del" | "moveFrom":
                    self.runs.list_deleted(item)
                case "altChunk" | "subDoc":
                    self.runs.left_out.add("A document within this one")
                case "sdt":
                    yield from self._control(item)
                case "AlternateContent":
                    yield from self.blocks(chosen(item))
                case "oMathPara" | "oMath":
                    self.runs.list_equation(item)
                case _:
                    yield from self.blocks(item)

    def _control(self, item: Element) -> Iterator[Block]:
        if "Table of Contents" in value(item, "sdtPr", "docPartObj", "docPartGallery"):
            self.runs.left_out.add("A table of contents", _words_in(item))
            return
        if not self.runs.is_unfilled(item):
            yield from self.blocks(item)

    def _paragraph(self, item: Element) -> Iterator[Block]:
        properties = child(item, "pPr")
        style = value(properties, "pStyle")
        styles = self.document.styles.chain(style, of_paragraph=True)
        if re.match(r"toc \d", self.document.styles.name(style)):
            self.runs.left_out.add("A line of a table of contents", _words_in(item))
            return
        # A heading's or a quotation's own type is how it is shown anyway.
        is_shown = bool(heading_level(styles, properties)) or self.document.styles.name(style) in (*_QUOTES, "title")
        runs = [*self._pending, *self.runs.of_paragraph(item, [] if is_shown else styles)]
        self._pending = []
        if _goes_on(properties):
            self._pending = runs
            return
        self.runs.left_out.passed(" ")
        yield self._block(properties, style, styles, tuple(runs))

    def _block(self, properties: Element | None, style: str, styles: list[Style], runs: tuple[Run, ...]) -> Block:
        name = self.document.styles.name(style)
        if own := own_name(name):
            return Block(BlockKind.PARAGRAPH, runs, own=own)
        level = heading_level(styles, properties)
        label = self._label(properties, style, styles) if plain(runs) or any(run.note for run in runs) else None
        if name == "title" and not self.document.reading.title and not self.is_margin:
            self.document.reading.title = plain(runs)
            level = 1
        if level:
            before = (Run(f"{label.text} "),) if label and label.text else ()
            return Block(BlockKind.HEADING, (*before, *runs), level=level)
        if label is None:
            deeper = re.fullmatch(r"list continue(?: (\d))?", name)
            depth = int(deeper[1] or 1) - 1 if deeper else -1
            is_quoted = name in _QUOTES or (depth < 0 and _is_set_in(properties))
            return Block(BlockKind.PARAGRAPH, runs, level=depth, is_quoted=is_quoted)
        return Block(BlockKind.ITEM, runs, level=label.level, label=label.text)

    def _label(self, properties: Element | None, style: str, styles: list[Style]) -> Label | None:
        own = child(properties, "numPr")
        numbered = [found for each in styles if (found := child(each.paragraph, "numPr")) is not None]
        list_id = value(own, "numId") or next((value(each, "numId") for each in numbered if value(each, "numId")), "")
        if list_id in ("", "0"):
            return None
        level = value(own, "ilvl") or next((value(each, "ilvl") for each in numbered if value(each, "ilvl")), "")
        depth = int(level) if level.isdigit() else self.document.numbering.level_of_style(list_id, style)
        label = self.document.numbering.label(list_id, depth)
        # Word's own styles “List Bullet 2” and the like are lists of one level each.
        deeper = re.fullmatch(r"list (?:bullet|number) ([2-5])", styles[0].name if styles else "")
        return replace(label, level=int(deeper[1]) - 1) if label and deeper and not label.level else label

    def _table(self, item: Element) -> Iterator[Block]:
        rows = [self._row(row) for row in self._rows(item)]
        if rows:
            self.runs.left_out.passed(" ")
            yield replace(table_of(rows), own=self._own_name_of(item))

    def _own_name_of(self, table: Element) -> str:
        """What styles of Signoff's own say of all paragraphs of a table alike; empty where any says nothing."""
        filled = (item for item in table.iter() if local(item) == "p" and _words_in(item))
        names = {own_name(self.document.styles.name(value(item, "pPr", "pStyle"))) for item in filled}
        return names.pop() if len(names) == 1 else ""

    def _rows(self, item: Element) -> Iterator[Element]:
        for each in item:
            if local(each) == "tr" and is_row_deleted(each):
                self.runs.list_deleted(each)
            elif local(each) == "tr":
                yield each
            elif local(each) in ("sdt", "sdtContent", "customXml"):
                yield from self._rows(each)

    def _row(self, row: Element) -> list[tuple[tuple[Run, ...], str]]:
        cells: list[tuple[tuple[Run, ...], str]] = []
        for cell in _cells(row):
            span = value(cell, "tcPr", "gridSpan")
            if (span.isdigit() and int(span) > 1) or child(cell, "tcPr", "vMerge") is not None:
                self.runs.left_out.change("Merged cells of a table were taken apart")
            further = min(int(span), 64) - 1 if span.isdigit() else 0
            cells += [(self._cell(cell), self._side(cell)), *[((), "")] * further]
        return cells

    def _side(self, cell: Element) -> str:
        """At which side the first paragraph of a cell stands: empty, center or right."""
        properties = child(cell, "p", "pPr")
        styles = self.document.styles.chain(value(properties, "pStyle"), of_paragraph=True)
        said = (value(properties, "jc"), *(value(style.paragraph, "jc") for style in styles))
        return _SIDES.get(next(filter(None, said), ""), "")

    def _cell(self, cell: Element) -> tuple[Run, ...]:
        runs = in_one_cell(self.blocks(cell), self.runs.left_out)
        self.runs.left_out.passed(" ")
        return runs


def _goes_on(properties: Element | None) -> bool:
    """Whether the next paragraph goes on with the words of this one: its end was deleted, or it is a large initial."""
    frame = child(properties, "framePr")
    is_initial = frame is not None and attribute(frame, "dropCap") in ("drop", "margin")
    return is_initial or child(properties, "rPr", "del") is not None


def _is_set_in(properties: Element | None) -> bool:
    """Whether a paragraph itself stands away from both margins."""
    indent = child(properties, "ind")
    said = [
        [attribute(indent, name) for name in names] if indent is not None else []
        for names in (("left", "start"), ("right", "end"))
    ]
    return all(any(twips.isdigit() and int(twips) >= _SET_IN for twips in side) for side in said)


def _cells(row: Element) -> Iterator[Element]:
    for item in row:
        if local(item) == "tc":
            yield item
        elif local(item) in ("sdt", "sdtContent", "customXml"):
            yield from _cells(item)
