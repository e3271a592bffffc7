"""Reads what stands in a paragraph of a Word document: words, links, fields and notes; what cannot stay is listed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from signoff.domain.positions.files.content import DEEPEST, LeftOut, Run, without_symbols
from signoff.domain.positions.files.own_lines import own_name
from signoff.domain.positions.files.word_styles import Style, Styles, switched
from signoff.domain.positions.files.xml_parts import Unreadable, attribute, child, local, value

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_LINK_FIELD = re.compile(r"\s*HYPERLINK\b(?P<rest>.*)", re.DOTALL)
_QUOTED = re.compile(r"(\\l\s*)?\"([^\"]*)\"")


@dataclass
class _Field:
    """A field that is open: its instruction, and whether what is read now is its result."""

    instruction: str = ""
    has_result: bool = False

    @property
    def href(self) -> str:
        """Where the link leads that the field is; empty for other fields."""
        link = _LINK_FIELD.match(self.instruction)
        parts = _QUOTED.findall(link["rest"]) if link else []
        outside = next((target for is_place, target in parts if not is_place), "")
        place = next((target for is_place, target in parts if is_place), "")
        return f"{outside}#{place}" if place else outside


@dataclass
class RunReader:
    """Reads the paragraphs of one part."""

    styles: Styles
    targets: Mapping[str, str]
    comments: Mapping[str, str]
    left_out: LeftOut
    words_of: Callable[[Element], str]
    _fields: list[_Field] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _look: Run = field(default_factory=Run)

    def of_paragraph(self, paragraph: Element, styles: list[Style]) -> list[Run]:
        """The runs of a paragraph."""
        self._runs = []
        self._look = Run(bold=_on(styles, "b"), italic=_on(styles, "i"))
        self._read(paragraph, "")
        return self._runs

    def _read(self, parent: Element, href: str) -> None:
        for item in parent:
            match local(item):
                case "r":
                    self._run(item, href)
                case "hyperlink":
                    place = attribute(item, "anchor")
                    target = self.targets.get(attribute(item, "id"), "") + (f"#{place}" if place else "")
                    self._read(item, target or href)
                case "del" | "moveFrom":
                    self.list_deleted(item)
                case "oMath" | "oMathPara":
                    self.list_equation(item)
                case "subDoc":
                    self.left_out.add("A document within this one")
                case "ins":
                    self.left_out.change("Words inserted with track changes were taken as accepted")
                    self._read(item, href)
                case "fldSimple":
                    self._fields.append(_Field(attribute(item, "instr"), has_result=True))
                    self._read(item, href)
                    self._fields.pop()
                case "AlternateContent":
                    self._read(chosen(item), href)
                case "sdt" if self.is_unfilled(item):
                    pass
                case "pPr":
                    pass
                case _:
                    self._read(item, href)

    def _run(self, run: Element, href: str) -> None:
        properties = child(run, "rPr")
        if switched(properties, "vanish") and not self._is_in_instruction():
            if words := self.words_of(run):
                self.left_out.add("Hidden words", words)
            return
        look = self._looks(properties, href)
        for item in run:
            self._piece(item, look, properties)

    def _looks(self, properties: Element | None, href: str) -> Run:
        styles = self.styles.chain(value(properties, "rStyle"))
        groups = (properties, *(style.words for style in styles))
        bold, italic = (next((on for each in groups if (on := switched(each, key)) is not None), None) for key in "bi")
        for_field = next((each.href for each in reversed(self._fields) if each.has_result and each.href), "")
        return Run(
            bold=self._look.bold if bold is None else bold,
            italic=self._look.italic if italic is None else italic,
            href=href or for_field,
            own=own_name(styles[0].name) if styles else "",
        )

    def _is_in_instruction(self) -> bool:
        return any(not each.has_result for each in self._fields)

    def _piece(self, item: Element, look: Run, properties: Element | None) -> None:
        name = local(item)
        if name == "fldChar":
            self._turn_field(attribute(item, "fldCharType"))
        elif name == "instrText" and self._fields and not self._fields[-1].has_result:
            self._fields[-1].instruction += item.text or ""
        elif self._is_in_instruction():
            pass
        elif name == "AlternateContent":
            for inner in chosen(item):
                self._piece(inner, look, properties)
        elif name == "t":
            self._say(item.text or "", look, properties)
        elif name in _SIGNS:
            is_break = name == "br" and attribute(item, "type") in ("page", "column")
            self._say(" " if is_break else _SIGNS[name], look, None)
        elif name in ("footnoteReference", "endnoteReference"):
            self._note(name.removesuffix("Reference"), attribute(item, "id"))
        else:
            self._other(item, name, look)

    def _turn_field(self, kind: str) -> None:
        if kind == "begin":
            if len(self._fields) >= DEEPEST:
                raise Unreadable("", self.left_out.place())
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].has_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _say(self, text: str, look: Run, properties: Element | None) -> None:
        fonts = child(properties, "rFonts")
        text = without_symbols(text, self.left_out, attribute(fonts, "ascii") if fonts is not None else "")
        if properties is not None and text.strip():
            self._note_looks(text, look, properties)
        self._runs.append(replace(look, text=text))
        self.left_out.passed(text)

    def _note_looks(self, text: str, look: Run, properties: Element) -> None:
        if switched(properties, "strike") or switched(properties, "dstrike"):
            self.left_out.add("Words struck through; they are kept as ordinary words", text)
        if not look.own and value(properties, "vertAlign") in ("superscript", "subscript"):
            self.left_out.change("Raised or lowered characters are written on the line")
        if switched(properties, "u") and not look.href:
            self.left_out.change("Underlining was not kept")

    def _note(self, kind: str, key: str) -> None:
        if kind == "endnote":
            self.left_out.change("Endnotes are footnotes now")
        self._runs.append(Run(note=f"{kind}:{key}"))

    def _other(self, item: Element, name: str, look: Run) -> None:
        match name:
            case "commentReference":
                self.left_out.add("A comment", self.comments.get(attribute(item, "id"), ""))
            case "sym":
                code = attribute(item, "char")
                self.left_out.add(f"A symbol of the font {attribute(item, 'font') or 'of the file'} ({code})")
            case "delText":
                self.left_out.add("Words deleted with track changes", item.text or "")
            case "drawing" | "pict" | "object":
                self._drawing(item)
            case "ruby":
                self._ruby(item, look)

    def _ruby(self, item: Element, look: Run) -> None:
        base, above = child(item, "rubyBase"), child(item, "rt")
        self._say(self.words_of(base) if base is not None else "", look, None)
        if above is not None and (words := self.words_of(above)):
            self.left_out.add("Words above the line", words)

    def _drawing(self, item: Element) -> None:
        found = [local(each) for each in item.iter()]
        boxes = [each for each in item.iter() if local(each) == "txbxContent"]
        alt = next(
            (
                said
                for each in item.iter()
                if local(each) == "docPr" and (said := attribute(each, "descr") or attribute(each, "title"))
            ),
            "",
        )
        for box in boxes:
            self.left_out.add("A text box", self.words_of(box))
        if any(name in ("blip", "imagedata", "pic") for name in found):
            self.left_out.add("A picture", alt)
        elif "chart" in found or "relIds" in found:
            self.left_out.add("A chart or diagram", alt)
        elif not boxes:
            bent = " ".join(attribute(each, "string") for each in item.iter() if local(each) == "textpath")
            words = alt or bent or self.words_of(item)
            self.left_out.add("An embedded object" if local(item) == "object" else "A shape", words)

    def list_deleted(self, item: Element) -> None:
        """List what was deleted, or moved from here, with track changes."""
        if local(item) == "moveFrom":
            self.left_out.change("Moved words are in their new place")
        elif words := self.words_of(item):
            self.left_out.add("Words deleted with track changes", words)

    def is_unfilled(self, control: Element) -> bool:
        """Whether a place to fill in has only the words that say so; they are listed."""
        if child(control, "sdtPr", "showingPlcHdr") is None:
            return False
        self.left_out.add("A place that was not filled in", self.words_of(control))
        return True

    def list_equation(self, item: Element) -> None:
        """List an equation, with its letters and signs."""
        self.left_out.add("An equation", self.words_of(item))


def _on(styles: list[Style], key: str) -> bool:
    return next((said for each in styles if (said := switched(each.words, key)) is not None), False)


def chosen(item: Element) -> Element:
    """Of the same thing for newer and for older programs, the one that is read; itself where there is none."""
    return next((each for name in ("Choice", "Fallback") if (each := child(item, name)) is not None), item)
