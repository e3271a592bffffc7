"""The dialect of texts: everything in it is shown, and everything that would hide a word is refused with its place."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.domain.positions.markdown import html_of, links_in, plain_text, with_link_numbers
from signoff.domain.positions.text import Wording, clean, problems
from tests.shown import joined, letters_of, seen, words_of

WORDS = "Our partners say\n\n"
FOOTNOTES = "footnotes go at the end"
HTML = "HTML is not shown"
TITLE = "words after the address of a link are not shown"
WHOLE = "a link needs a whole address"
DEFINITION = "the address of a link goes where its words are"
PICTURES = "pictures are not shown"
NUMBER = "this item would be shown with a different number"
CODE = "please type the character itself"
FENCE = "nothing can follow the marks that begin a block of code"
COLUMNS = "a table may have at most 10 columns"

# What was typed, the line and the words before it that the refusal names, and a part of its reason.
HOSTILE = [
    ("![those words](https://x.example/a.png)", 3, "Our partners say", PICTURES),
    ("Look:\nhere ![](https://x.example/a.png)", 4, "partners say Look: here", PICTURES),
    ("[![those words](https://x.example/a.png)](https://x.example)", 3, "Our partners say", PICTURES),
    ('[note]: https://x.example/ "our partners endorse Y"\n\nMore.', 3, "Our partners say", DEFINITION),
    ("[words][note]\n\n[note]: https://x.example/", 5, "Our partners say [words][note]", DEFINITION),
    ("[note]\n\n[note]: <https://x.example>", 5, "Our partners say [note]", DEFINITION),
    ("> [note]: https://x.example (hidden)", 3, "Our partners say", DEFINITION),
    ("- one\n- [note]: https://x.example 'hidden'", 4, "Our partners say one", DEFINITION),
    ("[a]: https://a.example\n[a]: https://b.example", 3, "Our partners say", DEFINITION),
    ("Read [this](https://x.example 'endorsed by all').", 3, "Our partners say Read", TITLE),
    ('Read [this](https://x.example "endorsed by all").', 3, "Our partners say Read", TITLE),
    ("Read [this](https://x.example (endorsed by all)).", 3, "Our partners say Read", TITLE),
    ("``` endorsed by all\ncode\n```", 3, "Our partners say", FENCE),
    ("~~~endorsed\ncode\n~~~", 3, "Our partners say", FENCE),
    ("```\nnever closed", 3, "Our partners say", "this block of code has no end"),
    ("- ```\n  closed by its list\n\nafter", 3, "Our partners say", "this block of code has no end"),
    ("| a | b |\n|---|---|\n| 1 | 2 | endorsed |", 5, "a b 1 2", "more cells than its table has columns"),
    ("|" + "a|" * 11 + "\n|" + "---|" * 11, 3, "Our partners say", COLUMNS),
    ("|" * 60, 3, "Our partners say", COLUMNS),
    ("<!-- endorsed by all -->", 3, "Our partners say", HTML),
    ("Well <!-- endorsed --> then", 3, "Our partners say Well", HTML),
    ("<div hidden>endorsed</div>", 3, "Our partners say", HTML),
    ('Well <span title="endorsed">then</span>', 3, "Our partners say Well", HTML),
    ("| a |\n|---|\n| <b title='endorsed'>1</b> |", 5, "Our partners say a", HTML),
    ("<script>endorsed()</script>", 3, "Our partners say", HTML),
    ("<?php endorsed ?>", 3, "Our partners say", HTML),
    ("<![CDATA[endorsed]]>", 3, "Our partners say", HTML),
    ("<!DOCTYPE endorsed>", 3, "Our partners say", HTML),
    ("Read [this](/endorsed-by-all).", 3, "Our partners say Read", WHOLE),
    ("Read [this](endorsed).", 3, "Our partners say Read", WHOLE),
    ("Read [this](#endorsed).", 3, "Our partners say Read", WHOLE),
    ("Read [this](//evil.example/endorsed).", 3, "Our partners say Read", WHOLE),
    ("Read [this](javascript:endorsed()).", 3, "Our partners say Read", WHOLE),
    ("Read [this](data:text/plain,endorsed).", 3, "Our partners say Read", WHOLE),
    ("Read [this](<https://x.example/endorsed by all>).", 3, "Our partners say Read", WHOLE),
    ("Read [this](https:///endorsed).", 3, "Our partners say Read", WHOLE),
    ("Read [this]().", 3, "Our partners say Read", WHOLE),
    ("Read <ftp://x.example/endorsed>.", 3, "Our partners say Read", WHOLE),
    ('Read [this](https://x.example/?"{{date}}").', 3, "Our partners say Read", WHOLE),
    ("Read [](https://x.example/endorsed).", 3, "Our partners say Read", "this link has no words"),
    ("Read [https://good.example](https://evil.example).", 3, "Our partners say Read", "a different address"),
    ("Write to [ana@good.example](mailto:eve@evil.example).", 3, "partners say Write to", "a different address"),
    ("See[^1].", 3, "Our partners say", "there is no footnote for [^1]"),
    ("See.\n\n[^1]: Endorsed, and never referred to.", 5, "Our partners say See.", FOOTNOTES),
    ("See[^1].\n\n[^1]: One.\n\n[^1]: Endorsed, a second time.", 5, "partners say See[^1]. [^1]:", FOOTNOTES),
    ("See[^endorsed].\n\n[^endorsed]: One.", 3, "Our partners say", FOOTNOTES),
    ("See[^2] and[^1].\n\n[^1]: One.\n\n[^2]: Two.", 3, "Our partners say", FOOTNOTES),
    ("[^1]: Moved to the end.\n\nSee[^1].", 3, "Our partners say", FOOTNOTES),
    ("[^1]: 1. [^1]: ", 3, "Our partners say", FOOTNOTES),
    ("See[^1].\n\n[^1]: One.\n\n    1. [^2]: Two.\n\n    [^2]", 5, "Our partners say See[^1].", FOOTNOTES),
    ("3. three\n5. four in truth", 4, "partners say 3. three", NUMBER),
    ("1. one\n1. two in truth", 4, "partners say 1. one", NUMBER),
    ("007. seven", 3, "Our partners say", NUMBER),
    ("Birch &#85;nion", 3, "Our partners say Birch", CODE),
    ("Birch&nbsp;Union", 3, "Our partners say", CODE),
    ("The Birch &amp; Oak", 3, "partners say The Birch", CODE),
    ("Read [this](https://x.example/?a=1&copy;).", 3, "Our partners say Read", CODE),
    ("We ~~never~~ agree.", 3, "Our partners say We", "words cannot be struck through"),
    ("\n".join(f"{'  ' * depth}- level {depth}" for depth in range(60)), 52, "level 47 level 48", "would not be shown"),
    ("[x" * 2_001, 1, "", "at most 2,000 opening brackets"),
]


@pytest.mark.parametrize(("typed", "line", "before", "reason"), HOSTILE)
def test_what_would_hide_words_is_refused_with_its_place(typed: str, line: int, before: str, reason: str) -> None:
    errors = problems(clean(Wording(title="Title", summary="Summary", body=WORDS + typed)))
    assert set(errors) == {"body"}
    assert errors["body"].startswith(f"Line {line}, after “{before}”: " if before else f"Line {line}: ")
    assert reason in errors["body"]


# What was typed, and what of it is seen by who reads it.
SHOWN = [
    ("Well, **yes** and *no* and `co<de>`.",
     "<p>Well, <strong>yes</strong> and <em>no</em> and <code>co&lt;de&gt;</code>.</p>"),
    ("# First\n\nSecond\n======", "<h2>First</h2>\n<h2>Second</h2>"),
    ("1\\. No list \\* and \\<b>", "<p>1. No list * and &lt;b&gt;</p>"),
    (
        "- (a) one\n- (b) *two*",
        '<ul>\n<li class="labeled"><span class="label">(a)</span> one</li>\n'
        '<li class="labeled"><span class="label">(b)</span> <em>two</em></li>\n</ul>',
    ),
    (
        "- 1\\. again\n\n  more",
        '<ul>\n<li class="labeled">\n<p><span class="label">1.</span> again</p>\n<p>more</p>\n</li>\n</ul>',
    ),
    ("- (a) one\n- two", "<ul>\n<li>(a) one</li>\n<li>two</li>\n</ul>"),
    ("- U.S. Senate\n- U.S. House", "<ul>\n<li>U.S. Senate</li>\n<li>U.S. House</li>\n</ul>"),
    ("3) three\n4) four", '<ol start="3" class="closed">\n<li>three</li>\n<li>four</li>\n</ol>'),
    ("    code &amp; <b>", "<pre><code>code &amp;amp; &lt;b&gt;\n</code></pre>"),
    ("`unclosed **so what", "<p>`unclosed **so what</p>"),
    ("a < b and b > c, AT&T", "<p>a &lt; b and b &gt; c, AT&amp;T</p>"),
    ("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 |",
     '<table>\n<thead>\n<tr>\n<th class="left">a</th>\n<th class="right">b</th>\n<th class="center">c</th>\n'
     '</tr>\n</thead>\n<tbody>\n<tr>\n<td class="left">1</td>\n<td class="right">2</td>\n<td class="center"></td>\n'
     '</tr>\n</tbody>\n</table>'),
    ("ftp://x.example and javascript:x and //y.example", "<p>ftp://x.example and javascript:x and //y.example</p>"),
    ("^[no footnote] $$x$$ ==y== H~2~O", "<p>^[no footnote] $$x$$ ==y== H~2~O</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "html"), SHOWN)
def test_what_the_dialect_knows_is_shown(typed: str, html: str) -> None:
    assert problems(clean(Wording(title="T", summary="S", body=typed))) == {}
    assert html_of(typed) == html


def test_footnotes_lead_there_and_back_and_two_texts_stand_on_one_page() -> None:
    body = "One[^1], two[^2], one again[^1].\n\n[^1]: First *note*.\n\n    More of it.\n\n[^2]: Second."
    assert problems(clean(Wording(title="T", summary="S", body=body))) == {}
    page = BeautifulSoup(html_of(body, "body") + html_of(body, "live-body"), "html.parser")
    ids = [str(part["id"]) for part in page.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 10
    assert {str(link["href"])[1:] for link in page.find_all("a")} == set(ids)
    assert [link["role"] for link in page.find_all("a")][:3] == ["doc-noteref"] * 3
    assert all(link.get("aria-label") for link in page.find_all("a", role="doc-backlink"))
    notes = page.find("section", role="doc-endnotes")
    assert notes and notes["aria-label"] == "Footnotes" and len(notes.find_all("li")) == 2
    assert "One, two, one again." in plain_text(body)


@pytest.mark.parametrize(
    "address", ["https://a.example/ni%C3%B1o", "https://xn--ni-8ja.example/x", "https://a.example/%20"]
)
@pytest.mark.parametrize("typed", ["See {}", "See <{}>"])
def test_a_plain_address_is_shown_as_it_was_typed(typed: str, address: str) -> None:
    assert f">{address}</a>" in html_of(typed.format(address))


def test_plain_addresses_become_links_and_hidden_ones_are_numbered_and_listed() -> None:
    body = (
        "See https://a.example/x_y_z, [words](https://b.example/?q=1&r=2) and [more *words*](https://c.example) "
        "and [again](https://b.example/?q=1&r=2)."
    )
    html = with_link_numbers(html_of(body))
    assert links_in(body) == ("https://b.example/?q=1&r=2", "https://c.example")
    page = BeautifulSoup(html, "html.parser")
    assert page.get_text() == "See https://a.example/x_y_z, words[1] and more words[2] and again[1]."
    assert [link["href"] for link in page.find_all("a")][0] == "https://a.example/x_y_z"


@pytest.mark.parametrize(
    ("around", "address"),
    [
        ("See “{}” and", "https://a.example/x"),
        ("see ‘{}.’", "https://a.example/x_y"),
        ("«{}»", "https://a.example/"),
        ("„{}“", "http://a.example/x?q=1&r=(2)"),
        ("{}—then", "https://a.example/x-y"),
        ("{}…", "https://a.example/x"),
        ("{}。次", "https://a.example/次"),
        ("（{}）", "https://a.example/x"),
        ("({}).", "https://a.example/x"),
    ],
)
def test_an_address_ends_where_what_is_printed_around_it_begins(around: str, address: str) -> None:
    page = BeautifulSoup(html_of(around.format(address)), "html.parser")
    assert [(link["href"], link.get_text()) for link in page.find_all("a")] == [(address, address)]
    assert page.get_text().strip() == around.format(address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 Main Street  \nSpringfield  \nUSA", "1 Main Street\\\nSpringfield\\\nUSA"),
        ("1 Main Street   \r\nSpringfield  \r\n", "1 Main Street\\\nSpringfield"),
        ("> To  \n> Ana  \n>\n> - b  \n>   c", "> To\\\n> Ana\n>\n> - b\\\n>   c"),
        ("```\ncode  \nmore\n```", "```\ncode\nmore\n```"),
        ("    code  \n    more", "    code\n    more"),
        ("`code  \nspan` and  \nend", "`code\nspan` and\\\nend"),
        ("# Heading  \ntext", "# Heading\ntext"),
        ("| a |  \n|---|  \n| b |  \n", "| a |\n|---|\n| b |"),
        ("*em  \nem*  \n[li  \nnk](https://x.example)", "*em\\\nem*\\\n[li\\\nnk](https://x.example)"),
        ("back\\   \nslash", "back\\\\\\\nslash"),
        ("back\\\\  \nslash", "back\\\\\\\nslash"),
        ("One[^1].\n\n[^1]: a  \n    b", "One[^1].\n\n[^1]: a\\\n    b"),
        ("one \ntwo", "one\ntwo"),
    ],
)
def test_two_spaces_at_the_end_of_a_line_break_it(typed: str, kept: str) -> None:
    cleaned = clean(Wording(body=typed)).body
    assert cleaned == kept
    assert clean(Wording(body=cleaned)).body == kept


def test_a_large_table_takes_no_time() -> None:
    row = "|" + " cell |" * 10 + "\n"
    body = row + "|" + "---|" * 10 + "\n" + row * 340
    assert problems(clean(Wording(title="T", summary="S", body=body))) == {}


_BITS = st.sampled_from(
    [
        *(
            "word",
            "Birch",
            "7",
            " ",
            "  \n",
            "\n",
            "\n\n",
            "*",
            "**",
            "_",
            "`",
            "```",
            "~~~\n",
            "[",
            "](",
            ")",
            "![",
            "]:",
        ),
        *(
            "[^1]",
            "[^1]: ",
            "<",
            ">",
            "<b>",
            "<!--",
            "-->",
            "&amp;",
            "&",
            ";",
            "#",
            "- ",
            "1. ",
            "2) ",
            "> ",
            "    ",
            "|",
        ),
        *("\n|---|---|\n", "\n|:-:|\n", "\\", "https://x.example/a", "(https://x.example)", '"title"', "===", "---"),
        *("{{date}}", "\t", "é", "$5", "%", "·", "'", "^", "~~"),
    ]
)


_ODD = st.lists(_BITS, max_size=40).map("".join)


def shown_or_refused(typed: str) -> None:
    """A text that can be saved is shown letter by letter; one that cannot has a preview all the same."""
    cleaned = clean(Wording(title="T", summary="S", body=typed))
    page = BeautifulSoup(html_of(cleaned.body), "html.parser")
    if "body" not in problems(cleaned):
        assert letters_of(seen(page)) == letters_of(cleaned.body)
        assert joined(words_of(cleaned.body), seen(page)) == []


@settings(deadline=None)
@given(_ODD)
def test_what_is_not_refused_is_shown_letter_by_letter(typed: str) -> None:
    shown_or_refused(typed)


@pytest.mark.torture
@settings(deadline=None, max_examples=5_000)
@given(_ODD)
def test_many_odd_texts_are_shown_letter_by_letter(typed: str) -> None:
    shown_or_refused(typed)
