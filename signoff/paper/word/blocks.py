"""The tree of a text as the paragraphs, lists, tables and footnotes of a Word file."""

from dataclasses import dataclass, field, replace
from typing import Any

from signoff.paper.text import LONGEST_KEPT
from signoff.paper.tree import is_inline
from signoff.paper.word.lists import BULLETS, DEEPEST, LAST_NUMBER, STEP, Numbering
from signoff.paper.word.markup import Lines, Look, element, paragraph, run
from signoff.paper.word.markup import field as word_field
from signoff.paper.word.own_styles import COMPUTED_STYLE, LINK_NUMBER_STYLE
from signoff.paper.word.tables import WIDTH, Table, widths_for

_BELOW_LIST = 160  # twips, as between paragraphs: of the gaps that two of them ask for, Word leaves the larger
_LONGEST_LINK = 2_000  # Word refuses longer ones


@dataclass(frozen=True)
class Place:
    """Where blocks stand: how deep in lists, how far set in (twips), in which style, and the mark of the first one."""

    style: str = ""
    depth: int = 0
    indent: int = 0
    right: int = 0
    mark: tuple[int, int] | None = None
    opening: str = ""
    above: int = 0

    def lines(self, *, style: str = "", from_right: bool = False) -> Lines:
        """How a paragraph is set here."""
        chosen = style or self._style()
        is_set_in = self.depth > DEEPEST + 1 or self.indent or (self.depth and not self.mark)
        left = self.indent + STEP * self.depth if is_set_in or self.right else None
        hanging = STEP if self.mark and is_set_in else None
        return Lines(
            chosen,
            number=self.mark,
            from_right=from_right,
            above=0 if style else self.above,
            indent=left,
            right=self.right,
            hanging=hanging,
        )

    def _style(self) -> str:
        if self.mark:
            return "ListBullet" if self.mark[1] == BULLETS else "ListNumber"
        return self.style or ("ListContinue" if self.depth else "")

    def after_first(self) -> "Place":
        """The place of what follows in the same item or note."""
        return replace(self, mark=None, opening="", above=0)

    def after(self, tag: str) -> "Place":
        """The place of what follows a block with this tag; paragraphs stand apart from a list of the text itself."""
        return replace(self.after_first(), above=_BELOW_LIST if tag in ("ul", "ol") and not self.depth else 0)


@dataclass
class Part:
    """A part of the file with the addresses that its words lead to."""

    links: list[str] = field(default_factory=list)

    def link(self, address: str) -> str:
        """The relation that leads to an address."""
        if address not in self.links:
            self.links.append(address)
        return f"link{self.links.index(address) + 1}"


