"""Word documents come in: what each becomes is written here by hand, and no word is lost that the list does not say."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

from collections import Counter
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.domain.positions.files.reading import read_file
from signoff.domain.positions.markdown import blocks_of
from signoff.domain.positions.text import Wording, clean, problems
from tests.text_files import link, p, r, relations_to, table, word, words_in_word, words_of

RIGHT, CENTER = ('<w:jc w:val="right"/>', '<w:jc w:val="center"/>')
SITE = "https://example.org/a_(b)"
NOTE = '<w:footnoteReference w:id="{}"/>'


def note(number: int) -> str:
    return f"<w:r>{NOTE.format(number)}</w:r>"


def field(instruction: str, result: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}{r(instruction, tag='instrText')}{marks[1]}{r(result)}{marks[2]}"


def cell(words: str, properties: str) -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words) if words else '<w:p/>'}</w:tc>"


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
    f"{p('Call today')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
    f"<w:txbxContent>{p('Call today')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
PICTURE = '<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="A map of Ohio"/><a:blip/></wp:inline></w:drawing></w:r>'

# Each: the document, the text it becomes, and the list of what is left out or changed.
DOCUMENTS: dict[str, tuple[bytes, str, list[str]]] = {
    "styles": (
        word(
            p("Fund the schools", style="Titel"),
            p("What we ask", style="berschrift1"),
            p("By year", style="Own"),
            p("It is ours.", style="Zitat"),
            p("Really.", style="Zitat"),
        ),
        "## What we ask\n\n### By year\n\n> It is ours.\n>\n> Really.",
        [],
    ),
    "a quotation first": (word(p("It is ours.", style="Zitat"), p("Really.")), "> It is ours.\n\nReally.", []),
    "columns that stand at a side": (
        word(
            table(
                (p("Item"), p("Cost", more=CENTER), p("Share", more=CENTER), p("Note")),
                (p("Rent"), p("$5", more=RIGHT), p("10", style="Middle"), p("a", more=RIGHT)),
                (p("Pay"), p("$700", more=RIGHT), p(""), p("b")),
            )
        ),
        "| Item | Cost | Share | Note |\n| --- | ---: | :---: | --- |\n| Rent | $5 | 10 | a |\n| Pay | $700 |  | b |",
        [],
    ),
    "bars in a table": (
        word(table((p("a|b"), p(r"c\|d")), (p(r"e\\|f"), p("g")))),
        r"""| a\|b | c\\\|d |
