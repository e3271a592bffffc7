"""Details of Word documents by their standard: how lists count, which style holds, what fields, links and margins say."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.reading import read_file
from tests.text_files import KINDS, RELATIONS, W, archive, link, p, r, table, word

NUMBERS = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1) "/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="2"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
<w:lvl w:ilvl="8"><w:numFmt w:val="decimal"/><w:pStyle w:val="Deep"/><w:lvlText w:val="%1.%9)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/><w:lvlText w:val="§"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:styleLink w:val="Linked"/><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:pStyle w:val="Second"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="4"><w:numStyleLink w:val="Linked"/></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="4"/></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>
<w:lvlOverride w:ilvl="1"><w:startOverride w:val="3"/></w:lvlOverride></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%2."/></w:lvl></w:lvlOverride></w:num>
</w:numbering>"""
STYLES = f"""<w:styles {W}>
<w:style w:type="character" w:default="1" w:styleId="Letters"><w:name w:val="Default"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="First"><w:name w:val="First"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:default="true" w:styleId="Usual"><w:name w:val="Normal"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Light"><w:name w:val="Light"/><w:basedOn w:val="Usual"/><w:rPr><w:b w:val="off"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Lighter"><w:name w:val="Lighter"/><w:basedOn w:val="Light"/><w:pPr><w:jc w:val="end"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/><w:rPr><w:b w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Em"><w:name w:val="Emphasis"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="character" w:styleId="More"><w:name w:val="More"/><w:basedOn w:val="Em"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="Heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Chapter"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading2"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Said"><w:name w:val="Intense Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="Blocked"><w:name w:val="Block Text"/></w:style>
<w:style w:type="paragraph" w:styleId="Toc"><w:name w:val="toc 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Item"><w:name w:val="Item"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Based"><w:name w:val="Based"/><w:basedOn w:val="Item"/></w:style>
<w:style w:type="paragraph" w:styleId="Leveled"><w:name w:val="Leveled"/><w:basedOn w:val="Item"/><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Second"><w:name w:val="Second"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="Deep"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="LN3"><w:name w:val="List Number 3"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="LC"><w:name w:val="List Continue"/></w:style>
<w:style w:type="paragraph" w:styleId="LC2"><w:name w:val="List Continue 2"/></w:style>
</w:styles>"""
NUMBERED = {"word/numbering.xml": NUMBERS.encode()}
STYLED = {"word/styles.xml": STYLES.encode(), **NUMBERED}
AT_LEVEL = '<w:outlineLvl w:val="{}"/>'
SITE = "https://example.org/a"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(instruction: str, *result: str) -> str:
    code = r(instruction.replace('"', "&quot;"), tag="instrText")
    return f"{mark('begin')}{code}{mark('separate')}{''.join(result)}{mark('end')}"


def drawn(inner: str) -> str:
    return f"<w:r><w:drawing>{inner}</w:drawing></w:r>"


def light(*inner: str, more: str = "") -> str:
    return p(*inner, style="Light", more=more)


