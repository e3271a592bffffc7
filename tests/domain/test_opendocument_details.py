"""Details of OpenDocument texts by their standard: how lists count, which style holds, what frames and tables say."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.reading import read_file
from tests.text_files import ODF, archive, opendocument


def words(name: str, said: str, parent: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="text" style:parent-style-name="{parent}"><style:text-properties {said}/></style:style>'


def stands(name: str, at: str, parent: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}"><style:paragraph-properties fo:text-align="{at}"/></style:style>'


STYLES = "".join(
    (
        words("Bold", 'fo:font-weight="bold"'),
        words("W600", 'fo:font-weight="600"'),
        words("W599", 'fo:font-weight="599"'),
        words("Normal", 'fo:font-weight="normal"', "Bold"),
        words("Deeper", 'fo:font-style="italic"', "Normal"),
        words("Deepest", 'fo:color="#000000"', "Deeper"),
        words("Round", 'fo:font-style="italic"', "Round"),
        words("Low", 'style:text-position="sub 58%"'),
        words("Kept", 'style:text-line-through-style="none" text:display="true"'),
        words("Gone", 'text:display="none"'),
        words("Further", 'fo:color="#000000"', "Gone"),
        words("Struck", 'style:text-line-through-style="solid"'),
        words("Lined", 'style:text-underline-style="solid"'),
        stands("Mid", "center"),
        stands("Left", "start", "Mid"),
        stands("Right", "right"),
        '<style:style style:name="Farther" style:family="paragraph" style:parent-style-name="Right"/>',
        '<style:style style:name="Slanted" style:family="paragraph"><style:text-properties fo:font-style="italic"/></style:style>',
        '<style:style style:name="InList" style:family="paragraph" style:list-style-name="N"/>',
        '<style:style style:name="BelowIt" style:family="paragraph" style:parent-style-name="InList"/>',
        '<style:style style:name="Own" style:family="paragraph" style:parent-style-name="Quote"/>',
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1"/>'
        '<text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix=")" text:display-levels="2" text:start-value="3"/>'
        '<text:list-level-style-number text:level="3" style:num-format="i" style:num-suffix=")" text:display-levels="9"/></text:list-style>',
        '<text:list-style style:name="S"><text:list-level-style-bullet text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="" style:num-suffix=")"/></text:list-style>',
        '<text:list-style style:name="F"><text:list-level-style-number text:level="1" style:num-format="I" style:num-prefix="(" style:num-suffix=")" text:start-value="4"/><text:list-level-style-number text:level="2" style:num-format="I" style:num-prefix="(" style:num-suffix=")" text:start-value="2"/></text:list-style>',
    )
)


def odt(*body: str) -> bytes:
    return opendocument("".join(body), styles=STYLES)


def t(said: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{said}</text:p>'


def s(said: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{said}</text:span>'


def listed(*items: str, style: str = "", more: str = "") -> str:
    return f'<text:list text:style-name="{style}" {more}>{"".join(items)}</text:list>'


def item(*inner: str, more: str = "") -> str:
    return f"<text:list-item {more}>{''.join(each if each.startswith('<') else t(each) for each in inner)}</text:list-item>"


def cells(*inner: str) -> str:
    made = (
        each if each.startswith("<table") else f"<table:table-cell>{t(each) if each else ''}</table:table-cell>"
        for each in inner
    )
    return f"<table:table-row>{''.join(made)}</table:table-row>"


def cell(inner: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{inner}</table:table-cell>"


def note(*inner: str, kind: str = "footnote") -> str:
    return f'<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation><text:note-body>{"".join(inner)}</text:note-body></text:note>'


COMMENT = "<office:annotation><dc:creator>Ana</dc:creator><dc:date>2026</dc:date><text:p>Is it</text:p><text:list><text:list-item><text:p>so?</text:p></text:list-item></text:list></office:annotation>"

DOCUMENTS: dict[str, tuple[bytes, str, list[str]]] = {
    # OpenDocument 1.3, 5.3 and 16.31: lists.
    "levels count by themselves, and show those above": (
        odt(listed(item("a", listed(item("b"), item("c", listed(item("d"))))), item("e", listed(item("f"))), style="N")),
        "1. a\n   - 1.3) b\n   - 1.4) c\n     - 1.4.i) d\n2. e\n   - 2.3) f",
        [],
    ),
    "a list goes on where it says so": (
        odt(listed(item("a"), style="F"), t("x"), listed(item("b"), style="F", more='text:continue-list="l1"'), t("y"), listed(item("c"), style="F", more='text:continue-numbering="false"'), t("z"), listed(item("d"), style="F", more='text:continue-numbering="true"')),
        "- (IV) a\n\nx\n\n- (V) b\n\ny\n\n- (IV) c\n\nz\n\n- (V) d",
        [],
    ),
    "a list that goes on before it began": (odt(listed(item("a"), style="F", more='text:continue-numbering="true"')), "- (IV) a", []),
    "an item that begins elsewhere": (odt(listed(item("a"), item("b", more='text:start-value="5"'), item("c"), style="N")), "1. a\n\n- 5\\. b\n- 6\\. c", []),
    "bullets, and numbers that are not shown": (odt(listed(item("a", listed(item("b"), item("c"))), style="S")), "- a\n  - b\n  - c", []),
    "a list whose style is unknown": (odt(listed(item("a"), item("b"), style="No")), "- a\n- b", []),
    "a list by the style that a paragraph's style is based on": (odt(listed(item(t("a", "BelowIt")), item(t("b", "BelowIt")))), "1. a\n2. b", []),
    "a list within one of another style": (odt(listed(item("a", listed(item("b"), style="F")), item("c"), style="N")), "1. a\n   - (II) b\n2. c", []),
    "an item of several paragraphs, a heading and a table": (
        odt(t("We ask."), listed(item("a", "more", "<text:h>Head</text:h>", f"<table:table>{cells('b', 'c')}</table:table>"), item("", "d"), style="N")),
        "We ask.\n\n1. a\n\n   more\n\n## Head\n\n| b | c |\n| --- | --- |\n\n2. d",
        [],
    ),
    "what stands in a list without a number": (odt(listed(f"<text:list-header>{t('first')}</text:list-header>", item("a"), "<text:other/>", style="N")), "first\n\n1. a", []),
    # 16 and 20: styles.
    "the nearest style holds": (
        odt(t(f"{s('a', 'Bold')} {s('b', 'W600')} {s('c', 'W599')} {s('d', 'Normal')} {s('e', 'Deepest')} {s('f', 'Round')} {s(s('g', 'Deeper'), 'Bold')} {s('h' + s(' i', 'Low'), 'Bold')}")),
        "**a** **b** c d *e* *f* *g* **h i**",
        ["Raised or lowered characters are written on the line (one place)"],
    ),
    "hidden, struck and underlined": (
        odt(t(f"a {s('b', 'Kept')} {s('c', 'Further')} {s('', 'Struck')}{s('', 'Low')}"), t(f"{s(s('d', 'Lined'), 'Struck')} {COMMENT}")),
        "a b\n\nd",
        ["Hidden words, after “a b”: “c”", "Words struck through; they are kept as ordinary words, after “a b”: “d”", "A comment, after “a b d”: “Is it so?”", "Underlining was not kept (one place)"],
    ),
    "headings have the look of headings": (
        odt(t("We ask."), '<text:h text:outline-level="1" text:style-name="Slanted">a</text:h>', f'<text:h text:outline-level="2" text:style-name="Slanted">b {s("c", "Round")}</text:h>', t("d", "Slanted"), '<text:h text:outline-level="x">e</text:h>'),
        "We ask.\n\n## a\n\n### b *c*\n\n*d*\n\n## e",
        [],
    ),
    "titles": (odt(t("a", "Title"), t(f"b {s('c', 'Bold')}", "Title"), t("d")), "## b **c**\n\nd", []),
    "quotations": (odt(t("a", "Quote"), t("b", "Own"), t("c", "quotations"), t("d")), "> a\n>\n> b\n>\n> c\n\nd", []),
    # 6: words.
    "spaces, breaks and fields": (
        odt(t("a<text:line-break/>b<text:bookmark/> <text:page-number>4</text:page-number><text:tab/><text:s text:c='3'/>c\n\td<office:annotation-end/>")),
        "a\\\nb 4 c d",
        [],
    ),
    "links": (odt(t(f'<text:a xlink:href="https://example.org/">a {s("b", "Bold")}</text:a> c'), t('<text:a xlink:href="../a.odt">d</text:a>')), "[a **b**](https://example.org/) c\n\nd", ["The address of the link “d”, after “a b c”: “../a.odt”"]),
    "notes": (
        odt(t(f"a{note(t('b' + COMMENT), t('c'))} d{note(t('e'))} <text:note text:note-class='endnote'/>f")),
        "a[^1] d[^2] f\n\n[^1]: b\n\n    c\n\n[^2]: e",
        ["A comment, after “the footnote b”: “Is it so?”", "Endnotes are footnotes now (one place)"],
    ),
    "words above the line": (odt(t("<text:ruby><text:ruby-base>a</text:ruby-base></text:ruby> <text:ruby><text:ruby-text>b</text:ruby-text></text:ruby>c")), "a c", ["Words above the line, after “a”: “b”"]),
    # 10: frames and drawings, within a paragraph and between paragraphs.
    "pictures, boxes, shapes and objects": (
        odt(
            t("a"),
            "<draw:frame><draw:image/><svg:title>Map</svg:title><svg:desc>of Ohio</svg:desc></draw:frame>",
            f"<draw:frame><draw:text-box>{t('Figure 1')}<draw:frame><draw:image/></draw:frame></draw:text-box></draw:frame>",
            f"<draw:frame><draw:text-box>{t('one<text:tab/>two')}{t('')}</draw:text-box><svg:desc>no</svg:desc></draw:frame>",
            "<draw:custom-shape/><draw:rect/>",
            f"<draw:g><draw:frame><draw:text-box>{t('four')}</draw:text-box></draw:frame><draw:frame><draw:text-box>{t('five')}</draw:text-box></draw:frame></draw:g>",
            f"<draw:g><draw:rect>{t('three')}</draw:rect><draw:line/></draw:g>",
            "<draw:line><svg:title>Arrow</svg:title></draw:line>",
            t("b<draw:frame><draw:object-ole/><svg:desc>Sums</svg:desc></draw:frame><draw:control/><draw:rect/><draw:line/><draw:g/>"),
            t(f"c{COMMENT}"),
            COMMENT,
        ),
        "a\n\nb\n\nc",
        [
            "A picture, after “a”: “Map of Ohio”",
            "A picture, after “a”: “Figure 1”",
            "A text box, after “a”: “one two”",
            "A shape, after “a”",
            "A shape, after “a”",
            "A text box, after “a”: “four five”",
            "A shape, after “a”: “three”",
            "A shape, after “a”: “Arrow”",
            "An equation, chart or embedded object, after “a b”: “Sums”",
            *["A shape, after “a b”"] * 4,
            "A comment, after “a b c”: “Is it so?”",
            "A comment, after “a b c”: “Is it so?”",
        ],
    ),
    "indexes": (odt(*(f"<text:{kind}><text:index-body>{t('x 2')}</text:index-body></text:{kind}>" for kind in ("alphabetical-index", "bibliography", "illustration-index")), t("a")), "a", ["A table of contents or an index, at the beginning: “x 2”"] * 3),
    # 9: tables.
    "rows, heads and sides": (
        odt("<table:table><table:table-column/>", f"<table:table-header-rows>{cells('a', 'b', 'c', 'd')}</table:table-header-rows>", f"<table:table-row-group><table:table-rows>{cells(cell(t('1', 'Mid')), cell(t('2', 'Left')), cell(t('3', 'Farther')), cell(t('4') + t('5', 'Mid')))}</table:table-rows></table:table-row-group></table:table>"),
        "| a | b | c | d |\n| :---: | --- | ---: | --- |\n| 1 | 2 | 3 | 4 5 |",
        ["Lines within a table's cell were joined (one place)"],
    ),
    "cells that stand for several, or reach over others": (
        odt("<table:table>", cells(cell(t("a"), 'table:number-columns-repeated="2"'), "b", cell("", 'table:number-columns-repeated="1000"')), cells(cell(t("c"), 'table:number-rows-spanned="2" table:number-columns-spanned="1"'), cell(t("d"), 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>"), cells("<table:covered-table-cell/>", cell(t("e"), 'table:number-rows-spanned="1"'), cell(t(note(t("f"))))), "</table:table>"),
        "| a | a | b |\n| --- | --- | --- |\n| c | d |  |\n|  | e | [^1] |\n\n[^1]: f",
        ["Merged cells of a table were taken apart (two places)"],
    ),
    "words of cells are apart where places are told": (odt(f"<table:table>{cells('a', 'b')}{cells('c', 'd')}</table:table>", t(f"e{COMMENT}")), "| a | b |\n| --- | --- |\n| c | d |\n\ne", ["A comment, after “b c d e”: “Is it so?”"]),
    "more columns than a text's table may have": (odt("<table:table>", cells(cell(t('x'), 'table:number-columns-repeated="99"')), "</table:table>"), "; ".join("x" * 64), ["A table of 64 columns; its rows are kept as lines, at the beginning"]),
    # 5.5: tracked changes.
    "tracked changes": (
        odt("<text:tracked-changes><text:changed-region><text:format-change/></text:changed-region><text:changed-region><text:deletion><office:change-info><dc:creator>Ana</dc:creator></office:change-info></text:deletion></text:changed-region><text:changed-region><text:deletion>", "<text:h>a</text:h>", t("b<text:line-break/>c<text:s/>d"), "</text:deletion></text:changed-region><text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>", t("d")),
        "d",
        ["Words deleted with track changes: “a b c d”", "Words inserted with track changes were taken as accepted (one place)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_detail_of_an_opendocument_text_becomes_this(name: str) -> None:
    raw, body, left_out = DOCUMENTS[name]
    result = read_file("a.odt", raw)
    assert (result.body, list(result.left_out)) == (body, left_out)


def test_what_stands_on_each_page_is_listed_once() -> None:
    pages = "".join(
        f"<style:{name}>{t(said)}</style:{name}>"
        for name, said in (
            ("header", "Ours"),
            ("header-left", "Ours"),
            ("header-first", "Only here"),
            ("footer", "2026<text:tab/>Ohio"),
            ("footer-left", ""),
            ("header-style", "no"),
        )
    )
    raw = opendocument(
        t("a"), common=f"<office:master-styles><style:master-page>{pages}</style:master-page></office:master-styles>"
    )
    assert list(read_file("a.odt", raw).left_out) == ["The page header: “Ours”", "The page header: “Only here”", "The page footer: “2026 Ohio”"]  # fmt: skip


def test_macros_are_said_and_the_empty_library_of_every_text_is_none() -> None:
    assert read_file("a.odt", opendocument(t("a"), extra={"Basic/script-lc.xml": b"<x/>", "Basic.xml": b"<x/>", "Basic/a.txt": b"x"})).left_out == ()  # fmt: skip
    raw = opendocument(t("a"), extra={"Basic/Standard/Module1.xml": b"<x/>"})
    assert read_file("a.odt", raw).left_out == ("Macros: they were not looked at",)


def test_a_text_needs_no_styles_but_words() -> None:
    kind = {"mimetype": b"application/vnd.oasis.opendocument.text-template"}
    content = f"<office:document-content {ODF}><office:body>{{}}</office:body></office:document-content>"
    for styles in ({}, {"styles.xml": b""}):
        whole = content.format(f"<office:text>{t('a', 'Own')}</office:text>").encode()
        assert read_file("a.ott", archive({**kind, **styles, "content.xml": whole})).body == "a"
    with pytest.raises(Invalid) as refused:
        read_file("a.odt", archive({**kind, "content.xml": content.format("").encode()}))
    assert refused.value.errors["file"] == "“a.odt” has no words. Nothing was taken from it."


def test_the_first_title_is_the_texts() -> None:
    result = read_file("a.odt", odt(t("x"), t(f"a<text:line-break/>{s('b', 'Bold')}", "Title"), t("c", "Title")))
    assert (result.title, result.body) == ("a b", "x\n\n## a **b**\n\n## c")