| --- | --- |
| e\\\\\|f | g |""",
        [],
    ),
    "nested lists": (
        word(
            p("First", numbered=(1, 0)),
            p("Second", numbered=(1, 1)),
            p("Third", numbered=(1, 2)),
            p("Fourth", numbered=(1, 0)),
            p("By style", style="ListBullet"),
            p("Deeper", style="ListBullet2"),
        ),
        "- First\n  - Second\n    - Third\n- Fourth\n- By style\n  - Deeper",
        [],
    ),
    "numbered lists": (
        word(
            p("One", numbered=(2, 0)),
            p("Letter", numbered=(2, 1)),
            p("Two", numbered=(2, 0)),
            p("Between"),
            p("Three", numbered=(2, 0)),
            p("One again", numbered=(4, 0)),
        ),
        "1. One\n   - (a) Letter\n2. Two\n\nBetween\n\n3. Three\n\n- 1\\. One again",
        [],
    ),
    "lettered lists": (
        word(
            p("One", numbered=(5, 0)),
            p("Deeper", numbered=(5, 1)),
            p("Deepest", numbered=(5, 2)),
            p("And so", numbered=(5, 2)),
            p("Two", numbered=(5, 0)),
            p("Between"),
            p("Three", numbered=(5, 0)),
            p("A dot", numbered=(1, 0)),
            p("Another", numbered=(7, 0)),
            p("First of it", numbered=(6, 0)),
            p("In it", numbered=(6, 1)),
        ),
        "- (a) One\n  - i. Deeper\n    1) Deepest\n    2) And so\n- (b) Two\n\nBetween\n\n- (c) Three\n\n* A dot\n\n"
        "- (a) Another\n\nArticle I. First of it\n\n- I.1 In it",
        [],
    ),
    "numbered headings": (
        word(
            p("Ask", style="berschrift1", numbered=(3, 0)),
            p("Money", style="berschrift2", numbered=(3, 1)),
            p("Time", style="berschrift2", numbered=(3, 1)),
            p("See I.2."),
        ),
        "## I.1 Money\n\n## I.2 Time\n\nSee I.2.",
        [],
    ),
    "emphasis": (
        word(
            p(r("Bold", "<w:b/>"), ", ", r("slanted", "<w:i/>"), " and ", r("both", "<w:b/><w:i/>"), "."),
            p(r("Note: ", "<w:b/>"), "next", r("(", "<w:b/>"), r("x)", "<w:b/>"), "y"),
            p(r("by style", '<w:rStyle w:val="Strong"/>'), r(" not", '<w:rStyle w:val="Strong"/><w:b w:val="0"/>')),
        ),
        "**Bold**, *slanted* and ***both***.\n\n**Note:** next(**x**)y\n\n**by style** not",
        [],
    ),
    "tables": (
        word(
            p("Before"),
            table((p(r("State", "<w:b/>")), p(r("Sum|all", "<w:b/>"))), ("Ohio", "$5"), (p("Two") + p("lines"), "")),
            p("After"),
        ),
        "Before\n\n| State | Sum\\|all |\n| --- | --- |\n| Ohio | $5 |\n| Two lines |  |\n\nAfter",
        ["Lines within a table's cell were joined (one place)"],
    ),
    "merged cells": (
        word(
            table(
                (cell("Wide", '<w:gridSpan w:val="2"/>'), cell("Tall", '<w:vMerge w:val="restart"/>')),
                ("a", "b", cell("", "<w:vMerge/>")),
            )
        ),
        "| Wide |  | Tall |\n| --- | --- | --- |\n| a | b |  |",
        ["Merged cells of a table were taken apart (three places)"],
    ),
    "wide table": (
        word(p("Years"), table(tuple(f"y{n}" for n in range(11)))),
        "Years\n\n" + "; ".join(f"y{n}" for n in range(11)),
        ["A table of 11 columns; its rows are kept as lines, after “Years”"],
    ),
    "footnotes": (
        word(
            p("A claim", note(7), " and", note(3), "."),
            footnotes=f'<w:footnote w:type="separator" w:id="0">{p("")}</w:footnote>'
            f'<w:footnote w:id="3">{p("Second ", link("source", SITE))}</w:footnote>'
            f'<w:footnote w:id="7">{p("First.")}{p("More of it.")}</w:footnote>',
            extra={"word/_rels/footnotes.xml.rels": relations_to(SITE)},
        ),
        "A claim[^1] and[^2].\n\n[^1]: First.\n\n    More of it.\n\n[^2]: Second [source](<https://example.org/a_(b)>)",
        [],
    ),
    "endnotes": (
        word(
            p("A claim", '<w:r><w:endnoteReference w:id="2"/></w:r>'),
            endnotes=f'<w:endnote w:id="2">{p("At the end.")}</w:endnote>',
        ),
        "A claim[^1]\n\n[^1]: At the end.",
        ["Endnotes are footnotes now (one place)"],
    ),
    "tracked changes": (
        word(
            p(
                "We ask ",
                f"<w:del>{r('three', tag='delText')}</w:del>",
                f"<w:ins>{r('four')}</w:ins>",
                " things",
                more="<w:rPr><w:del/></w:rPr>",
            ),
            p(" of you."),
            p(f"<w:moveFrom>{r('Moved.')}</w:moveFrom>"),
            p(f"<w:moveTo>{r('Moved.')}</w:moveTo>"),
        ),
        "We ask four things of you.\n\nMoved.",
        [
            "Words deleted with track changes, after “We ask”: “three”",
            "Words inserted with track changes were taken as accepted (one place)",
            "Moved words are in their new place (one place)",
        ],
    ),
    "comments": (
        word(
            p("We ", '<w:commentRangeStart w:id="1"/>', "demand", '<w:r><w:commentReference w:id="1"/></w:r>', " it."),
            comments=f'<w:comment w:id="1">{p("Say ask")}</w:comment>',
        ),
        "We demand it.",
        ["A comment, after “We demand”: “Say ask”"],
    ),
    "right to left": (
        word(p("نطالب بتمويل المدارس.", more="<w:bidi/>"), p(r("مهم", "<w:b/><w:rtl/>"), " جدا", more="<w:bidi/>")),
        "نطالب بتمويل المدارس.\n\n**مهم** جدا",
        [],
    ),
    "text boxes, pictures and shapes": (
        word(
            p("We believe that", BOX, " all"),
            p(PICTURE, "is a map", "<w:r><w:drawing><wps:wsp/></w:drawing></w:r>"),
        ),
        "We believe that all\n\nis a map",
        [
            "A text box, after “We believe that”: “Call today”",
            "A picture, after “We believe that all”: “A map of Ohio”",
            "A shape, after “all is a map”",
        ],
    ),
    "links and fields": (
        word(
            p("See ", link("our site", "https://example.org/x_y"), " or ", link("the file", "file:///c/x"), "."),
            p("Also ", field(' HYPERLINK "mailto:a@example.org" ', "write"), " on page ", field(" PAGE ", "4"), "."),
            p(link("https://example.org/p", "https://example.org/p"), " ", link("example.com", SITE)),
            links=("https://example.org/x_y", "file:///c/x", "https://example.org/p", SITE),
        ),
        "See [our site](https://example.org/x_y) or the file.\n\nAlso [write](mailto:a@example.org) on page 4.\n\n"
        "<https://example.org/p> [example.com](<https://example.org/a_(b)>)",
        ["The address of the link “the file”, at the beginning: “file:///c/x”"],
    ),
    "tabs, breaks and hyphens": (
        word(
            p("To:", "<w:r><w:tab/></w:r>", "The Senate", "<w:r><w:br/></w:r>", "Washing\u00adton,  DC"),
            p(r("non"), "<w:r><w:noBreakHyphen/></w:r>", "profit", '<w:r><w:br w:type="page"/></w:r>'),
            p("exam", "<w:r><w:softHyphen/></w:r>", "ple"),
        ),
        "To: The Senate\\\nWashington, DC\n\nnon-profit\n\nexample",
        [],
    ),
    "smart quotes and signs": (
        word(
            p("“Don’t” — 5 * 3 &lt; 16, a_b, *x*, [y](z) &amp;amp; ~~no~~ ‘… C:\\d"),
            p("#1 is"),
            p("# one"),
            p("2. two"),
        ),
        "“Don’t” — 5 \\* 3 < 16, a_b, \\*x\\*, \\[y\\](z) \\&amp; \\~\\~no\\~\\~ ‘… C:\\\\d\n\n#1 is\n\n\\# one\n\n2\\. two",
        [],
    ),
    "typed bullets": (
        word(p("•", "<w:r><w:tab/></w:r>", "first"), p("• second"), p("As said:", "<w:r><w:br/></w:r>", "• third")),
        "- first\n- second\n\nAs said:\n\n- third",
        [],
    ),
    "equations, symbols and hidden words": (
        word(
            p("As ", "<m:oMath><m:r><m:t>x=y</m:t></m:r></m:oMath>", " shows", r("secret", "<w:vanish/>"), "."),
            p(
                '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
                " done, H",
                r("2", '<w:vertAlign w:val="subscript"/>'),
            ),
            p(r("gone", "<w:strike/>"), " ", r("lined", '<w:u w:val="single"/>')),
        ),
        "As shows.\n\ndone, H2\n\ngone lined",
        [
            "An equation, after “As”: “x=y”",
            "Hidden words, after “As shows”: “secret”",
            "A symbol of the font Wingdings (F0FC), after “As shows.”",
            "Words struck through; they are kept as ordinary words, after “As shows. done, H2”: “gone”",
            "Raised or lowered characters are written on the line (one place)",
            "Underlining was not kept (one place)",
        ],
    ),
    "headers and contents": (
        word(
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
            f"<w:sdtContent>{p('Ask 2', style='TOC1')}</w:sdtContent></w:sdt>",
            p("Ask"),
            header=p("The Coalition"),
            footer=p("Page ", field(" PAGE ", "1")),
        ),
        "Ask",
        [
            "The page header: “The Coalition”",
            "The page footer: “Page 1”",
            "A table of contents, at the beginning: “Ask 2”",
        ],
    ),
    "content controls and nesting": (
        word(
            f"<w:sdt><w:sdtContent>{p('In a control')}</w:sdtContent></w:sdt>",
            f"<w:customXml>{p('<w:smartTag>' + r('In a tag') + '</w:smartTag>')}</w:customXml>",
            table((p("Outer") + table(("inner", "cells")), p("listed", numbered=(1, 0)))),
        ),
        "In a control\n\nIn a tag\n\n| Outer inner cells | • listed |\n| --- | --- |",
        [
            "A table within a table's cell was written as lines (one place)",
            "Lines within a table's cell were joined (one place)",
        ],
    ),
}
# What a list's own numbers add to the words, and the words of the list's sentences are in no document.
LABELS = {
    "lettered lists": "a i b c a Article I I 1",
    "numbered lists": "a 1 2 3 1",
    "numbered headings": "I I 1 I 2",
    "nested lists": "",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_becomes_this_text(name: str) -> None:
    raw, body, left_out = DOCUMENTS[name]
    result = read_file(f"{name}.docx", raw)
    assert result.body == body
    assert list(result.left_out) == left_out
    assert problems(clean(Wording(title="T", summary="S", body=result.body))) == {}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_word_is_lost_that_the_list_does_not_say(name: str) -> None:
    raw = DOCUMENTS[name][0]
    result = read_file(f"{name}.docx", raw)
    shown = words_of(" ".join([result.title, *blocks_of(result.body)]))
    assert words_in_word(raw) - (shown + words_of(" ".join(result.left_out))) == Counter()
    assert shown - words_in_word(raw) <= words_of(LABELS.get(name, ""))


def test_there_are_twenty_of_them() -> None:
    assert len(DOCUMENTS) >= 20


# Words with every sign that means something in Markdown, or that Word and iPhones type by themselves.
_PIECES = st.sampled_from(
    [
        "school",
        "fund*ed",
        "a_b",
        "_under_",
        "[x](y)",
        "<b>",
        "&amp;",
        "1.",
        "#",
        "-",
        "+",
        "|",
        "``code``",
        "~~x~~",
        "===",
    ]
    + [
        "don’t",
        "*",
        "**",
        "\\\\",
        "!",
        "[",
        "]",
        "https://example.org/a_b*c",
        "مدرسة",
        "§",
        "5*3",
        "a@example.org",
        "---",
        ":-",
    ]
)
_TEXTS = st.lists(_PIECES, min_size=1, max_size=6).flatmap(
    lambda words: st.sampled_from([" ", "", "  "]).map(lambda between: between.join(words))
)
_RUNS = st.lists(st.tuples(_TEXTS, st.sampled_from(["", "<w:b/>", "<w:i/>", "<w:b/><w:i/>"])), min_size=1, max_size=4)


def _signs(text: str) -> str:
    # Whatever the eye sees but spaces; marks too.
    return "".join(text.split())


@given(
    st.lists(
        st.tuples(st.sampled_from(["p", "list", "numbers", "head", "table", "quote"]), _RUNS), min_size=1, max_size=5
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_in_word_is_read_sign_by_sign(blocks: list[tuple[str, list[tuple[str, str]]]]) -> None:
    made, said = [p("Begin")], ["Begin"]
    for number, (kind, runs) in enumerate(blocks):
        inner = "".join(r(escape(text), look) for text, look in runs)
        said.append("".join(text for text, _ in runs))
        match kind:
            case "table":
                made += [table((p(inner), f"cell {number}")), p("Between")]
                said += [f"cell {number}", "Between"]
            case "list" | "numbers":
                made += [p(inner, numbered=(1 if kind == "list" else 4, 0)), p("Between")]
                said.append("Between")
            case _:
                made.append(p(inner, style={"head": "berschrift2", "quote": "Zitat"}.get(kind, "")))
    result = read_file("a.docx", word(*made))
    shown = " ".join(blocks_of(result.body))
    assert _signs(shown) == _signs(" ".join(said))
