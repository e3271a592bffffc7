"""Reads HTML as pages, word processors and the clipboard give it: its blocks, and a list of what a text cannot hold."""

import re
from dataclasses import dataclass, field, replace

from signoff.domain.positions.files.content import (
    Block,
    BlockKind,
    Reading,
    Run,
    in_one_cell,
    table_of,
    without_symbols,
)
from signoff.domain.positions.files.html_notes import Notes, notes_of
from signoff.domain.positions.files.html_tables import grid_of, is_merged, own_parts, side_of
from signoff.domain.positions.files.html_tree import (
    BLOCKS,
    Node,
    Sheet,
    address_of,
    form_of,
    is_bold,
    is_hidden,
    is_italic,
    sheet_of,
    tree_of,
)
from signoff.domain.positions.labels import formatted

_LISTED = {
    "img": "A picture",
    "svg": "A drawing",
    "canvas": "A drawing",
    "video": "A film",
    "audio": "A recording",
    "iframe": "A page within this one",
    "object": "An embedded object",
    "embed": "An embedded object",
    "math": "An equation",
    "input": "A form field",
    "select": "A form field",
    "textarea": "A form field",
    "button": "A form field",
    "rt": "Words above the line",
}
_BOLD, _ITALIC = ("b", "strong"), ("i", "em", "cite", "var")
_LONGEST_MARK = 12  # characters
_OWN_MARK = re.compile(r"mso-list:\s*ignore")
_WORDS_OWN_LIST = re.compile(r"mso-list:\s*l\d+ level(\d)")


@dataclass(frozen=True)
class _Place:
    """Where the reader is: the look of words, and the block they belong to."""

    look: Run = field(default_factory=Run)
    heading: int = 0
    depth: int = -1
    is_quoted: bool = False
    is_exact: bool = False


def read_html(html: str) -> Reading:
    """A page's or a part's text; ValueError where it is nested too deep, TooManyElements where it is too large."""
    root = tree_of(html)
    reader = _Reader(Reading(), sheet_of(html), notes_of(root))
    reader.walk(root, _Place())
    reader.end(_Place())
    reader.reading.blocks = reader.blocks
    for key, node in list(reader.wanted.items()):
        reader.reading.left_out.go_to("the footnote")
        reader.reading.notes[key] = tuple(reader.apart(node))
    return reader.reading


