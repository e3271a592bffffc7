"""OpenDocument texts, HTML and Markdown come in; what is pasted too."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

from collections import Counter

import pytest

from signoff.domain.positions.files.reading import read_file, read_pasted
from signoff.domain.positions.markdown import blocks_of
from signoff.domain.positions.text import Wording, clean, problems
from tests.text_files import opendocument, words_of

STYLES = """
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="I" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="End" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1"/>
<text:list-level-style-number text:level="2" style:num-format="1"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="a"/></text:list-style>
<text:list-style style:name="L3"><text:list-level-style-number text:level="1" style:num-format="a" style:num-prefix="("
style:num-suffix=")" text:start-value="3"/><text:list-level-style-number text:level="2" style:num-format="1"
style:num-suffix=")" text:display-levels="2"/></text:list-style>
"""
ODT = """
<text:tracked-changes><text:changed-region><text:deletion><text:p>struck out</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:p text:style-name="P1">Fund the schools</text:p>
<text:h text:outline-level="1">What we ask</text:h>
<text:p>We <text:span text:style-name="B">need</text:span> it<text:s text:c="2"/>now,<text:line-break/>and
<text:span text:style-name="I">soon</text:span><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>By law.</text:p></text:note-body></text:note>.<office:annotation><dc:creator>Ana</dc:creator>
<text:p>Sure?</text:p></office:annotation> <text:a xlink:href="https://example.org/">Our site</text:a>
<text:span text:style-name="Gone">hidden</text:span></text:p>
<text:list text:style-name="L1"><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deeper</text:p>
</text:list-item></text:list></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>
<text:list text:style-name="L2"><text:list-item><text:p>lettered</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>State</text:p></table:table-cell><table:table-cell><text:p>Sum</text:p>
</table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Ohio</text:p>
</table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p text:style-name="End">Iowa</text:p>
</table:table-cell><table:table-cell><text:p text:style-name="End">$5</text:p></table:table-cell></table:table-row></table:table>
<text:p><draw:frame><draw:text-box><text:p>Call today</text:p></draw:text-box></draw:frame>A map:
<draw:frame><draw:image/><svg:desc>Ohio</svg:desc></draw:frame></text:p>
"""


def test_an_opendocument_text_becomes_this_text() -> None:
    margins = "<office:master-styles><style:master-page><style:header><text:p>The Coalition</text:p></style:header>"
    margins += "</style:master-page></office:master-styles>"
    result = read_file("letter.odt", opendocument(ODT, styles=STYLES, common=margins))
    assert result.title == "Fund the schools"
    assert result.body == (
        "## What we ask\n\nWe **need** it now,\\\nand *soon*[^1]. [Our site](https://example.org/)\n\n"
        "- one\n  1. deeper\n- two\n\n* a. lettered\n\n"
        "| State | Sum |\n| --- | ---: |\n| Ohio |  |\n| Iowa | $5 |\n\nA map:\n\n[^1]: By law."
    )
    assert list(result.left_out) == [
        "The page header: “The Coalition”",
        "Words deleted with track changes: “struck out”",
        "A comment, after “now, and soon.”: “Sure?”",
        "Hidden words, after “and soon. Our site”: “hidden”",
        "A text box, after “two lettered State Sum”: “Call today”",
        "A picture, after “Iowa $5 A map:”: “Ohio”",
        "Merged cells of a table were taken apart (one place)",
    ] or list(result.left_out)
    assert problems(clean(Wording(title="T", summary="S", body=result.body))) == {}


def test_an_opendocument_list_keeps_the_labels_that_it_shows() -> None:
    one, two = (
        "<text:list-item><text:p>{}</text:p>{}</text:list-item>".format(*each) for each in (("x", ""), ("y", ""))
    )
    within = f"<text:list>{one}{two}</text:list>"
    text = (
        f'<text:list text:style-name="L3"><text:list-item><text:p>a</text:p>{within}</text:list-item>{two}</text:list>'
    )
    assert read_file("a.odt", opendocument(text, styles=STYLES)).body == "- (c) a\n  - c.1) x\n  - c.2) y\n- (d) y"


PASTED = {
    "Word": (
        """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>
<!--StartFragment--><h1>Our ask<o:p></o:p></h1><p class=MsoNormal>We <b>need</b> money<a style='mso-footnote-id:ftn1'
href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·
<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span><![endif]>first<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:
Ignore'>2.<span>&nbsp;</span></span><![endif]>second</p><p class=MsoNormal><del>old</del><ins>new</ins> text</p>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%"><div style='mso-element:footnote'
id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> See the law.</p></div></div></body></html>""",
        "## Our ask\n\nWe **need** money[^1].\n\n- first\n\n  2. second\n\nnew text\n\n[^1]: See the law.",
        [
            "Words deleted with track changes, after “need money. first second”: “old”",
            "Words inserted with track changes were taken as accepted (one place)",
        ],
    ),
    "Google Docs": (
        """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span
