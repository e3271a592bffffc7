"""What inspecting a page needs of it, read in one pass: a tree of every page takes a third of the suite's time."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FIELDS = ("input", "textarea", "select")
_Attributes = dict[str, str]


@dataclass(frozen=True)
class Field:
    """Something to fill in, and whether it stands within its label."""

    attributes: _Attributes
    is_in_label: bool


class InspectedPage(HTMLParser):
    """The headings, ids, fields, labels, links and scripts of a page; attributes without a value are empty."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: list[list[str]] = []  # the words of each: pictures may have their own
        self.language = ""
        self.headings: list[int] = []  # their levels, in order
        self.ids: list[str] = []
        self.fields: list[Field] = []
        self.labeled: set[str] = set()  # ids that a label names
        self.described_by: list[str] = []
        self.targets: list[str] = []  # of links within the page
        self.scripts: list[tuple[_Attributes, list[str]]] = []  # those that stand in the page, with their words
        self.inline: list[str] = []  # attributes that hold style or script
        self._open_labels = 0
        self._words: list[str] | None = None  # of the title or script that is open
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _HEADINGS:
            self.headings.append(_HEADINGS[tag])
        elif tag in _FIELDS:
            self.fields.append(Field(attributes, self._open_labels > 0))
        elif tag == "label":
            self._open_labels += 1
            self.labeled.add(attributes.get("for", ""))
        elif tag == "html":
            self.language = attributes.get("lang", "")
        elif tag == "a" and attributes.get("href", "").startswith("#"):
            self.targets.append(attributes["href"][1:])
        elif tag == "script" and "src" not in attributes:
            self.scripts.append((attributes, self._begin()))
        elif tag == "title":
            self.titles.append(self._begin())
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.described_by += attributes.get("aria-describedby", "").split()
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._open_labels -= 1
        elif tag in ("title", "script"):
            self._words = None

    def _begin(self) -> list[str]:
        self._words = []
        return self._words
