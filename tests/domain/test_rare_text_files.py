"""What Word documents and OpenDocument texts hold more rarely: what each becomes is written here by hand."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

import pytest

from signoff.domain.positions.files.reading import read_file
from tests.text_files import W, opendocument, p, r, table, word

STYLES = """
<style:style style:name="Heavy" style:family="text"><style:text-properties fo:font-weight="700"/></style:style>
<style:style style:name="Light" style:family="text"><style:text-properties fo:font-weight="300"/></style:style>
<style:style style:name="Slant" style:family="text"><style:text-properties fo:font-style="oblique"/></style:style>
<style:style style:name="Upright" style:family="text"><style:text-properties fo:font-style="normal"/></style:style>
<style:style style:name="Based" style:family="text" style:parent-style-name="Heavy"/>
<style:style style:name="Bold" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Raised" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Low" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="Level" style:family="text"><style:text-properties style:text-position="0% 100%"/></style:style>
<style:style style:name="Struck" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="Lined" style:family="text"><style:text-properties style:text-underline-style="solid"/></style:style>
<style:style style:name="Unlined" style:family="text"><style:text-properties style:text-underline-style="none"/></style:style>
<style:style style:name="Quotations" style:family="paragraph"/>
<style:style style:name="Slanted" style:family="paragraph" style:parent-style-name="Quotations"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Quotations"/>
<style:style style:name="Numbered" style:family="paragraph" style:list-style-name="Roman"/>
<style:style style:name="Mid" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/></style:style>
<text:list-style style:name="Roman"><text:list-level-style-number text:level="1" style:num-format="i" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="A" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="Plain"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
</text:list-style>
"""
COMMON = '<office:styles><style:style style:name="Far" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style></office:styles>'


def odt(*body: str) -> bytes:
    return opendocument("".join(body), styles=STYLES, common=COMMON)


def t(words: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def s(words: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{words}</text:span>'


def listed(*items: str, style: str = "", more: str = "") -> str:
    return f'<text:list text:style-name="{style}" {more}>{"".join(items)}</text:list>'


def item(inner: str, more: str = "") -> str:
    return f"<text:list-item {more}>{inner if inner.startswith('<') else t(inner)}</text:list-item>"


def row(*cells: str) -> str:
    inner = "".join(
        each if each.startswith("<table") else f"<table:table-cell>{each}</table:table-cell>" for each in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


OPENDOCUMENT: dict[str, tuple[bytes, str, list[str]]] = {
    "weights and slants": (
        odt(
            t(
                f"{s('heavy', 'Heavy')}, {s('light', 'Light')}, {s('slanted', 'Slant')}, {s('by base', 'Based')}, {s('far', 'Far')}"
            ),
            t(f"all bold {s('but not this', 'Light')}", "Bold"),
            t(s(f"slanted {s('not', 'Upright')}", "Slant")),
        ),
        "**heavy**, light, *slanted*, **by base**, **far**\n\n**all bold** but not this\n\n*slanted* not",
        [],
    ),
    "a quotation in slanted type, and a raised sign of a note": (
        odt(
            t(
                "We ask."
                + s(
                    f'<text:note text:note-class="footnote"><text:note-body>{t("By mail.")}</text:note-body></text:note>',
                    "Raised",
                )
            ),
            t("Quoted.", "Slanted"),
        ),
        "We ask.[^1]\n\n> Quoted.\n\n[^1]: By mail.",
        [],
    ),
    "raised, struck and underlined words": (
        odt(
            t(f"H{s('2', 'Low')}O is x{s('2', 'Raised')} at {s('level', 'Level')}{s('', 'Raised')}"),
            t(f"{s('gone', 'Struck')} {s('lined', 'Lined')} {s('not', 'Unlined')}"),
            t(f'<text:a xlink:href="https://example.org/">{s("a link", "Lined")}</text:a>'),
        ),
        "H2O is x2 at level\n\ngone lined not\n\n[a link](https://example.org/)",
        [
            "Words struck through; they are kept as ordinary words, after “is x2 at level”: “gone”",
            "Raised or lowered characters are written on the line (two places)",
            "Underlining was not kept (one place)",
        ],
    ),
    "words above the line": (
        odt(
            t(
                "Say <text:ruby><text:ruby-base>east</text:ruby-base><text:ruby-text>higashi</text:ruby-text></text:ruby>."
            )
        ),
        "Say east.",
        ["Words above the line, after “Say east”: “higashi”"],
    ),
    "spaces, tabs and soft page breaks": (
        odt(t("a<text:s/>b<text:tab/>c<text:soft-page-break/>d\n  e")),
        "a b cd e".replace("b c", "b\tc").replace("\t", " "),
        [],
    ),
    "endnotes": (
        odt(
            t(
                'A claim<text:note text:note-class="endnote"><text:note-citation>i</text:note-citation>'
                f"<text:note-body>{t('By')}{t('law.')}</text:note-body></text:note>."
            )
        ),
        "A claim[^1].\n\n[^1]: By\n\n    law.",
        ["Endnotes are footnotes now (one place)"],
    ),
    "quotations": (odt(t("Said.", "P2"), t("Then.")), "> Said.\n\nThen.", []),
    "headings without a level, and deep ones": (
        odt(
            "<text:h>Ask</text:h>",
            '<text:h text:outline-level="2">Money</text:h>',
            t("We ask."),
            "<text:h>Why</text:h>",
        ),
        "### Money\n\nWe ask.\n\n## Why",
        [],
    ),
    "sections and what the program keeps for itself": (
        odt(
            "<text:sequence-decls><text:sequence-decl/></text:sequence-decls><office:forms><office:p>x</office:p></office:forms>",
            f"<text:section>{t('Within.')}</text:section>",
        ),
        "Within.",
        [],
    ),
    "a table of contents": (
        odt(
            f"<text:table-of-content><text:index-body>{t('Ask 2')}</text:index-body></text:table-of-content>", t("Ask")
        ),
        "Ask",
        ["A table of contents or an index, at the beginning: “Ask 2”"],
    ),
    "a list by the styles of its paragraphs": (
        odt(listed(item(t("one", "Numbered")), item(t("two", "Numbered")))),
        "- i. one\n- ii. two",
        [],
    ),
    "a list that counts on and one that begins at five": (
        odt(
            listed(item("one"), item("two"), style="Plain"),
            t("Between"),
            listed(item("three"), style="Plain", more='text:continue-numbering="true"'),
            t("And"),
            listed(item("five", 'text:start-value="5"'), item("six"), style="Plain"),
        ),
        "1. one\n2. two\n\nBetween\n\n3. three\n\nAnd\n\n5. five\n6. six",
        [],
    ),
    "more paragraphs, a table and a list in an item": (
        odt(
            listed(
                item(t("one") + t("more of one") + listed(item("within"))),
                f"<text:list-header>{t('no number')}</text:list-header>",
                item("two"),
                style="Roman",
            )
        ),
        "- i. one\n\n  more of one\n\n  - A) within\n\n  no number\n\n- ii. two",
        [],
    ),
    "a table's head, sides and repeated cells": (
        odt(
            f"<table:table><table:table-header-rows>{row(t('State'), t('Sum'), t('Note'))}</table:table-header-rows>",
            row(t("Ohio"), t("$5", "Mid"), '<table:table-cell table:number-columns-repeated="90"/>'),
            row(t("Iowa"), f'<table:table-cell table:number-columns-repeated="2">{t("1", "Mid")}</table:table-cell>'),
            "</table:table>",
        ),
        "| State | Sum | Note |\n| --- | :---: | :---: |\n| Ohio | $5 |  |\n| Iowa | 1 | 1 |",
        [],
    ),
    "shapes, boxes and objects": (
        odt(
            t("One <draw:custom-shape><text:p>Star</text:p></draw:custom-shape>two"),
            t("<draw:frame><draw:object/><draw:image/><svg:title>Chart</svg:title></draw:frame>three"),
            t(f"<draw:frame><draw:text-box>{t('In a')}{t('box')}</draw:text-box></draw:frame>four"),
        ),
        "One two\n\nthree\n\nfour",
        [
            "A shape, after “One”: “Star”",
            "An equation, chart or embedded object, after “One two”: “Chart”",
            "A text box, after “One two three”: “In a box”",
        ],
    ),
    "tracked changes": (
        odt(
            "<text:tracked-changes><text:changed-region><text:insertion/></text:changed-region><text:changed-region>"
            f"<text:deletion><office:change-info><dc:creator>Ana</dc:creator></office:change-info>{t('a<text:tab/>b')}{t('c')}"
            "</text:deletion></text:changed-region></text:tracked-changes>",
            t("Kept."),
        ),
        "Kept.",
        [
            "Words deleted with track changes: “a b c”",
            "Words inserted with track changes were taken as accepted (one place)",
        ],
    ),
}

OWN_NUMBERS = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="Clauses"/><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="lowerRoman"/>
<w:pStyle w:val="Clause"/><w:lvlText w:val="%1)"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="upperLetter"/><w:pStyle w:val="Under"/>
<w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Clauses"/></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>
<w:lvlText w:val="%1."/></w:lvl></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
OWN_STYLES = f"""<w:styles {W}><w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr>
<w:numId w:val="4"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Under"><w:name w:val="Under"/><w:pPr>
<w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style></w:styles>"""
OWN = {"word/numbering.xml": OWN_NUMBERS.encode(), "word/styles.xml": OWN_STYLES.encode()}


def boxed(inner: str, tag: str = "drawing") -> str:
    return f"<w:r><w:{tag}>{inner}</w:{tag}></w:r>"


WORD: dict[str, tuple[bytes, str, list[str]]] = {
    "a list by its style's name": (
        word(p("one", numbered=(1, 0)), p("within", numbered=(1, 1)), p("two", numbered=(1, 0)), extra=OWN),
        "- iv) one\n  - (A) within\n- v) two",
        [],
    ),
    "a list whose number overrides the looks of a level": (
        word(p("one", numbered=(2, 0)), p("two", numbered=(2, 0)), extra=OWN),
        "1. one\n2. two",
        [],
    ),
    "a list without numbers": (word(p("one", numbered=(3, 0)), p("two"), extra=OWN), "one\n\ntwo", []),
    "levels by the styles of paragraphs": (
        word(p("one", style="Clause"), p("within", style="Under"), p("two", style="Clause"), extra=OWN),
        "- iv) one\n  - (A) within\n- v) two",
        [],
    ),
    "words above the line": (
        word(
            p(
                "Say ",
                f"<w:r><w:ruby><w:rt>{r('higashi')}</w:rt><w:rubyBase>{r('east')}</w:rubyBase></w:ruby></w:r>",
                ".",
            )
        ),
        "Say east.",
        ["Words above the line, after “Say east”: “higashi”"],
    ),
    "breaks of pages, columns and lines": (
        word(
            p("a", '<w:r><w:br w:type="page"/></w:r>', "b", '<w:r><w:br w:type="column"/></w:r>', "c"),
            p("d", '<w:r><w:br w:type="textWrapping"/></w:r>', "e", "<w:r><w:cr/></w:r>", "f"),
        ),
        "a b c\n\nd\\\ne\\\nf",
        [],
    ),
    "words struck through twice": (
        word(p("It is ", r("gone", "<w:dstrike/>"), r(" here", '<w:strike w:val="0"/>'))),
        "It is gone here",
        ["Words struck through; they are kept as ordinary words, after “It is”: “gone”"],
    ),
    "raised and lowered words": (
        word(p("x", r("2", '<w:vertAlign w:val="superscript"/>'), r("y", '<w:vertAlign w:val="baseline"/>'))),
        "x2y",
        ["Raised or lowered characters are written on the line (one place)"],
    ),
    "deleted rows": (
        word(
            table(("State", "Sum"), ("Ohio", "$5")).replace(
                '<w:tr><w:tc><w:p><w:r><w:t xml:space="preserve">Ohio',
                '<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t xml:space="preserve">Ohio',
            )
        ),
        "| State | Sum |\n| --- | --- |",
        ["Words deleted with track changes, after “State Sum”: “Ohio $5”"],
    ),
    "objects, charts and shapes": (
        word(
            p("One ", boxed("<v:shape/>", "object")),
            p("Two ", boxed('<wp:docPr id="1" descr="By year"/><a:chart/>')),
            p("Three ", boxed("<a:relIds/>")),
            p("Four ", boxed("<v:shape><v:imagedata/></v:shape>", "pict")),
        ),
        "One\n\nTwo\n\nThree\n\nFour",
        [
            "An embedded object, after “One”",
            "A chart or diagram, after “One Two”: “By year”",
            "A chart or diagram, after “One Two Three”",
            "A picture, after “One Two Three Four”",
        ],
    ),
    "links to a place in another page": (
        word(
            p(
                f'<w:hyperlink r:id="https://example.org/a" w:anchor="part">{r("there")}</w:hyperlink>',
                " and ",
                f'<w:hyperlink w:anchor="_Toc1">{r("here")}</w:hyperlink>',
            ),
            links=("https://example.org/a",),
        ),
        "[there](https://example.org/a#part) and here",
        ["The address of the link “here”, at the beginning: “#_Toc1”"],
    ),
    "a choice for older programs alone": (
        word(p("a ", f"<mc:AlternateContent><mc:Fallback>{r('b')}</mc:Fallback></mc:AlternateContent>", " c")),
        "a b c",
        [],
    ),
    "choices between paragraphs and between words": (
        word(
            f"<mc:AlternateContent><mc:Choice>{p('newer')}</mc:Choice><mc:Fallback>{p('older')}</mc:Fallback></mc:AlternateContent>",
            p("a ", "<w:r><mc:AlternateContent><mc:Choice><w:t>b</w:t></mc:Choice></mc:AlternateContent></w:r>", " c"),
        ),
        "newer\n\na b c",
        [],
    ),
    "a large initial": (
        word(f'<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr>{r("S")}</w:p>', p("chools open late.")),
        "Schools open late.",
        [],
    ),
    "bent words and a document within": (
        word(
            p("a", '<w:r><w:pict><v:shape><v:textpath string="Open Doors"/></v:shape></w:pict></w:r>'),
            p('<w:subDoc r:id="x"/>'),
        ),
        "a",
        ["A shape, after “a”: “Open Doors”", "A document within this one, after “a”"],
    ),
}


@pytest.mark.parametrize("name", OPENDOCUMENT)
def test_an_opendocument_text_becomes_this_text(name: str) -> None:
    raw, body, left_out = OPENDOCUMENT[name]
    result = read_file("a.odt", raw)
    assert (result.body, list(result.left_out)) == (body, left_out)


@pytest.mark.parametrize("name", WORD)
def test_a_word_document_becomes_this_text(name: str) -> None:
    raw, body, left_out = WORD[name]
    result = read_file("a.docx", raw)
    assert (result.body, list(result.left_out)) == (body, left_out)