class Text:
    """Writes the trees of texts as blocks, and keeps what goes into other parts: lists, footnotes, links."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.numbering = Numbering()
        self.body, self.notes = Part(), Part()
        self.footnotes: list[str] = []
        self._part = self.body
        self._unwritten: dict[str, list[Any]] = {}
        self._numbers: dict[str, int] = {}
        self._tables = 0

    def blocks(self, tree: list[Any], place: Place = Place()) -> str:  # noqa: B008 - frozen
        """The markup of a whole text. Its footnotes become real ones, in the order in which its words refer to them."""
        sections = [node for node in tree if not is_inline(node) and node[0] == "section"]
        self._unwritten = {note[1]["id"]: note[2] for note in _notes_of(sections)}
        made = self._blocks([node for node in tree if node not in sections], place, from_right=False)
        return made + self._left_over(place)

    def _left_over(self, place: Place) -> str:
        # Notes to which only notes refer, or words nested too deep to be marked, stand behind the text.
        left = [inside for note, inside in self._unwritten.items() if note not in self._numbers]
        numbers = range(len(self._unwritten) - len(left) + 1, len(self._unwritten) + 1)
        return "".join(
            self._blocks(inside, replace(place, style="FootnoteText", opening=run(f"{number}. ")), from_right=False)
            for number, inside in zip(numbers, left, strict=True)
        )

    def _blocks(self, nodes: list[Any], place: Place, *, from_right: bool) -> str:
        made, line = "", []
        for node in [*nodes, None]:
            if node is not None and is_inline(node):
                line.append(node)
                continue
            if line and _says_anything(line):
                made += self._paragraph(line, place, from_right=from_right)
                place = place.after_first()
            line = []
            if node is not None:
                made += self._block(node, place, from_right=from_right)
                place = place.after(node[0])
        return made

    def _block(self, node: list[Any], place: Place, *, from_right: bool) -> str:
        tag, attributes, inside = node
        from_right = from_right or attributes.get("dir") == "rtl"
        match tag:
            case "p":
                return self._paragraph(inside, place, from_right=from_right, keep_next="kept" in attributes)
            case "h2" | "h3" | "h4" | "h5" | "h6":
                return self._paragraph(inside, place, style=f"Heading{int(tag[1]) - 1}", from_right=from_right)
            case "ul" | "ol":
                return self._bare_mark(place) + self._list(node, place.after_first(), from_right=from_right)
            case "blockquote":
                quoted = replace(place, style="Quote", indent=place.indent + STEP, right=place.right + STEP)
                return self._blocks(inside, quoted, from_right=from_right)
            case "pre":
                return self._as_typed(inside, place)
            case "hr":
                return self._bare_mark(place) + paragraph("", "Rule")
            case "table":
                return self._bare_mark(place) + self._table(inside, place, from_right=from_right)
            case _:
                return self._blocks(inside, place, from_right=from_right)

    def _bare_mark(self, place: Place) -> str:
        # The mark of an item that does not begin with words, and the number of such a note.
        return paragraph(place.opening, place.lines()) if place.mark or place.opening else ""

    def _paragraph(
        self, nodes: list[Any], place: Place, *, style: str = "", from_right: bool, keep_next: bool = False
    ) -> str:
        look = Look(language=self.language, from_right=from_right)
        lines = replace(place.lines(style=style, from_right=from_right), keep_next=keep_next)
        if nodes and isinstance(nodes[-1], str):
            nodes = [*nodes[:-1], nodes[-1].rstrip()]
        return paragraph(place.opening + self._runs(nodes, look), lines)

    def _as_typed(self, inside: list[Any], place: Place) -> str:
        words = "".join(part for part in inside if isinstance(part, str)).strip("\n")
        lines = place.lines(style="HTMLPreformatted")
        return paragraph(place.opening + run(words, Look(language=self.language)), lines)

    def _list(self, node: list[Any], place: Place, *, from_right: bool) -> str:
        tag, attributes, inside = node
        items = [item for item in inside if not isinstance(item, str)]
        level, start = min(place.depth, DEEPEST), int(attributes.get("start", "1"))
        end = ")" if attributes.get("class") == "closed" else "."
        spelled = tag == "ol" and start + len(items) > LAST_NUMBER
        labels = [item[1].get("label", "") for item in items]
        lists = [BULLETS] * len(items)
        if tag == "ol" and not spelled:
            lists = [self.numbering.begin(level, start, end=end)] * len(items)
        elif tag == "ul" and all(labels):
            lists = self.numbering.labeled(level, labels)
        made = ""
        for number, (of, item) in enumerate(zip(lists, items, strict=True), start):
            inner = replace(place, depth=place.depth + 1)
            inner = replace(inner, opening=run(f"{number}{end} ")) if spelled else replace(inner, mark=(level, of))
            right = from_right or item[1].get("dir") == "rtl"
            made += self._blocks(item[2], inner, from_right=right) or self._bare_mark(inner)
        return made

    def _table(self, inside: list[Any], place: Place, *, from_right: bool) -> str:
        rows = [
            [cell for cell in row[2] if not isinstance(cell, str)]
            for part in inside
            if not isinstance(part, str)
            for row in part[2]
            if not isinstance(row, str)
        ]
        self._tables += 1
        left = place.indent + STEP * place.depth
        said = [[_said(row[at][2]) for row in rows if at < len(row)] for at in range(len(rows[0]))]
        widths = widths_for(said, WIDTH - left)
        table = Table("TableGrid", widths, f"Table {self._tables}", left, from_right)
        made = (
            table.row([self._cell(cell, is_head=number == 0) for cell in row], is_head=number == 0)
            for number, row in enumerate(rows)
        )
        # Tables that follow each other would become one.
        return table.of(made) + paragraph("", "Gap")

    def _cell(self, cell: list[Any], *, is_head: bool) -> str:
        side = {"center": "center", "right": "right"}.get(cell[1].get("class", ""), "")
        from_right = cell[1].get("dir") == "rtl"
        look = Look(language=self.language, bold=is_head, from_right=from_right)
        return paragraph(self._runs(cell[2], look), Lines("TableText", side=side, from_right=from_right))

    def _runs(self, nodes: list[Any], look: Look) -> str:
        return "".join(run(node, look) if isinstance(node, str) else self._marked(node, look) for node in nodes)

    def _marked(self, node: list[Any], look: Look) -> str:
        tag, attributes, inside = node
        match tag:
            case "br":
                return element("r", element("br"))
            case "em":
                return self._runs(inside, look.but(italic=not look.italic))
            case "strong":
                return self._runs(inside, look.but(bold=True))
            case "s":
                return self._runs(inside, look.but(struck=True))
            case "code":
                return self._runs(inside, look.but(style="HTMLCode"))
            case "sup" if attributes.get("class") == "to":
                return self._runs(inside, look.but(style=LINK_NUMBER_STYLE))
            case "sup":
                return self._runs(inside, look.but(raised=True))
            case "span" if attributes.get("class") == "computed":
                return self._runs(inside, look.but(style=COMPUTED_STYLE))
            case "a" if attributes.get("href", "").startswith("#"):
                return self._reference(attributes["href"][1:], inside, look)
            case "a" if 0 < len(attributes.get("href", "")) <= _LONGEST_LINK:
                relation = self._part.link(attributes["href"])
                inside_look = look if look.style else look.but(style="Hyperlink")
                return f'<w:hyperlink r:id="{relation}" w:history="1">{self._runs(inside, inside_look)}</w:hyperlink>'
            case _:
                return self._runs(inside, look)

    def _reference(self, note: str, inside: list[Any], look: Look) -> str:
        plain = look.but(style="FootnoteReference", raised=False)
        bookmark = f"note{self._numbers.get(note, len(self.footnotes) + 1)}"
        if note in self._numbers:
            # Word has each note once; what refers to it again is a field with its number.
            return word_field(f"NOTEREF {bookmark} \\h", "".join(map(str, inside)), plain)
        if self._part is self.notes or note not in self._unwritten:
            return self._runs(inside, look)
        number = self._numbers[note] = len(self.footnotes) + 1
        self.footnotes.append("")
        self.footnotes[number - 1] = self._footnote(number, self._unwritten[note])
        mark = element("r", plain.properties() + element("footnoteReference", id=number))
        return element("bookmarkStart", id=number, name=bookmark) + mark + element("bookmarkEnd", id=number)

    def _footnote(self, number: int, inside: list[Any]) -> str:
        self._part = self.notes
        mark = element("r", Look("FootnoteReference").properties() + element("footnoteRef")) + run(" ")
        place = Place(style="FootnoteText", opening=mark)
        made = self._blocks(inside, place, from_right=False) or paragraph(mark, "FootnoteText")
        self._part = self.body
        return element("footnote", made, id=number)


def kept_with_next(tree: list[Any]) -> list[Any]:
    """A text whose last paragraph stays on the page of what follows the text, unless it is long."""
    last = next((node for node in reversed(tree) if not is_inline(node) and node[0] != "section"), None)
    if last is not None and last[0] == "p" and len(_said(last[2])) <= LONGEST_KEPT:
        last[1]["kept"] = ""
    return tree


def _notes_of(sections: list[Any]) -> list[Any]:
    return [note for section in sections for part in section[2] for note in part[2] if not isinstance(note, str)]


def _said(nodes: list[Any]) -> str:
    return "".join(node if isinstance(node, str) else f" {_said(node[2])} " for node in nodes)


def _says_anything(line: list[Any]) -> bool:
    return any(not isinstance(node, str) or node.strip() for node in line)
