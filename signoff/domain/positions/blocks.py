"""A text as its readers see it, block by block: headings, paragraphs, items of lists, quotations and tables."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import zip_longest

from signoff.domain.positions.labels import OpenLists
from signoff.domain.positions.markdown import html_of

Row = tuple[str, ...]

_INLINE = ("a", "code", "em", "s", "span", "strong", "sup")
_WORDS_A_MINUTE = 230
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class ReadBlock:
    """One block of a text: its plain words, or the rows of a table.

    `kind` is heading, paragraph, item, quotation, code, table or link; `mark` is what stands before an item of a list
    that has no label among its words; `form` is its markup, by which a change that leaves the words alone is noticed.
    """

    kind: str
    words: str
    mark: str = ""
    rows: tuple[Row, ...] = ()
    form: str = ""


@lru_cache(maxsize=64)
def read_blocks(body: str) -> tuple[ReadBlock, ...]:
    """The blocks of a Markdown text in the order they are read; without the numbers of its footnotes and links."""
    reader = _Reader()
    reader.feed(html_of(body))
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


def columns_of(body: str) -> str:
    """The tables of a text read down their columns, where words that stand above each other may make a name."""
    tables = [block.rows for block in read_blocks(body) if block.rows]
    return "\n\n".join("\n".join(column) for rows in tables for column in zip_longest(*rows, fillvalue=""))


def minutes_to_read(body: str) -> int:
    """How many minutes a reader takes for a text, at least one."""
    words = sum(len(block.words.split()) for block in read_blocks(body))
    return max(1, round(words / _WORDS_A_MINUTE))


class _Reader(HTMLParser):
    """Collects the blocks; the HTML is well formed, since the cleaner wrote it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[ReadBlock] = []
        self._open: list[str] = []
        self._lists = OpenLists()
        self._mark = ""
        self._begins_item = False
        self._words: list[str] = []
        self._form: list[str] = []
        self._rows: list[list[str]] = []
        self._hidden = ""
        self._addresses: dict[str, int] = {}

    def _number_of(self, address: str | None) -> int:
        # Another address under the same number is a change of the list of links, not of the words that lead to it.
        return self._addresses.setdefault(address, len(self._addresses) + 1) if address else 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if self._hidden:
            return
        if tag == "sup" or ("role", "doc-backlink") in attrs:
            self._hidden = tag
        elif tag == "br":
            self._words.append("\n")
        elif tag in _INLINE:
            self._form.append(f"<{tag}{self._number_of(dict(attrs).get('href'))}>")
        else:
            self._begin(tag, dict(attrs))

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        if "table" not in self._open:
            self.end_block()
        if tag in ("ol", "ul"):
            self._lists.begin(tag, attributes)
        elif tag == "li":
            self._mark, self._begins_item = self._lists.item(attributes), True
        elif tag == "tr":
            self._rows.append([])
        if tag != "hr":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element, and with it the block that it is."""
        if self._hidden:
            self._hidden = "" if tag == self._hidden else self._hidden
        elif tag in _INLINE:
            self._form.append(f"</{tag}>")
        elif tag not in ("br", "hr"):
            self._end(tag)

    def _end(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._rows[-1].append(self._taken())
        elif "table" not in self._open:  # which ends where the next block begins
            self.end_block()
        self._open.pop()
        if tag in ("ol", "ul"):
            self._lists.end()

    def handle_data(self, text: str) -> None:
        """The words between tags."""
        if not self._hidden:
            self._words.append(text if "pre" in self._open else re.sub("[ \t\n]+", " ", text))
            self._form.append(text)

    def end_block(self) -> None:
        """Add what has been read since the last block, when that is anything."""
        form = "/".join(self._open) + "".join(self._form)
        words, self._form = self._taken(), []
        if self._rows:
            rows = tuple(map(tuple, self._rows))
            self.blocks.append(ReadBlock("table", "\n".join("\t".join(row) for row in rows), rows=rows, form=form))
            self._rows = []
        elif words:
            self.blocks.append(ReadBlock(self._kind(), words, self._mark, form=form))
            self._mark, self._begins_item = "", False

    def _taken(self) -> str:
        words, self._words = "".join(self._words), []
        return words.strip("\n") if "pre" in self._open else re.sub(" ?\n ?", "\n", words).strip()

    def _kind(self) -> str:
        if "pre" in self._open:
            return "code"
        if self._open and self._open[-1] in _HEADINGS:
            return "heading"
        if self._begins_item:
            return "item"
        return "quotation" if "blockquote" in self._open else "paragraph"