@dataclass
class _Reader:
    reading: Reading
    sheet: Sheet
    notes: Notes
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    label: str | None = None  # of an item of a list whose words come next
    wanted: dict[str, Node] = field(default_factory=dict)  # footnotes that the text refers to

    def walk(self, node: Node, place: _Place) -> None:
        """Read what an element holds."""
        for item in node.inner:
            if isinstance(item, str):
                self._say(item, place)
            elif id(item) not in self.notes.apart:
                self._element(item, place)

    def end(self, place: _Place) -> None:
        """End the block that is being read."""
        runs, self.runs = tuple(self.runs), []
        if not any(run.note or run.text.strip() for run in runs):
            return
        kind, level, label = BlockKind.PARAGRAPH, place.depth, ""
        if place.heading:
            kind, level = BlockKind.HEADING, place.heading
        elif self.label is not None:
            kind, level, label = BlockKind.ITEM, max(place.depth, 0), self.label
            self.label = None
        self.blocks.append(Block(kind, runs, level=level, label=label, is_quoted=place.is_quoted))
        self.reading.left_out.passed(" ")

    def apart(self, node: Node) -> list[Block]:
        """The blocks of an element, by themselves."""
        kept = self.blocks, self.runs, self.label
        self.blocks, self.runs, self.label = [], [], None
        self.walk(node, _Place())
        self.end(_Place())
        result = self.blocks
        self.blocks, self.runs, self.label = kept
        return result

    def _say(self, text: str, place: _Place) -> None:
        text = without_symbols(text, self.reading.left_out)
        text = text if place.is_exact else re.sub(r"[ \t\r\n\f]+", " ", text)
        self.runs.append(replace(place.look, text=text))
        self.reading.left_out.passed(text)

    def _element(self, node: Node, place: _Place) -> None:
        style = self.sheet.style(node)
        if self._is_left_out(node, style):
            return
        if node.tag in BLOCKS:
            self.end(place)
            self._block(node, style, place)
        else:
            self._inline(node, style, place)

    def _is_left_out(self, node: Node, style: str) -> bool:
        left_out = self.reading.left_out
        if node.tag in _LISTED:
            left_out.add(_LISTED[node.tag], node.words() or node.get("alt") or node.get("value") or node.get("title"))
        elif is_hidden(node, style):
            if words := node.words():
                left_out.add("Hidden words", words)
        elif node.tag == "del":
            left_out.add("Words deleted with track changes", node.words())
        elif re.search(r"mso-element:\s*comment\b", style) or "MsoCommentReference" in node.get("class"):
            left_out.add("A comment", node.words())
        elif re.match(r"MsoToc\d", node.get("class")):
            left_out.add("A line of a table of contents", node.words())
        else:
            return _is_own_mark(node, style)
        return True

    def _inline(self, node: Node, style: str, place: _Place) -> None:
        if node.tag == "br":
            if "page-break" not in style:
                self.runs.append(replace(place.look, text="\n"))
            return
        if id(node) in self.notes.comments:
            words = self.notes.comments[id(node)].words()
            self.reading.left_out.add("A comment", re.sub(r"^\[\w+\]\s*", "", words))
            return
        if (footnote := self.notes.footnotes.get(id(node))) is not None:
            key = f"note:{len(self.wanted)}"
            self.wanted[key] = footnote
            self.runs.append(Run(note=key))
            return
        self._note_looks(node, style)
        look = self._look(node, style, place.look)
        if node.tag == "q":
            self._say("“", replace(place, look=look))
        self.walk(node, replace(place, look=look))
        if node.tag == "q":
            self._say("”", replace(place, look=look))

    def _note_looks(self, node: Node, style: str) -> None:
        struck = node.tag in ("s", "strike") or re.search(r"text-decoration[\w-]*:[^;]*line-through", style)
        if struck and node.words():
            self.reading.left_out.add("Words struck through; they are kept as ordinary words", node.words())
        if (node.tag in ("sup", "sub") or re.search(r"vertical-align:\s*(?:super|sub)\b", style)) and not any(
            id(inner) in self.notes.footnotes or id(inner) in self.notes.comments for inner in node.nodes()
        ):
            self.reading.left_out.change("Raised or lowered characters are written on the line")
        if node.tag == "u" or (node.tag == "span" and re.search(r"text-decoration[\w-]*:[^;]*underline", style)):
            self.reading.left_out.change("Underlining was not kept")
        if node.tag == "ins":
            self.reading.left_out.change("Words inserted with track changes were taken as accepted")

    def _look(self, node: Node, style: str, look: Run) -> Run:
        bold, italic = is_bold(style), is_italic(style)
        look = replace(
            look,
            bold=(look.bold or node.tag in _BOLD) if bold is None else bold,
            italic=(look.italic or node.tag in _ITALIC) if italic is None else italic,
        )
        return replace(look, href=address_of(node.get("href"))) if node.tag == "a" and node.get("href") else look

    def _block(self, node: Node, style: str, place: _Place) -> None:
        place = replace(place, look=replace(self._look(node, style, place.look), href=""))
        match node.tag:
            case "ul" | "ol":
                self._list(node, style, place)
                return
            case "table":
                self._table(node)
                return
            case "hr":
                if "page-break" not in style and node.get("width") != "33%":
                    self.blocks.append(Block(BlockKind.RULE))
                return
            case "pre":
                self._exact(node)
                return
            case "blockquote":
                place = replace(place, is_quoted=True)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                # Their weight is that of headings.
                place = replace(place, heading=int(node.tag[1]), look=replace(place.look, bold=False))
            case "p" if node.get("role") == "heading" and re.fullmatch("[1-6]", node.get("aria-level")):
                place = replace(place, heading=int(node.get("aria-level")), look=replace(place.look, bold=False))
            case "p" if set(node.get("class").lower().split()) & {"msotitle", "title"}:
                place = replace(place, heading=1)
                self.reading.title = self.reading.title or node.words()
            case "p" if found := _WORDS_OWN_LIST.search(style):
                place = replace(place, depth=int(found[1]) - 1)
                self.label = _words_own_mark(node)
        self.walk(node, place)
        self.end(place)

    def _exact(self, node: Node) -> None:
        kept, self.runs = self.runs, []
        self.walk(node, _Place(is_exact=True))
        if any(run.note for run in self.runs):
            self.end(_Place())
        else:
            self.blocks.append(Block(BlockKind.CODE, tuple(self.runs)))
            self.reading.left_out.passed(" ")
        self.runs = kept

    def _list(self, node: Node, style: str, place: _Place) -> None:
        number = _counted(node.get("start"), 1)
        deeper = re.search(r"\blst-\S+-(\d)\b", node.get("class"))
        depth = int(deeper[1]) if deeper else place.depth + 1
        form = form_of(node, style)
        for item in node.inner:
            if isinstance(item, str) or item.tag != "li":
                self.walk(Node("div", inner=[item]), replace(place, depth=depth))
                self.end(replace(place, depth=depth))
                continue
            level = item.get("aria-level") or item.get("data-aria-level")
            own = replace(place, depth=int(level) - 1 if level in tuple("123456789") else depth)
            self.label = ""
            if node.tag == "ol":
                number = _counted(item.get("value"), number)
                # Google Docs says it of each item.
                own_form = form_of(item, self.sheet.style(item)) or form or "decimal"
                self.label = f"{formatted(number, own_form)}."
                number += 1
            if id(item) not in self.notes.apart:
                self._element(Node("div", item.attributes, item.inner, item.parent), own)
            self.label = None

    def _table(self, node: Node) -> None:
        rows = [[(self._cell(cell), side_of(cell)) for cell in row] for row in grid_of(node)]
        for caption in own_parts(node, "caption"):
            self.blocks += self.apart(caption)
        self.blocks.append(table_of(rows))

    def _cell(self, cell: Node | None) -> tuple[Run, ...]:
        if cell is None or id(cell) in self.notes.apart:
            return ()
        if is_merged(cell):
            self.reading.left_out.change("Merged cells of a table were taken apart")
        return in_one_cell(self.apart(cell), self.reading.left_out)


def _is_own_mark(node: Node, style: str) -> bool:
    # Word's own marks of lists are read with their paragraph.
    paragraph = node.parent
    while paragraph is not None and paragraph.tag != "p":
        paragraph = paragraph.parent
    is_listed = paragraph is not None and _WORDS_OWN_LIST.search(paragraph.get("style").lower()) is not None
    return is_listed and _OWN_MARK.search(style) is not None and len(node.words()) <= _LONGEST_MARK


def _words_own_mark(paragraph: Node) -> str:
    """The label that Word wrote before an item of its lists; empty for a bullet."""
    marks = (node.words() for node in paragraph.nodes() if _is_own_mark(node, node.get("style").lower()))
    label = next(marks, "")
    return label if re.search(r"\d|[^\W_].", label) else ""


def _counted(typed: str, otherwise: int) -> int:
    return int(typed) if re.fullmatch("[0-9]{1,8}", typed) else otherwise
