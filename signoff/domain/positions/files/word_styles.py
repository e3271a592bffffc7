"""The styles and the numbering of a Word document: what a paragraph is, how its words look, and its number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from xml.etree.ElementTree import Element

from signoff.domain.positions.files.xml_parts import attribute, child, children, value
from signoff.domain.positions.labels import formatted

_OFF = ("0", "false", "off", "none")
_MOST_BASES = 20
_LEVELS = 9  # of a list


def switched(properties: Element | None, name: str) -> bool | None:
    """Whether properties turn a look on or off; None where they do not say."""
    found = child(properties, name)
    return None if found is None else attribute(found, "val") not in _OFF


@dataclass(frozen=True)
class Style:
    """A style: its name in small letters, what it is based on, and its own properties of paragraphs and of words."""

    name: str
    based_on: str
    paragraph: Element | None
    words: Element | None


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {
            attribute(item, "styleId"): Style(
                value(item, "name").lower(), value(item, "basedOn"), child(item, "pPr"), child(item, "rPr")
            )
            for item in children(root, "style")
        }
        kinds = [item for item in children(root, "style") if attribute(item, "type") == "paragraph"]
        self._usual = next((attribute(s, "styleId") for s in kinds if attribute(s, "default") in ("1", "true")), "")

    def chain(self, style: str, *, of_paragraph: bool = False) -> list[Style]:
        """A style and those it is based on, the nearest first."""
        result: list[Style] = []
        style = style or (self._usual if of_paragraph else "")
        while (found := self._styles.get(style)) and len(result) < _MOST_BASES:
            result.append(found)
            style = found.based_on
        return result

    def name(self, style: str) -> str:
        """A style's name in small letters; of an unknown one its id."""
        return self._styles[style].name if style in self._styles else style.lower()


def heading_level(styles: list[Style], properties: Element | None) -> int:
    """The level of a heading from 1, told by its own outline level or by its styles; 0 for other paragraphs."""
    for outline in (value(properties, "outlineLvl"), *(value(style.paragraph, "outlineLvl") for style in styles)):
        if outline.isdigit():
            return int(outline) + 1 if int(outline) < 9 else 0
    named = (re.fullmatch(r"heading ?([1-9])", style.name) for style in styles)
    return next((int(match[1]) for match in named if match), 0)


@dataclass(frozen=True)
class Label:
    """What stands before a numbered paragraph, and how deep it lies; a bullet's text is empty."""

    text: str
    level: int


@dataclass
class Numbering:
    """The lists of a document, counted as its paragraphs are read."""

    root: Element | None
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._abstract = {attribute(item, "abstractNumId"): item for item in children(self.root, "abstractNum")}
        self._lists = {attribute(item, "numId"): item for item in children(self.root, "num")}
        self._by_style = {
            value(item, "styleLink"): key for key, item in self._abstract.items() if value(item, "styleLink")
        }

    def label(self, list_id: str, level: int) -> Label | None:
        """The label of the next paragraph of a list; None where it has none."""
        item = self._lists.get(list_id)
        if item is None:
            return None
        key = self._key(item)
        own = self._level(item, key, level)
        if own is None:
            return None
        self._count(item, list_id, key, level)
        kind, text = value(own, "numFmt") or "decimal", value(own, "lvlText")
        if kind == "bullet":
            return Label("", level)
        label = re.sub(r"%([1-9])", lambda part: self._part(item, key, int(part[1]) - 1), text).strip()
        return Label(label, level) if label else None

    def _key(self, item: Element | None) -> str:
        key = value(item, "abstractNumId")
        linked = value(self._abstract.get(key), "numStyleLink")
        return self._by_style.get(linked, key)

    def _level(self, item: Element | None, key: str, level: int) -> Element | None:
        own = (found for each in _overrides(item, level) if (found := child(each, "lvl")) is not None)
        usual = (each for each in children(self._abstract.get(key), "lvl") if attribute(each, "ilvl") == str(level))
        return next(chain(own, usual), None)

    def level_of_style(self, list_id: str, style: str) -> int:
        """The level of a list whose paragraphs have this style; 0 where it names none."""
        item = self._lists.get(list_id)
        key = self._key(item)
        return next((at for at in range(_LEVELS) if value(self._level(item, key, at), "pStyle") == style), 0)

    def _count(self, item: Element, list_id: str, key: str, level: int) -> None:
        counts = self._counts.setdefault(key, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for each in children(item, "lvlOverride"):
                if value(each, "startOverride"):
                    counts.pop(int(attribute(each, "ilvl")), None)
        counts[level] = counts.get(level, self._start(item, key, level) - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

    def _start(self, item: Element, key: str, level: int) -> int:
        overrides = (said for each in _overrides(item, level) if (said := value(each, "startOverride")))
        start = next(overrides, "") or value(self._level(item, key, level), "start")
        return int(start) if start.isdigit() and len(start) < 9 else 1

    def _part(self, item: Element, key: str, level: int) -> str:
        number = self._counts[key].get(level, self._start(item, key, level))
        return formatted(number, value(self._level(item, key, level), "numFmt"))


def _overrides(item: Element | None, level: int) -> Iterator[Element]:
    return (each for each in children(item, "lvlOverride") if attribute(each, "ilvl") == str(level))


def is_row_deleted(row: Element) -> bool:
    """Whether a row of a table was deleted with track changes."""
    return child(row, "trPr", "del") is not None
