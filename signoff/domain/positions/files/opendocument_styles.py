"""The styles and the lists of an OpenDocument text: what paragraphs are, how words look, how lists count."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from signoff.domain.positions.files.own_lines import own_name
from signoff.domain.positions.files.xml_parts import attribute, child, children, local
from signoff.domain.positions.labels import formatted

_MOST_BASES = 20
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


class OpenStyles:
    """The styles of a document by their names: what they are based on, and what they say of words and outlines."""

    def __init__(self, *roots: Element) -> None:
        groups = [group for root in roots for name in ("styles", "automatic-styles") for group in children(root, name)]
        self._by_name = {attribute(style, "name"): style for group in groups for style in children(group, "style")}
        self._lists = {attribute(style, "name"): style for group in groups for style in children(group, "list-style")}

    def chain(self, name: str) -> list[Element]:
        """A style and those it is based on, the nearest first."""
        result: list[Element] = []
        while (style := self._by_name.get(name)) is not None and len(result) < _MOST_BASES:
            result.append(style)
            name = attribute(style, "parent-style-name")
        return result

    def is_called(self, name: str, *wanted: str) -> bool:
        """Whether a style, or one it is based on, has one of these names in small letters."""
        names = {name, *(attribute(style, "parent-style-name") for style in self.chain(name))}
        return any(each.lower() in wanted for each in names)

    def own_name(self, name: str) -> str:
        """What the style, or one it is based on, says as a style of Signoff's own; empty for others."""
        said = (attribute(style, "display-name") or attribute(style, "name") for style in self.chain(name))
        return next(filter(None, map(own_name, said)), "")

    def words(self, name: str, key: str) -> str:
        """What a style says of words by this property; empty where it says nothing."""
        for style in self.chain(name):
            properties = child(style, "text-properties")
            if properties is not None and (said := attribute(properties, key)):
                return said
        return ""

    def side(self, name: str) -> str:
        """At which side a paragraph of this style stands: center, right, or empty."""
        for style in self.chain(name):
            properties = child(style, "paragraph-properties")
            if properties is not None and (said := attribute(properties, "text-align")):
                return {"center": "center", "end": "right", "right": "right"}.get(said, "")
        return ""

    def start(self, name: str, depth: int) -> int:
        """The number that a list begins with at a depth."""
        said = attribute(self._level(name, depth), "start-value")
        return int(said) if said.isdigit() and len(said) < 9 else 1

    def label(self, name: str, numbers: Sequence[int]) -> str:
        """What stands before an item, by its number and those of the items around it; empty for a bullet."""
        depth = len(numbers) - 1
        own = self._level(name, depth)
        if local(own) != "list-level-style-number" or not attribute(own, "num-format"):
            return ""
        levels = attribute(own, "display-levels")
        first = max(0, depth + 1 - int(levels)) if levels.isdigit() and len(levels) < 3 else depth
        forms = [attribute(self._level(name, level), "num-format") for level in range(first, depth + 1)]
        parts = [
            formatted(number, _FORMS.get(form, "decimal")) for number, form in zip(numbers[first:], forms, strict=True)
        ]
        label = f"{attribute(own, 'num-prefix')}{'.'.join(parts)}{attribute(own, 'num-suffix')}".strip()
        return f"{label}." if label.isalnum() else label

    def _level(self, name: str, depth: int) -> Element:
        levels = (level for level in self._lists.get(name, ()) if attribute(level, "level") == str(depth + 1))
        return next(levels, Element("none"))

    def list_of(self, name: str) -> str:
        """The list that a paragraph's style belongs to."""
        return next((said for style in self.chain(name) if (said := attribute(style, "list-style-name"))), "")
