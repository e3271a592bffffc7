"""The markup of Word files: elements, paragraphs, runs of words, and fields that Word fills in.

Word reads the properties of a paragraph and of a run in one fixed order alone; both are written here only.
"""

from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What the tree of a text has for paper, where long words are not broken by themselves as they are in Word.
_MAY_BREAK = "\u200b"


def element(name: str, inside: str = "", /, **attributes: str | int) -> str:
    """An element of Word's namespace with its attributes; `inside` is markup."""
    said = "".join(f" w:{key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<w:{name}{said}>{inside}</w:{name}>" if inside else f"<w:{name}{said}/>"


@dataclass(frozen=True)
class Look:
    """How a run of words looks, and in which language and direction it is read; our own words have no `language`."""

    style: str = ""
    bold: bool = False
    italic: bool = False
    struck: bool = False
    raised: bool = False
    from_right: bool = False
    language: str = ""

    def but(self, **changes: str | bool) -> "Look":
        """The same look with these changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def properties(self) -> str:
        """The properties of a run that looks so."""
        inside = element("rStyle", val=self.style) if self.style else ""
        for name, holds in (("b", self.bold), ("i", self.italic)):
            inside += element(name) + element(f"{name}Cs") if holds else ""
        inside += element("strike") if self.struck else ""
        inside += element("vertAlign", val="superscript") if self.raised else ""
        inside += element("rtl") if self.from_right else ""
        inside += _language(self.language)
        return element("rPr", inside) if inside else ""


_LANGUAGES = {"es": "es-US", "fr": "fr-FR", "vi": "vi-VN"}


def _language(language: str) -> str:
    match language:
        case "" | "en":
            return ""
        case "zh":
            return element("lang", eastAsia="zh-CN")
        case "ar":
            return element("lang", bidi="ar-SA")
        case _:
            return element("lang", val=_LANGUAGES[language])


PLAIN = Look()


def run(words: str, look: Look = PLAIN) -> str:
    """Words as one run; a line break in them breaks the line."""
    lines = (_line(line) for line in words.replace(_MAY_BREAK, "").split("\n"))
    return element("r", look.properties() + element("br").join(lines)) if words else ""


def _line(words: str) -> str:
    parts = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in words.split("\t"))
    return element("tab").join(parts)


def field(code: str, shown: str, look: Look = PLAIN) -> str:
    """A field that Word computes, such as PAGE; `shown` is what stands there until it does."""
    ends = [
        element("r", look.properties() + element("fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end")
    ]
    instruction = f'{look.properties()}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText>'
    return ends[0] + element("r", instruction) + ends[1] + run(shown, look) + ends[2]


@dataclass(frozen=True)
class Lines:
    """How the lines of a paragraph are set: its style, its number in a list, its indents in twips, its alignment.

    `indent` and `hanging` of None leave it to the style, and so does a gap `above` of 0 twips.
    """

    style: str = ""
    keep_next: bool = False
    number: tuple[int, int] | None = None
    from_right: bool = False
    above: int = 0
    indent: int | None = None
    right: int = 0
    hanging: int | None = None
    side: str = ""

    def properties(self) -> str:
        """The properties of a paragraph that is set so; `number` is the level and the list."""
        inside = element("pStyle", val=self.style) if self.style else ""
        inside += element("keepNext") if self.keep_next else ""
        if self.number:
            level, of = self.number
            inside += element("numPr", element("ilvl", val=level) + element("numId", val=of))
        inside += element("bidi") if self.from_right else ""
        inside += element("spacing", before=self.above) if self.above else ""
        inside += self._indents()
        inside += element("jc", val=self.side) if self.side else ""
        return element("pPr", inside) if inside else ""

    def _indents(self) -> str:
        if self.indent is None:
            return ""
        more = {"right": self.right} if self.right else {}
        hanging = {"hanging": self.hanging} if self.hanging is not None else {}
        return element("ind", left=self.indent, **more, **hanging)


def paragraph(inside: str, lines: Lines | str = "") -> str:
    """A paragraph of runs, set by its style alone or by more."""
    set_as = lines if isinstance(lines, Lines) else Lines(style=lines)
    return element("p", set_as.properties() + inside)
