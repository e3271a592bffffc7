"""Details of HTML as browsers show it: looks, lists, tables, notes and what stands apart; from pages and the clipboard."""

# ruff: noqa: E501  (pages and what they become are easier to read whole)

import inspect
import sys

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.reading import read_file, read_pasted

SITE = "https://example.org/a"


def sheet(rules: str) -> str:
    return f"<html><head><STYLE type='text/css'>{rules}</STYLE></head><body>"


PASTED: dict[str, tuple[str, str, list[str]]] = {
    # The look of words.
    "weights": (
        '<p><span style="font-weight:600">a</span> <span style="font-weight: 599">b</span> <span style="font-weight:bolder">c</span> <strong style="font-weight:normal">d</strong> <b>e <span style="FONT-WEIGHT:400">f</span></b></p>',
        "**a** b **c** d **e** f",
        [],
    ),
    "slants": ('<p><em>a</em> <i>b</i> <cite>c</cite> <var>d</var> <span style="font-style:oblique">e</span> <i style="font-style: normal">f</i></p>', "*a* *b* *c* *d* *e* f", []),
    "a sheet's classes, and what an element says itself": (
        sheet("p.x,.C1{font-weight:700} .c2 { font-style:italic;color:red }\n.c3{display:none}.c4{font-weight:700}") + '<p><span class="c1">a</span> <span class="C1 c2">b</span> <span class="c3">c</span><span class="c4" style="font-weight:400">d</span></p>',
        "a ***b*** d",
        ["Hidden words, after “a b”: “c”"],
    ),
    "hidden words": ('<p>a<span style="visibility:hidden">b</span><span style="mso-hide:all">c</span><span style="display: none"> </span><span hidden>d<br>e</span></p>', "a", ["Hidden words, after “a”: “b”", "Hidden words, after “a”: “c”", "Hidden words, after “a”: “d e”"]),
    "words in pieces": ("<div>a<del>b<b>c</b><i>d</i> e</del> <del><p>f</p><p>g</p></del></div>", "a", ["Words deleted with track changes, after “a”: “bcd e”", "Words deleted with track changes, after “a”: “f g”"]),
    "struck and underlined": (
        '<p><s>a</s> <strike>b</strike> <span style="text-decoration:underline line-through">c</span> <s></s><u>d</u> <a href="https://example.org/a" style="text-decoration:underline">e</a> <span style="text-decoration-line:line-through">f</span> <span style="color:red;text-decoration-color:red">g</span></p>',
        f"a b c d [e]({SITE}) f g",
        ["Words struck through; they are kept as ordinary words, at the beginning: “a”", "Words struck through; they are kept as ordinary words, after “a”: “b”", "Words struck through; they are kept as ordinary words, after “a b”: “c”", "Words struck through; they are kept as ordinary words, after “b c d e”: “f”", "Underlining was not kept (two places)"],
    ),
    "raised and inserted": ('<p>x<sup>2</sup> H<sub>2</sub>O <span style="vertical-align:super">th</span> <span style="vertical-align: sub">i</span> <ins>new</ins></p>', "x2 H2O th i new", ["Raised or lowered characters are written on the line (four places)", "Words inserted with track changes were taken as accepted (one place)"]),
    "quotation marks": ("<p>Say <q>we <b>ask</b></q>.</p>", "Say “we **ask**”.", []),
    "spaces and breaks": ("<p>a\n  b\t c<br>d<br style='page-break-before:always'>e&nbsp;f</p><pre>g\n  h</pre><p>i</p>", "a b c\\\nde\xa0f\n\n```\ng\n  h\n```\n\ni", []),
    # Links.
    "links": (
        f'<p><a href="{SITE}">a <b>b</b></a> <a name="x">c</a> <a href="javascript:alert(1)">d</a> <a href="../e">e</a> <a href="#here">f</a> <a href="tel:123">g</a></p><h2><a href="{SITE}">h</a></h2>',
        f"[a **b**]({SITE}) c d e f g\n\n### [h]({SITE})",
        ["The address of the link “d”, at the beginning: “javascript:alert(1)”", "The address of the link “e”, at the beginning: “../e”", "The address of the link “f”, at the beginning: “#here”", "The address of the link “g”, at the beginning: “tel:123”"],
    ),
    "links by way of a search engine": (
        '<p><a href="https://www.google.com/url?q=https://example.org/a&amp;sa=D">a</a> <a href="https://www.google.com/url?sa=D">b</a> <a href="https://www.google.com/search?q=https://example.org/a">c</a> <a href="https://example.org/url?q=d">d</a></p>',
        f"[a]({SITE}) [b](https://www.google.com/url?sa=D) [c](https://www.google.com/search?q=https://example.org/a) [d](https://example.org/url?q=d)",
        [],
    ),
    "a link around blocks": (f'<a href="{SITE}"><p>a</p></a><p>b</p>', "a\n\nb", []),
    # Blocks.
    "blocks of every kind": ("<article><header>a</header><section>b<div>c</div>d</section><aside>e</aside><dl><dt>f</dt><dd>g</dd></dl><figure><figcaption>h</figcaption></figure><address>i</address><center>j</center></article>k", "\n\n".join("abcdefghijk"), []),
    "headings": ("<p>z</p><h2><b>a</b></h2><h4 style='font-weight:bold'>b <i>c</i></h4><h6>d</h6><h5>e</h5>", "z\n\n### a\n\n##### b *c*\n\n###### d\n\n###### e", []),
    "rules": ("<p>a</p><hr><p>b</p><hr style='page-break-before:always'><p>c</p><hr width='33%'><p>d</p><hr>", "a\n\n---\n\nb\n\nc\n\nd", []),
    "quotations": ("<blockquote>a<p>b</p><h3>c</h3></blockquote><p>d</p>", "> a\n>\n> b\n>\n> #### c\n\nd", []),
    "what a page shows in no place": ("<title>a</title><template>b</template><noscript>c</noscript><script>d</script><!-- e --><p>f<ruby>g<rp>(</rp><rt>h</rt><rp>)</rp></ruby></p>", "fg", ["Words above the line, after “fg”: “h”"]),
    "what a text cannot hold": (
        "<p>a</p><svg>b</svg><canvas>c</canvas><video title='d'></video><audio></audio><embed title='e'><object>f</object><math>g</math><input value='h'><select>i</select><textarea>j</textarea><img title='k'>",
        "a",
        [f"{what}, after “a”{said}" for what, said in (("A drawing", ": “b”"), ("A drawing", ": “c”"), ("A film", ": “d”"), ("A recording", ""), ("An embedded object", ": “e”"), ("An embedded object", ": “f”"), ("An equation", ": “g”"), ("A form field", ": “h”"), ("A form field", ": “i”"), ("A form field", ": “j”"), ("A picture", ": “k”"))],
    ),
    # Lists.
    "numbers": ("<ol start='3'><li>a<li>b<li value='9'>c<li>d</ol><p>x</p><ol start='0'><li>e<li value='x'>f</ol><p>y</p><ol start='-2'><li>g</ol>", "3. a\n4. b\n\n- 9\\. c\n- 10\\. d\n\nx\n\n0. e\n1. f\n\ny\n\n1. g", []),
    "forms of numbers": (
        "".join(f"<p>x</p><ol {said}><li>a</ol>" for said in ("type=A", "type=i", "type=I", "type=1", "style='list-style-type:lower-latin'", "style='list-style-type:upper-alpha'", "style='list-style-type: upper-latin'", "style='list-style-type:lower-roman'", "style='list-style-type:upper-roman' type=a")),
        "\n\n".join(f"x\n\n{label} a" for label in ("- A.", "- i.", "- I.", "1.", "- a.", "- A.", "- A.", "- i.", "- I.")),
        [],
    ),
    "lists within lists": ("<ul><li>a<ol><li>b<li>c</ol>d</li><ul><li>e</ul>f<li>g</ul><p>h</p>", "- a\n  1. b\n  2. c\n\n  d\n\n  - e\n\n  f\n\n- g\n\nh", []),
    "levels that items say": ('<ul><li aria-level="1">a<li aria-level="3">b<li aria-level="2">c<li aria-level="0">d<li aria-level="">e</ul>', "- a\n  - b\n  - c\n- d\n- e", []),
    "items of several blocks": ("<ul><li><p>a</p><p>b</p><table><tr><td>c<td>d</table></li><li><h3>e</h3>f</li><li></li><li><img alt='g'>h</li></ul>", "- a\n\n  b\n\n| c | d |\n| --- | --- |\n\n#### e\n\n- f\n- h", ["A picture, after “c d e f”: “g”"]),
    "a list in a quotation": ("<blockquote><ul><li>a</li></ul></blockquote>", "- a", []),
    "items outside of lists": ("<li>a</li><li>b</li>", "a\n\nb", []),
    # Tables.
    "cells that reach over others": (
        "<table><thead><tr><th colspan=2 rowspan=2>a<th>b</thead><tbody><tr><td>c<tr><td rowspan=3>d<td>e<td rowspan=2>f<tr><td>g<tr><td colspan=0>h<td colspan=x>i</tbody><tfoot><tr><td>j</tfoot></table>",
        "| a |  | b |\n| --- | --- | --- |\n|  |  | c |\n| d | e | f |\n|  | g |  |\n|  | h | i |\n| j |  |  |",
        ["Merged cells of a table were taken apart (three places)"],
    ),
    "a cell that reaches over one other": ("<table><tr><td colspan=2>a<tr><td>b<td>c</table>", "| a |  |\n| --- | --- |\n| b | c |", ["Merged cells of a table were taken apart (one place)"]),
    "cells that reach far": ("<table><tr><td colspan=100>a</td></tr></table><table><tr><td colspan=999999>b<td>c</table>", "a" + "; " * 62 + ";\n\n| b | c |\n| --- | --- |", ["A table of 64 columns; its rows are kept as lines, at the beginning", "Merged cells of a table were taken apart (one place)"]),
    "sides": (
        "<table><tr><td>a<td>b<td>c<td>d<td>e</tr><tr><td style='text-align:center'>1<td align=right>2<td style='color:red'><p style='TEXT-ALIGN: right'>3</p><td style='text-align:left'><p style='text-align:right'>4</p><td><b>5</b><p style='text-align:end'>6</p></table>",
        "| a | b | c | d | e |\n| :---: | --- | ---: | --- | --- |\n| 1 | 2 | 3 | 4 | **5** 6 |",
        ["Lines within a table's cell were joined (one place)"],
    ),
    "captions, and tables within tables": (
        "<table><caption>By <b>year</b></caption><tr><td>a<td><table><caption>c</caption><tr><td>d<td>e</table></table><p>f</p>",
        "By **year**\n\n| a | c d e |\n| --- | --- |\n\nf",
        ["A table within a table's cell was written as lines (one place)", "Lines within a table's cell were joined (one place)"],
    ),
    "a list in a cell": ("<table><tr><td>a<td><ol><li>b<li>c</ol></table>", "| a | 1\\. b 2. c |\n| --- | --- |", ["Lines within a table's cell were joined (one place)"]),
    # What word processors put on the clipboard.
    "Word's lists": (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span>a</p>"
        "<p class=MsoListParagraph style='MSO-LIST:l0 level2 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>(a)<span>&nbsp;</span></span></span><![endif]>b</p>"
        "<p style='mso-list:l1 level1 lfo2'>c</p><p><span style='mso-list:Ignore'>x</span>d</p><p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>no mark of a list</span> e</p>",
        "- a\n  - (a) b\n- c\n\nxd\n\n- no mark of a list e",
        [],
    ),
    "Word's contents, comments and title": (
        "<p class='MsoTitle'>a</p><p class=MsoToc1>b 2</p><p>c<span class=MsoCommentReference>[AL1]</span></p><div style='mso-element:comment'>d</div><p class='subtitle'>e</p>",
        "## a\n\nc\n\ne",
        ["A line of a table of contents, after “a”: “b 2”", "A comment, after “a c”: “[AL1]”", "A comment, after “a c”: “d”"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PASTED)
def test_a_detail_of_what_is_pasted_becomes_this(name: str) -> None:
    html, body, left_out = PASTED[name]
    result = read_pasted(html)
    assert (result.body, list(result.left_out)) == (body, left_out)


NOTED = "A claim[^1].\n\n[^1]: The law."
NOTES = {
    "pandoc": '<p>A claim<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a>.</p><section class="footnotes"><hr><ol><li id="fn1"><p>The law.<a href="#fnref1">↩</a></p></li></ol></section>',
    "an encyclopedia": '<p>A claim<sup id="ref-1"><a href="#note-1">[1]</a></sup>.</p><ol><li id="note-1"><span><a href="#ref-1">^</a></span> The law.</li></ol>',
    "LibreOffice": '<p>A claim<a name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>.</p><div id="sdfootnote1"><p><a name="sdfootnote1sym" href="#sdfootnote1anc">1</a> The law.</p></div>',
    "a link two elements below its place": '<p>A claim<b id="r"><sup><a href="#n">1</a></sup></b>.</p><p id="n">The law. <a href="#r">back</a></p>',
    "a place within its link": '<p>A claim<a href="#n"><sup id="r">1</sup></a>.</p><p id="n">The law. <a href="#r">back</a></p>',
}  # fmt: skip


@pytest.mark.parametrize("name", NOTES)
def test_two_links_that_lead_to_each_other_are_a_footnote(name: str) -> None:
    result = read_pasted(NOTES[name])
    assert (result.body, result.left_out) == (NOTED, ())


def test_a_footnote_of_several_paragraphs_is_whole_and_others_stay_their_own() -> None:
    notes = "".join(
        f'<li><p id="n{n}">{word} <a href="#r{n}">^</a></p><p>More.</p></li>' for n, word in ((1, "One"), (2, "Two"))
    )
    result = read_pasted(f'<p>a<a id="r1" href="#n1">1</a> b<a id="r2" href="#n2">2</a></p><ol>{notes}</ol>')
    assert (result.body, result.left_out) == ("a[^1] b[^2]\n\n[^1]: One\n\n    More.\n\n[^2]: Two\n\n    More.", ())  # fmt: skip


def test_a_link_to_a_place_without_a_way_back_is_no_footnote() -> None:
    result = read_pasted('<p>a <a id="r" href="#n">see</a> <a href="#no">none</a></p><p id="n">b <a href="#x">c</a></p><p id="x">d</p><p id="s">e <a href="#s">f</a></p>')  # fmt: skip
    assert result.body == "a see none\n\nb c\n\nd\n\ne f"
    assert [line.rpartition("“")[2] for line in result.left_out] == ["#n”", "#no”", "#x”", "#s”"]


def test_a_comment_of_a_page_is_listed_in_its_place() -> None:
    result = read_pasted('<p>a<a id="r" href="#_msocom_1">[A1]</a> b</p><div><p id="_msocom_1"><a href="#r">[A1]</a> Is it <b>so</b>?</p></div>')  # fmt: skip
    assert (result.body, result.left_out) == ("a b", ("A comment, after “a”: “Is it so?”",))


def test_a_footnote_in_code_or_in_a_cell_is_read() -> None:
    note = '<p id="n"><a href="#r">1</a> b<del>c</del></p>'
    result = read_pasted(f'<pre>a<a id="r" href="#n">1</a></pre>{note}')
    assert (result.body, list(result.left_out)) == ("a[^1]\n\n[^1]: b", ["Words deleted with track changes, after “the footnote b”: “c”"])  # fmt: skip
    result = read_pasted('<table><tr><td>a<a id="r" href="#n">1</a><td id="n"><a href="#r">1</a> b</td></table>')
    assert result.body == "| a[^1] |  |\n| --- | --- |\n\n[^1]: b"


@pytest.mark.parametrize("tag", ["<span>", "<div>", "<pre>", "<ul><li>", "<blockquote>"])
def test_a_page_may_be_as_deep_as_a_hundred_and_fifty_elements_and_takes_few_calls(tag: str) -> None:
    allowed, within = sys.getrecursionlimit(), len(inspect.stack()) + 650
    sys.setrecursionlimit(within)
    try:
        assert "a" in read_pasted(tag * (150 // tag.count("<")) + "a").body
    finally:
        sys.setrecursionlimit(allowed)
    with pytest.raises(Invalid) as refused:
        read_pasted("<span>" * 151 + "a")
    assert refused.value.errors["file"] == "What was pasted cannot be read. Please paste it as plain text. Nothing was taken from it."  # fmt: skip


def test_a_large_drawing_is_listed_and_what_never_ends_is_refused() -> None:
    for path in ("<path d='M0 0'/>", '<path d="M0 0" />'):
        result = read_pasted(f"<p>a</p><svg>{path * 20_000}</svg><p>b</p>")
        assert (result.body, list(result.left_out)) == ("a\n\nb", ["A drawing, after “a”"])
    for endless in ("<path>" * 5_001, "<div/>" * 5_001, "<path/>" * 55_001):
        with pytest.raises(Invalid):
            read_pasted(f"{endless}a")


def test_a_title_written_in_pieces_is_one() -> None:
    result = read_file("a.html", b"<html><p class='Title'>Fu<b>nd</b><br>it</p><p class='title'>Now</p><p>a</p>")
    assert (result.title, result.body) == ("Fund it", "## Now\n\na")
