"""What a text may not hold: the sentence of each refusal, the place it names, and what only looks like a fault."""

import pytest

from signoff.domain.positions.text import Wording, clean, problems


def refused(typed: str) -> str:
    return problems(clean(Wording(title="Title", summary="Summary", body=typed))).get("body", "")


# The whole sentence of each refusal, as it stands beside the field.
SENTENCES = [
    ("A ![b](https://x.example)", "Line 1, after “A”: pictures are not shown. Please say it in words."),
    ("<b>", "Line 1: HTML is not shown. Please leave it out, or put a backslash before the <."),
    ("A <b>", "Line 1, after “A”: HTML is not shown. Please leave it out, or put a backslash before the <."),
    ("A ~~b~~", "Line 1, after “A”: words cannot be struck through. Please keep them or leave them out."),
    ("A\n\n[b]: https://x.example", "Line 3, after “A”: the address of a link goes where its words are, as in "
     "[words](https://example.org)."),
    ("```\na", "Line 1: this block of code has no end. Please close it with ``` on a line of its own."),
    ("~~~~\na\n~~~", "Line 1: this block of code has no end. Please close it with ~~~~ on a line of its own."),
    ("A[^b] c", "Line 1: there is no footnote for [^b]."),
    ("[a](https://x.example 'b')",
     "Line 1: words after the address of a link are not shown. Please put them into the text."),
    ("[a](b)", "Line 1: a link needs a whole address that begins with https://, http:// or mailto:."),
    ("[](https://x.example)", "Line 1: this link has no words. Please put some between its brackets."),
    ("[www.a.example](https://b.example)",
     "Line 1: the words of this link are a different address from the one it leads to."),
    ("``` a\nb\n```", "Line 1: nothing can follow the marks that begin a block of code."),
    ("A[^b]\n\n[^b]: c", "Line 1: footnotes go at the end of the text, each once, and are numbered 1, 2, 3 in the "
     "order in which the text refers to them."),
    ("A &amp;", "Line 1, after “A”: please type the character itself in place of its code."),
    ("1. a\n3. b", "Line 2, after “1. a”: this item would be shown with a different number from the one typed here."),
    ("|a|\n|-|\n|b|c|", "Line 3, after “|a|”: this row has more cells than its table has columns."),
    ("|" * 41, "Line 1: a table may have at most 10 columns. Please split it into two tables."),
    ("A\n" + "[" * 2_001, "Line 1: please use at most 2,000 opening brackets in a text."),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "sentence"), SENTENCES)
def test_each_refusal_is_a_whole_sentence(typed: str, sentence: str) -> None:
    assert refused(typed) == sentence


def test_three_lines_are_named_in_their_order_and_each_once() -> None:
    html = "HTML is not shown. Please leave it out, or put a backslash before the <."
    assert refused("a <b> and <i>\n\n<u> b\n\nc <s>\n\nd <q>") == (
        f"Line 1, after “a”: {html} Line 3, after “a <b> and <i>”: {html} Line 5, after “<i> <u> b c”: {html}"
    )
    # In a text, the place is where the fault stands, not where its paragraph begins.
    assert refused("one two\nthree <b>").startswith("Line 2, after “one two three”: ")
    assert refused("> one two\n> three <b\n> id='x'> four").startswith("Line 2, after “one two three”: ")
    assert refused("See endorsed.\n\nRead [this](endorsed).").startswith("Line 3, ")
    assert refused("|a|\n|-|\n|b|\n|c <b>|").startswith("Line 4, after “|a| |b| |c”: ")


@pytest.mark.parametrize(
    "typed",
    [
        "|" + "a|" * 10 + "\n|" + "-|" * 10,
        "a|" * 9 + "b\n" + "-|" * 9 + "-",
        "|" + r"a\|b|" * 10 + "\n|" + "-|" * 10,
        "[x" * 2_000,
        "A | in a sentence, " + "|" * 39,
        "```\n<b> ![a](b) &amp; [^1]\n```",
        "`<b>` and `[^1]`",
        "~~~\na\n~~~~",
        "> ```\n> a\n> ```",
        "[a.example](https://a.example)",
        "[https://www.a.example/](https://a.example)",
        "[ana@a.example](mailto:ANA@a.example)",
        "[HTTP](http://A.example/x?y=1#z)",
        "[a](https://a.example:8080)",
        "1. a\n2. b\n   5. c\n   6. d\n3. e",
        "2) a\n3) b",
    ],
)
def test_what_hides_nothing_is_kept(typed: str) -> None:
    assert refused(typed) == ""


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("|" + "a|" * 11 + "\n|" + "-|" * 11, "at most 10 columns"),
        ("a|" * 10 + "b\n" + "-|" * 10 + "-", "at most 10 columns"),
        ("[a](mailto:)", "a link needs a whole address"),
        ("[a](mailto:ana)", "a link needs a whole address"),
        ("[a](https://?x)", "a link needs a whole address"),
        ("[a](https://[x)", "a link needs a whole address"),
        ("[a](https://:80)", "a link needs a whole address"),
        ("[a](xhttps://a.example)", "a link needs a whole address"),
        ("[http://a.example/x](http://a.example/y)", "a different address"),
        ("[ http://a.example ](http://b.example)", "a different address"),
        ("[ana@a.example](https://a.example)", "a different address"),
        ("```a", "this block of code has no end"),
        ("> ```\n> a\n\nb", "this block of code has no end"),
    ],
)
def test_what_would_lead_elsewhere_or_has_no_end_is_refused(typed: str, reason: str) -> None:
    assert reason in refused(typed)
