"""A Word file as a whole: its parts, how they relate, and the archive that holds them; alike for what is alike."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from signoff.domain.time import rfc3339
from signoff.paper.stationery import A4, US_LETTER
from signoff.paper.word.blocks import Text
from signoff.paper.word.markup import NAMESPACE, RELATIONS, Look, element, field, paragraph, run
from signoff.paper.word.own_styles import own_styles
from signoff.paper.word.picture import LOGO_PART, LOGO_RELATION, logo_run
from signoff.settings import PROJECT

_TEMPLATES = PROJECT / "templates" / "paper" / "word"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OWN = {
    "styles": "styles.xml",
    "settings": "settings.xml",
    "numbering": "numbering.xml",
    "footnotes": "footnotes.xml",
    "header_first": "header_first.xml",
    "header": "header.xml",
    "footer": "footer.xml",
}
# The same content is the same file, so no part carries the time at which it was made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Frame:
    """What stands around a text: its properties, the letterhead, the head of later pages, and the lines of the foot.

    The logo is a PNG file, or empty.
    The last line of the foot is followed by the number of the page.
    """

    title: str
    author: str
    language: str
    at: datetime
    size: str
    letterhead: tuple[str, ...]
    logo: bytes
    head: str
    foot: tuple[str, ...]


def packed(text: Text, body: str, frame: Frame) -> bytes:
    """The file: `body` is the markup of all blocks, `text` has what they refer to."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (_TEMPLATES / "content_types.xml").read_text(),
        "_rels/.rels": _relations({"document": "word/document.xml"}, core="docProps/core.xml"),
        "docProps/core.xml": _properties(frame),
        "word/document.xml": _part("document", element("body", body + _section(frame.size))),
        "word/styles.xml": _styles(body),
        "word/settings.xml": (_TEMPLATES / "settings.xml").read_text(),
        "word/numbering.xml": _HEAD + text.numbering.part(),
        "word/footnotes.xml": _part("footnotes", _SEPARATORS + "".join(text.footnotes)),
        "word/header_first.xml": _part("hdr", _letterhead(frame)),
        "word/header.xml": _part("hdr", paragraph(run(frame.head), "Header")),
        "word/footer.xml": _part("ftr", _foot(frame.foot)),
        "word/_rels/document.xml.rels": _relations(_OWN, links=text.body.links),
        "word/_rels/footnotes.xml.rels": _relations({}, links=text.notes.links),
    }
    if frame.logo:
        parts[f"word/{LOGO_PART}"] = frame.logo
        parts["word/_rels/header_first.xml.rels"] = _relations({LOGO_RELATION: LOGO_PART})
    return _archive(parts)


def _styles(body: str) -> str:
    return (_TEMPLATES / "styles.xml").read_text().replace("</w:styles>", f"{own_styles(body)}</w:styles>")


# Width and height of a sheet and the margin at its sides, in twips: the lines are as long on each.
_SIZES = {US_LETTER: (12_240, 15_840, 1_584), A4: (11_906, 16_838, 1_417)}


def _section(size: str) -> str:
    """The markup of the one section of a file, on paper of a size, with its heads and its foot."""
    width, height, side = _SIZES[size]
    heads = (("header", "first", "header_first"), ("header", "default", "header"))
    feet = (("footer", "first", "footer"), ("footer", "default", "footer"))
    inside = (
        "".join(f'<w:{kind}Reference w:type="{of}" r:id="{part}"/>' for kind, of, part in heads + feet)
        + element("pgSz", w=width, h=height)
        + element("pgMar", top=1440, right=side, bottom=1440, left=side, header=720, footer=620, gutter=0)
        + element("titlePg")
    )
    return element("sectPr", inside)


def _part(root: str, inside: str) -> str:
    return f'{_HEAD}<w:{root} xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONS}">{inside}</w:{root}>'


def _separator(number: int, kind: str) -> str:
    line = paragraph(element("r", element(kind)), "Gap")
    return element("footnote", line, type=kind, id=number)


_SEPARATORS = _separator(-1, "separator") + _separator(0, "continuationSeparator")


def _letterhead(frame: Frame) -> str:
    first, *others = frame.letterhead
    logo = logo_run(frame.logo, f"Logo of {first}") + run("  ") if frame.logo else ""
    # One line stands beside the name; more have a line of their own below it.
    apart = element("r", element("tab" if len(others) == 1 else "br"))
    lines = apart + run(" · ".join(others), Look(style="LetterheadLines")) if others else ""
    return paragraph(logo + run(first) + lines, "Letterhead")


def _foot(lines: tuple[str, ...]) -> str:
    *above, last = lines
    of = run(last + "\tPage ") + field("PAGE", "1") + run(" of ") + field("NUMPAGES", "1")
    return "".join(paragraph(run(line), "Footer") for line in above) + paragraph(of, "Footer")


def _relations(own: Mapping[str, str], *, links: Sequence[str] = (), core: str = "") -> str:
    kinds = {"header_first": "header", "document": "officeDocument", LOGO_RELATION: "image"}
    made = [
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kinds.get(name, name)}" Target="{target}"/>'
        for name, target in own.items()
    ]
    if core:
        kind = f"{_PACKAGE}/relationships/metadata/core-properties"
        made.append(f'<Relationship Id="core" Type="{kind}" Target="{core}"/>')
    made += [
        f'<Relationship Id="link{number}" Type="{RELATIONS}/hyperlink" Target={quoteattr(link)} TargetMode="External"/>'
        for number, link in enumerate(links, 1)
    ]
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(made)}</Relationships>'


def _properties(frame: Frame) -> str:
    at = rfc3339(frame.at.replace(microsecond=0))
    spaces = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    said = f"<dc:title>{escape(frame.title)}</dc:title><dc:creator>{escape(frame.author)}</dc:creator>"
    when = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{at}</dcterms:{name}>' for name in ("created", "modified")
    )
    language = f"<dc:language>{escape(frame.language)}</dc:language>"
    return f"{_HEAD}<cp:coreProperties {spaces}>{said}{when}{language}</cp:coreProperties>"


def _archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content.encode() if isinstance(content, str) else content)
    return out.getvalue()