DOCUMENTS: dict[str, tuple[bytes, str, list[str]]] = {
    # ECMA-376, part 1, 17.9: numbering.
    "levels count on, and begin again below the next item": (
        word(*(p(each, numbered=(2, at)) for each, at in (("a", 0), ("b", 1), ("c", 1), ("d", 0), ("e", 1)))),
        "1. a\n   - (a) b\n   - (b) c\n2. d\n   - (a) e",
        [],
    ),
    "an item before any of the level above it": (
        word(p("a", numbered=(3, 1)), p("b", numbered=(3, 1)), extra=NUMBERED),
        "- 4.1 a\n- 4.2 b",
        [],
    ),
    "a level without a form counts in figures": (
        word(p("a", numbered=(1, 0)), p("b", numbered=(1, 1)), p("c", numbered=(1, 1)), extra=NUMBERED),
        "1) a\n   - (b) b\n   - (c) c",
        [],
    ),
    "a list that begins elsewhere, once": (
        word(*(p(each, numbered=(5, at)) for each, at in (("a", 0), ("b", 1), ("c", 1), ("d", 0))), extra=NUMBERED),
        "5) a\n   - (c) b\n   - (d) c\n6) d",
        [],
    ),
    "a list that overrides one level only": (
        word(p("a", numbered=(6, 0)), p("b", numbered=(6, 1)), p("c", numbered=(6, 1)), extra=NUMBERED),
        "1) a\n   - I. b\n   - II. c",
        [],
    ),
    "a sign in place of a number": (word(p("a", numbered=(2, 0)), extra=NUMBERED), "§ a", []),
    "lists and levels that there are not": (
        word(p("a", numbered=(99, 0)), p("b", numbered=(2, 5)), p("c", style="ListBullet", numbered=(0, 0)), extra=NUMBERED),
        "a\n\nb\n\nc",
        [],
    ),
    "a list by the styles": (
        word(p("a", style="Item"), p("b", style="Based"), p("c", style="Leveled"), p("d", style="LN3"), p("e", style="LN3", numbered=(1, 1)), extra=STYLED),
        "- (b) a\n- (c) b\n\n1) c\n\n   2) d\n\n   - (b) e",
        [],
    ),
    "a list's ninth level by its style": (word(light("a"), p("b", style="Deep"), extra=STYLED), "a\n\n- 1.1) b", []),
    "a linked list's second level by its style": (word(p("a", style="Second"), extra=STYLED), "- 4.1 a", []),
    "further paragraphs of items": (
        word(p("a", numbered=(1, 0)), p("more", style="LC"), p("b", numbered=(1, 1)), p("still", style="LC2"), p("c", style="LC"), extra={**STYLED, "word/styles.xml": STYLES.replace("<w:b/>", "").encode()}),
        "1) a\n\n   more\n\n   - (b) b\n\n     still\n\n   c",
        [],
    ),
    "an empty item is none": (word(p("", numbered=(2, 0)), p("a", numbered=(2, 0))), "1. a", []),
    # 17.7: styles.
    "the usual style of paragraphs, and of words": (
        word(p("all bold"), p("slanted", style="First"), p("light", style="Light"), p("light", style="Lighter"), p("round", style="Round"), p("none", style="None"), extra=STYLED),
        "**all bold**\n\n*slanted*\n\nlight\n\nlight\n\nround\n\nnone",
        [],
    ),
    "styles of words": (
        word(light("a ", r("b", '<w:rStyle w:val="More"/>'), r(" c", '<w:rStyle w:val="More"/><w:i w:val="false"/>'), r(" d", "<w:b/>")), extra=STYLED),
        "a *b* c **d**",
        [],
    ),
    "headings by their names and by their levels": (
        word(light("We ask."), p("a", style="H1"), p("b", more=AT_LEVEL.format(1)), p("c", style="H2"), p("d", more=AT_LEVEL.format(8)), p("e", style="H1", more=AT_LEVEL.format(9)), p("f", style="Chapter"), extra=STYLED),
        "We ask.\n\n## a\n\n### b\n\n### c\n\n###### d\n\ne\n\n### f",
        [],
    ),
    "headings have the look of headings": (
        word(light("We ask."), p("all", style="T"), p("again", style="T"), p("a ", r("b", "<w:i/>"), style="H1"), extra={**STYLED, "word/styles.xml": STYLES.replace('"Title"/>', '"Title"/><w:rPr><w:i/></w:rPr>').encode()}),
        "We ask.\n\n## all\n\nagain\n\n## a *b*",
        [],
    ),
    "quotations": (
        word(p("a", style="Said"), p("b", style="Blocked"), p("c", style="Quote"), light("d"), extra=STYLED),
        "> a\n>\n> b\n>\n> c\n\nd",
        [],
    ),
    "a line of a table of contents": (
        word(light("Ask"), p("Money", "<w:r><w:tab/></w:r>", "2", style="Toc"), extra=STYLED),
        "Ask",
        ["A line of a table of contents, after “Ask”: “Money 2”"],
    ),
    # 17.4: tables.
    "sides of cells": (
        word(
            table(
                ("a", "b", "c"),
                (p("1", style="Lighter"), p("2", more='<w:jc w:val="both"/>'), p("3", more='<w:jc w:val="center"/>') + p("4")),
            ),
            extra={"word/styles.xml": STYLES.replace("<w:b/>", "").encode()},
        ),
        "| a | b | c |\n| ---: | --- | :---: |\n| 1 | 2 | 3 4 |",
        ["Lines within a table's cell were joined (one place)"],
    ),
    "rows and cells that something wraps": (
        word(
            f"<w:tbl><w:tr><w:sdt><w:sdtPr/><w:sdtContent><w:tc>{p('a')}</w:tc></w:sdtContent></w:sdt><w:customXml><w:tc>{p('b')}</w:tc></w:customXml></w:tr>"
            f"<w:sdt><w:sdtContent><w:tr><w:trPr/><w:tc>{p('c')}</w:tc><w:tc>{p('d')}</w:tc></w:tr></w:sdtContent></w:sdt>"
            f"<w:customXml><w:tr><w:tc>{p('e')}</w:tc><w:tc>{p('f')}</w:tc></w:tr></w:customXml></w:tbl>"
        ),
        "| a | b |\n| --- | --- |\n| c | d |\n| e | f |",
        [],
    ),
    "cells that reach over others": (
        word(table((f'<w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>{p("a")}</w:tc>', f'<w:tc><w:tcPr><w:gridSpan w:val="1"/></w:tcPr>{p("b")}</w:tc>'), ("c", "d", "e", "f"))),
        "| a |  |  | b |\n| --- | --- | --- | --- |\n| c | d | e | f |",
        ["Merged cells of a table were taken apart (one place)"],
    ),
    "the words of cells are apart where places are told": (
        word(table(("a", "b"), ("c", p("d"))), p("e", '<w:r><w:commentReference w:id="7"/></w:r>')),
        "| a | b |\n| --- | --- |\n| c | d |\n\ne",
        ["A comment, after “b c d e”"],
    ),
    "an empty table": (word(p("a"), "<w:tbl><w:tblPr/></w:tbl>", p("b")), "a\n\nb", []),
    # What stands between paragraphs.
    "blocks of other kinds": (
        word(p("a"), "<w:altChunk/>", "<m:oMathPara><m:oMath><m:r><m:t>x=y</m:t></m:r></m:oMath></m:oMathPara>", f"<w:del>{p(r('gone', tag='delText'))}{p(r('too', tag='delText'))}</w:del>", p("b")),
        "a\n\nb",
        ["A document within this one, after “a”", "An equation, after “a”: “x=y”", "Words deleted with track changes, after “a”: “gone too”"],
    ),
    "a last paragraph whose end was deleted": (word(p("a"), p("b", more="<w:rPr><w:del/></w:rPr>")), "a\n\nb", []),
    "a paragraph whose end was inserted": (word(p("a", more="<w:rPr><w:ins/></w:rPr>")), "a", []),
    # 17.16: fields and links.
    "fields that are links": (
        word(
            p(field(f' HYPERLINK "{SITE}" \\o "a tip" ', r("one")), " ", field(f' HYPERLINK "{SITE}" \\l "part" ', r("two")), " ", field(' HYPERLINK \\l "part" ', r("three"))),
            p(field(f' HYPERLINK "{SITE}" ', r("page "), field(" PAGE ", r("4")), r(" there")), " here"),
            p(f'<w:fldSimple w:instr=" HYPERLINK &quot;{SITE}&quot; ">{r("five")}</w:fldSimple>', " six"),
        ),
        f"[one]({SITE}) [two]({SITE}#part) three\n\n[page 4 there]({SITE}) here\n\n[five]({SITE}) six",
        ["The address of the link “three”, at the beginning: “#part”"],
    ),
    "instructions of fields are no words": (
        word(p(mark("begin"), r("HYPER", tag="instrText"), r("unseen"), r("secret", "<w:vanish/>"), r(f"LINK &quot;{SITE}&quot;", tag="instrText"), mark("separate"), r("link"), mark("end"), " on", mark("end"), mark("separate"), r("x", tag="instrText"), " it")),
        f"[link]({SITE}) on it",
        [],
    ),
    "a field that has no end": (word(p("a ", mark("begin"), r(" PAGE ", tag="instrText"), mark("separate"), r("4")), p("b")), "a 4\n\nb", []),
    "what was inserted or wrapped in a link": (
        word(p(f'<w:hyperlink r:id="{SITE}"><w:ins>{r("a")}</w:ins><w:smartTag>{r(" b")}</w:smartTag><mc:AlternateContent><mc:Choice>{r(" c")}</mc:Choice><mc:Fallback>{r(" d")}</mc:Fallback></mc:AlternateContent></w:hyperlink>', " e"), links=(SITE,)),
        f"[a b c]({SITE}) e",
        ["Words inserted with track changes were taken as accepted (one place)"],
    ),
    "links that lead nowhere": (word(p('<w:hyperlink r:id="no">', r("a"), "</w:hyperlink>", " b")), "a b", []),
    # 17.3: looks and signs of words.
    "underlined words and links": (
        word(p(f'<w:hyperlink r:id="{SITE}">{r("a", "<w:u w:val=&quot;single&quot;/>".replace("&quot;", chr(34)))}</w:hyperlink>', r(" b", '<w:u w:val="none"/>'), field(" PAGE ", r(" 4", '<w:u w:val="single"/>'))), links=(SITE,)),
        f"[a]({SITE}) b 4",
        ["Underlining was not kept (one place)"],
    ),
    "looks of spaces are no looks": (word(p("a", r(" ", '<w:u w:val="single"/><w:strike/><w:vertAlign w:val="subscript"/>'), "b")), "a b", []),
    "hidden words, and words hidden no longer": (
        word(p("a ", r("b", '<w:vanish w:val="0"/>'), r("<w:tab/>", "<w:vanish/>"), r(" ", "<w:vanish/>"), r("c<w:t>d</w:t>", "<w:vanish/>"))),
        "a b",
        ["Hidden words, after “a b”: “cd”"],
    ),
    "signs": (
        word(p("a", "<w:r><w:ptab/></w:r>", "b", "<w:r><w:tab/></w:r>", "c", "<w:r><w:t/></w:r>", '<w:r><w:sym w:char="F0B7"/></w:r>')),
        "a b c",
        ["A symbol of the font of the file (F0B7), after “a b c”"],
    ),
    "words struck out without their mark": (word(p("a ", r("b", tag="delText"))), "a", ["Words deleted with track changes, after “a”: “b”"]),
    "words above the line, and none": (
        word(p("<w:r><w:ruby><w:rubyBase>", r("a"), "</w:rubyBase></w:ruby></w:r>", " b", "<w:r><w:ruby><w:rt>", r("c"), "</w:rt></w:ruby></w:r>")),
        "a b",
        ["Words above the line, after “a b”: “c”"],
    ),
    "pictures, shapes and boxes": (
        word(
            p("a", drawn('<wp:docPr descr=""/><wp:docPr descr="A star"/><wps:wsp/>'), drawn(f"<m:t>b</m:t>{r('c')}")),
            p("d", drawn(f'<wp:docPr descr="Map"/><wps:txbxContent>{p("e")}{p("f", "<w:r><w:tab/></w:r>", "g")}</wps:txbxContent><a:blip/>')),
            p("h", f"<w:r><mc:AlternateContent><mc:Choice/><mc:Fallback><w:pict>{r('i')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"),
            p("j", f"<w:r><mc:AlternateContent><mc:Fallback><w:pict><v:shape>{r('k')}</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>", "<w:r><mc:AlternateContent/></w:r>"),
            p("l", '<w:r><w:object><wp:docPr descr="Sheet"/></w:object></w:r>'),
        ),
        "a\n\nd\n\nh\n\nj\n\nl",
        ["A shape, after “a”: “A star”", "A shape, after “a”: “bc”", "A text box, after “a d”: “e f g”", "A picture, after “a d”: “Map”", "A shape, after “a d h j”: “k”", "An embedded object, after “d h j l”: “Sheet”"],
    ),
    "endnotes and footnotes with the same number": (
        word(p("a", '<w:r><w:footnoteReference w:id="1"/></w:r>', " b", '<w:r><w:endnoteReference w:id="1"/></w:r>'), footnotes=f'<w:footnote w:id="1" w:type="normal">{p("By law", "<w:r><w:commentReference/></w:r>")}</w:footnote>', endnotes=f'<w:endnote w:id="1">{p("End")}</w:endnote>'),
        "a[^1] b[^2]\n\n[^1]: By law\n\n[^2]: End",
        ["A comment, after “the footnote By law”", "Endnotes are footnotes now (one place)"],
    ),
    "comments of several lines": (
        word(p("a", '<w:r><w:commentReference w:id="2"/></w:r>'), comments=f'<w:comment w:id="1">{p("no")}</w:comment><w:comment w:id="2">{p("Is", "<w:r><w:br/></w:r>", "it")}{p("so?")}</w:comment>'),
        "a",
        ["A comment, after “a”: “Is it so?”"],
    ),
    # What stands in the margins.
    "margins": (
        word(p("a", "<w:r><w:commentReference/></w:r>"), header=p("Ours", "<w:r><w:pict><v:imagedata/></w:pict></w:r>", style="Titel") + p("Ohio"), footer=p("")),
        "a",
        ["The page header: “Ours Ohio”", "The page header: A picture, after “Ours”", "A comment, after “a”"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_detail_of_a_word_document_becomes_this(name: str) -> None:
    raw, body, left_out = DOCUMENTS[name]
    result = read_file("a.docx", raw)
    assert (result.body, list(result.left_out)) == (body, left_out)


def packed(relations: str, parts: dict[str, str], main: str = "word/document.xml") -> bytes:
    """A document that is put together as these relations of its main part say."""
    folder, _, name = main.rpartition("/")
    own = f"{folder}/_rels/{name}.rels".lstrip("/")
    files = {
        "[Content_Types].xml": "<Types/>",
        "word/x.xml": "<x/>",
        own: f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
    }
    files["_rels/.rels"] = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="p" Type="{KINDS}/thumbnail" Target="a.png"/><Relationship Id="d" Type="{KINDS}/officeDocument" Target="{main}"/></Relationships>'
    )
    return archive({name: text.encode() for name, text in {**files, **parts}.items()})


def relation(kind: str, target: str, key: str = "a") -> str:
    return f'<Relationship Id="{key}" Type="{KINDS}/{kind}" Target="{target}"/>'


BODY = f"<w:document {W}><w:body>{p('all')}</w:body></w:document>"
HEADERS = {
    f"parts/{n}.xml": f"<w:hdr {W}>{p(words)}</w:hdr>" for n, words in (("b", "Second"), ("a", "First"), ("c", "First"))
}
PACKAGES: dict[str, tuple[bytes, str, list[str]]] = {
    "parts by addresses from the root": (packed(relation("styles", "/word/own.xml"), {"word/document.xml": BODY, "word/own.xml": STYLES}), "**all**", []),
    "parts beside the main one, which lies elsewhere": (packed(relation("styles", "own.xml"), {"doc/main.xml": BODY, "doc/own.xml": STYLES}, "doc/main.xml"), "**all**", []),
    "parts above the main one": (packed(relation("styles", "../own.xml"), {"word/document.xml": BODY, "own.xml": STYLES}), "**all**", []),
    "parts that are missing": (packed(relation("styles", "own.xml") + relation("header", "h.xml", "b") + relation("styles", "/word/two.xml", "c"), {"word/document.xml": BODY, "word/two.xml": STYLES}), "**all**", []),
    "margins on several pages": (packed("".join(relation("header", f"../parts/{n}.xml", str(key)) for key, n in enumerate("bacb")), {"word/document.xml": BODY, **HEADERS}), "all", ["The page header: “First”", "The page header: “Second”"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_a_document_is_put_together_by_its_relations(name: str) -> None:
    raw, body, left_out = PACKAGES[name]
    result = read_file("a.docx", raw)
    assert (result.body, list(result.left_out)) == (body, left_out)


def test_a_document_without_relations_of_its_own_has_its_text_where_word_puts_it() -> None:
    raw = archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": BODY.encode()})
    assert read_file("a.docx", raw).body == "all"


def test_a_title_is_taken_once_and_from_the_text_alone() -> None:
    raw = word(
        p("Ours", style="Titel"), p("Fund", style="Titel"), p("Now", style="Titel"), header=p("Head", style="Titel")
    )
    result = read_file("a.docx", raw)
    assert (result.title, result.body) == ("Ours", "Fund\n\nNow")


def test_a_link_of_a_footnote_is_the_footnotes_own() -> None:
    own = f'<Relationships xmlns="{RELATIONS}"><Relationship Id="{SITE}" Type="{KINDS}/hyperlink" TargetMode="External" Target="https://example.org/b"/></Relationships>'
    raw = word(
        p(link("here", SITE), '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        links=(SITE,),
        footnotes=f'<w:footnote w:id="1">{p(link("there", SITE))}</w:footnote>',
        extra={"word/_rels/footnotes.xml.rels": own.encode()},
    )
    assert read_file("a.docx", raw).body == f"[here]({SITE})[^1]\n\n[^1]: [there](https://example.org/b)"


def test_xml_may_be_as_deep_as_two_hundred_elements_and_has_no_document_type() -> None:
    def deep(wrapped: int) -> bytes:
        return word("<w:customXml>" * wrapped + p("a") + "</w:customXml>" * wrapped)

    assert read_file("a.docx", deep(195)).body == "a"  # within document and body, around p, r and t
    for raw in (deep(196), word(extra={"word/document.xml": f"<!DOCTYPE w:document>{BODY}".encode()})):
        with pytest.raises(Invalid):
            read_file("a.docx", raw)