style="font-weight:400;">Our ask</span></h2><p dir="ltr"><span style="font-weight:400;">We </span><span
style="font-weight:700;">need</span><span style="font-style:italic;"> money</span></p><br><ul><li dir="ltr"
aria-level="1"><p role="presentation"><span>one</span></p></li><li dir="ltr" aria-level="2"><p><span>deeper</span></p></li>
</ul><ol start="3"><li><span>third</span></li><ol><li dir="ltr" style="list-style-type:lower-alpha;" aria-level="2"><p>x</p>
</li></ol></ol><div><table><tbody><tr><td><p>A</p></td><td rowspan="2"><p>B</p></td></tr>
<tr><td><p>c</p></td></tr></tbody></table></div><table><tr><td><p>Cost</p></td><td><p>At</p></td></tr><tr><td><p dir="ltr"
style="line-height:1;text-align: right;"><span>$5</span></p></td><td style="text-align:center">1</td></tr></table><p><a href="https://www.google.com/url?q=https://example.org/&amp;sa=D">our
site</a> <img src="data:image/png;base64,AAAA" alt="Map"></p></b>""",
        "### Our ask\n\nWe **need** *money*\n\n- one\n  - deeper\n\n3. third\n   - a. x\n\n| A | B |\n| --- | --- |\n| c |  |\n\n"
        "| Cost | At |\n| ---: | :---: |\n| $5 | 1 |\n\n"
        "[our site](https://example.org/)",
        ["A picture, after “$5 1 our site”: “Map”", "Merged cells of a table were taken apart (one place)"],
    ),
    "a web page": (
        """<p>Only <code>words</code> <script>alert(1)</script><style>p{}</style>here.<button>Press</button></p><pre>as
  is</pre><blockquote><p>Said</p></blockquote><p hidden>unseen</p><ol type="a"><li value="2">x</li></ol><iframe src="//evil"></iframe>""",
        "Only words here.\n\n```\nas\n  is\n```\n\n> Said\n\n- b. x",
        [
            "A form field, after “Only words here.”: “Press”",
            "Hidden words, after “here. as is Said”: “unseen”",
            "A page within this one, after “as is Said x”",
        ],
    ),
}


@pytest.mark.parametrize("source", PASTED)
def test_what_is_pasted_becomes_this_text(source: str) -> None:
    html, body, left_out = PASTED[source]
    result = read_pasted(html)
    assert result.body == body
    assert list(result.left_out) == left_out
    assert problems(clean(Wording(title="T", summary="S", body=result.body))) == {}


def test_a_page_from_google_docs_keeps_its_notes_and_the_look_of_its_classes() -> None:
    page = """<html><head><meta content="text/html; charset=UTF-8"><style>.c1{font-weight:700}.c2{color:#000}</style>
<title>export</title></head><body class="doc"><p class="c9 title"><span class="c2">Fund</span></p><p>Say<span class="c1 c2"> it
</span>loud<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup><sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p>
<ul class="lst-kix_a-0"><li>one</li></ul><ul class="lst-kix_a-1"><li>two</li></ul><hr><div><p><a href="#ftnt_ref1"
id="ftnt1">[1]</a> The law.</p></div><div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>Is it?</p></div></body></html>"""
    result = read_file("page.html", page.encode())
    assert (result.title, list(result.left_out)) == ("Fund", ["A comment, after “Fund Say it loud”: “Is it?”"])
    assert result.body == "Say **it** loud[^1]\n\n- one\n  - two\n\n[^1]: The law."


def test_markdown_stays_as_it_is_or_becomes_what_a_text_may_hold() -> None:
    text = "# Fund\n\nWe *need* it[^1].\n\n- a\n- b\n\n[^1]: Law."
    assert read_file("a.md", text.encode()).title == "Fund"
    assert read_file("a.md", text.encode()).body == text.removeprefix("# Fund\n\n")
    assert read_file("a.md", text.encode(), has_title="Another").body == text
    other = "---\nauthor: Ana\n---\n\nSee [it][1], ![Map](m.png) <i>so</i>.\n\n[1]: https://example.org\n"
    result = read_file("a.md", other.encode("utf-16"))
    assert result.body == "See [it](https://example.org), *so*."
    assert list(result.left_out) == ["The head of the file: “author: Ana”", "A picture, after “See it,”: “Map”"]


def test_no_word_of_an_opendocument_text_is_lost() -> None:
    result = read_file("letter.odt", opendocument(ODT, styles=STYLES))
    said = words_of(" ".join(part.split("<")[0] for part in ODT.split(">"))) - words_of("Ana 1")
    shown = words_of(" ".join([result.title, *blocks_of(result.body), *result.left_out]))
    assert said - shown == Counter()
