"""Word documents, OpenDocument texts and other files, made part by part; and the words that stand in them."""

import io
import re
import zipfile
from collections import Counter
from html import unescape

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>
<w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/><w:basedOn w:val="berschrift1"/>
<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Section head"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Middle"><w:name w:val="Middle"/><w:pPr><w:jc w:val="center"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="ListBullet2"><w:name w:val="List Bullet 2"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
</w:styles>"""


def _level(level: int, kind: str, text: str) -> str:
    said = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{level}">{said}</w:lvl>'


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1">{_level(0, "bullet", "•")}{_level(1, "bullet", "o")}
{_level(2, "bullet", "–")}</w:abstractNum>
<w:abstractNum w:abstractNumId="2">{_level(0, "decimal", "%1.")}{_level(1, "lowerLetter", "(%2)")}</w:abstractNum>
<w:abstractNum w:abstractNumId="3">{_level(0, "upperRoman", "%1.")}{_level(1, "decimal", "%1.%2")}</w:abstractNum>
<w:abstractNum w:abstractNumId="5">{_level(0, "lowerLetter", "(%1)")}{_level(1, "lowerRoman", "%2.")}
{_level(2, "decimal", "%3)")}</w:abstractNum>
<w:abstractNum w:abstractNumId="6">{_level(0, "upperRoman", "Article %1.")}
{_level(1, "decimal", "%1.%2")}</w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="5"/></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="6"/></w:num>
<w:num w:numId="7"><w:abstractNumId w:val="5"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def r(text: str, look: str = "", tag: str = "t") -> str:
    """A run; `look` holds its properties, as `<w:b/>`."""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def p(*inner: str, style: str = "", numbered: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph; plain words may be given without their run. `numbered` is a list's number and the level."""
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        own += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    properties = f"<w:pPr>{own}{more}</w:pPr>" if own or more else ""
    return f"<w:p>{properties}{''.join(item if item.startswith('<') else r(item) for item in inner)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table; a cell is its words or its whole XML."""
    cells = (
        "".join(c if c.startswith("<w:tc>") else f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row)
        for row in rows
    )
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def link(words: str, target: str) -> str:
    """A link whose address stands among the relations by its own words."""
    return f'<w:hyperlink r:id="{target}">{r(words)}</w:hyperlink>'


def word(*body: str, links: tuple[str, ...] = (), extra: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """A Word document with this body; `parts` are others by their kinds, as `footnotes="<w:footnote …"`."""
    roots = {"styles": STYLES, "numbering": NUMBERING}
    kinds = {"header": "hdr", "footer": "ftr"}
    for name, inner in parts.items():
        roots[name] = f"<w:{kinds.get(name, name)} {W}>{inner}</w:{kinds.get(name, name)}>"
    relations = "".join(f'<Relationship Id="{n}" Type="{KINDS}/{n}" Target="{n}.xml"/>' for n in roots)
    relations += "".join(
        f'<Relationship Id="{each}" Type="{KINDS}/hyperlink" TargetMode="External" Target="{each}"/>' for each in links
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="d" Type="{KINDS}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        **{f"word/{name}.xml": root for name, root in roots.items()},
    }
    return archive({**{name: text.encode() for name, text in files.items()}, **(extra or {})})


def relations_to(*links: str) -> bytes:
    """The relations of a part that only refers to these addresses, by the addresses themselves."""
    each = (f'<Relationship Id="{to}" Type="{KINDS}/hyperlink" TargetMode="External" Target="{to}"/>' for to in links)
    return f'<Relationships xmlns="{RELATIONS}">{"".join(each)}</Relationships>'.encode()


def archive(files: dict[str, bytes]) -> bytes:
    """A ZIP archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table", "style")
)
ODF += (
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)


def opendocument(body: str, *, styles: str = "", common: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """An OpenDocument text with this body, and these automatic and common styles."""
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": content.encode(),
            "styles.xml": f"<office:document-styles {ODF}>{common}</office:document-styles>".encode(),
            **(extra or {}),
        }
    )


def words_of(text: str) -> Counter[str]:
    """The words of a text and how often each stands there."""
    return Counter(re.findall(r"\w+", text))


# Where one word ends although no space stands there.
_APART = re.compile(
    r"</w:p>|<w:(?:tab|br|noBreakHyphen)\b|Reference w:id|</?w:(?:del|ins|txbxContent)>|<m:oMath>|<w:vanish/>"
)


def words_in_word(raw: bytes) -> Counter[str]:
    """Every word that a Word document holds, wherever it stands; once of what is there for older programs too."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(raw)) as made:
        for name in made.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                xml = re.sub(r"<mc:Fallback>.*?</mc:Fallback>", "", made.read(name).decode())
                paragraphs = _APART.split(xml.replace("\u00ad", ""))
                for paragraph in paragraphs:
                    pieces = re.findall(r"<(?:w:t|w:delText|m:t)(?: [^>]*)?>([^<]*)<", paragraph)
                    found += words_of(unescape("".join(pieces)))
    return found
