"""What a reader sees in a Word file: read from its parts alone, with the numbers that Word would give."""

from collections.abc import Callable, Iterator
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# The first numerals of each form, as far as tests go.
_NUMERALS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "lowerLetter": lambda number: "abcdefgh"[number - 1],
    "lowerRoman": lambda number: ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"][number - 1],
}


class WordFile:
    """The parts of a .docx, and its words in the order in which they are read."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(BytesIO(content)) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            self.parts = {name: ElementTree.fromstring(archive.read(name)) for name in names if name[-4:] != ".png"}
            self.pictures = {name: archive.read(name) for name in names if name[-4:] == ".png"}
        self._counted: dict[tuple[str, int], int] = {}

    def part(self, name: str) -> Element:
        return self.parts[f"word/{name}.xml"]

    def styled(self, *styles: str) -> list[str]:
        """The words of the paragraphs of these styles, or of our own styles that look the same."""
        return [_said(one) for one in self.part("document").iter(f"{W}p") if self._look(one) in styles]

    def _look(self, paragraph: Element) -> str:
        style = _value(paragraph, "pPr/pStyle")
        if not style.startswith("Signoff-"):
            return style
        (own,) = [one for one in self.part("styles") if one.get(f"{W}styleId") == style]
        return _value(own, "basedOn")

    def words(self) -> str:
        """All that the body says, with the numbers of its lists and of what refers to footnotes."""
        return "\n".join(self._numbered(one) for one in self.part("document").iter(f"{W}p"))

    def notes(self) -> str:
        """The footnotes with their numbers, those of the separators left out."""
        notes = [one for one in self.part("footnotes") if one.get(f"{W}type") is None]
        return "\n".join(
            f"{one.get(f'{W}id')}. " + "\n".join(self._numbered(part) for part in one.iter(f"{W}p")) for one in notes
        )

    def _numbered(self, paragraph: Element) -> str:
        of, level = _value(paragraph, "pPr/numPr/numId"), int(_value(paragraph, "pPr/numPr/ilvl") or 0)
        (number,) = [one for one in self.part("numbering") if one.get(f"{W}numId") == of] or [None]
        if number is None or self._form(number, level) == "bullet":
            return _said(paragraph)
        start = int(_value(number, "lvlOverride/startOverride") or 1)
        self._counted[of, level] = self._counted.get((of, level), start - 1) + 1
        label = self._says(number, level, "lvlText").replace(
            f"%{level + 1}", _NUMERALS[self._form(number, level)](self._counted[of, level])
        )
        return f"{label} {_said(paragraph)}"

    def _form(self, number: Element, level: int) -> str:
        return self._says(number, level, "numFmt")

    def _says(self, number: Element, level: int, what: str) -> str:
        kind = _value(number, "abstractNumId")
        (found,) = [one for one in self.part("numbering") if one.get(f"{W}abstractNumId") == kind]
        return _value(found.findall(f"{W}lvl")[level], what)


def _value(within: Element, path: str) -> str:
    found = within.find("/".join(f"{W}{step}" for step in path.split("/")))
    return "" if found is None else found.get(f"{W}val", "")


def _said(paragraph: Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(paragraph: Element) -> Iterator[str]:
    for piece in paragraph.iter():
        match piece.tag.removeprefix(W):
            case "t":
                yield piece.text or ""
            case "br" | "tab":
                yield " "
            case "footnoteReference":
                yield piece.get(f"{W}id", "")
