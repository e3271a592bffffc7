"""What was read of a file is written in the dialect of texts, block by block; and what is refused says why."""

# ruff: noqa: E501  (files and what they become are easier to read whole)

from collections.abc import Sequence

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.content import Block, BlockKind, LeftOut, Reading, Run, below_title, table_of
from signoff.domain.positions.files.reading import read_file, read_pasted
from signoff.domain.positions.files.writing import file_text
from tests.text_files import archive, opendocument, word

P, H, CODE, RULE = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE, BlockKind.RULE


def of(*words: str | Run) -> tuple[Run, ...]:
    return tuple(Run(each) if isinstance(each, str) else each for each in words)


def p(*words: str | Run, at: int = -1, quoted: bool = False) -> Block:
    return Block(P, of(*words), level=at, is_quoted=quoted)


def h(level: int, *words: str | Run) -> Block:
    return Block(H, of(*words), level=level)


def li(words: str | Run, label: str = "", at: int = 0) -> Block:
    return Block(BlockKind.ITEM, of(words), level=at, label=label)


def grid(*rows: Sequence[str | tuple[Run, ...]], sides: Sequence[str] = ()) -> Block:
    cells = tuple(tuple(of(each) if isinstance(each, str) else each for each in row) for row in rows)
    return Block(BlockKind.TABLE, rows=cells, sides=tuple(sides))


def bold(words: str) -> Run:
    return Run(words, bold=True)


def slanted(words: str) -> Run:
    return Run(words, italic=True)


def link(words: str, href: str) -> Run:
    return Run(words, href=href)


A = Run(note="a")
SITE = "https://example.org/a"

# Each: the blocks, the text by CommonMark, and what is said of it.
WRITTEN: dict[str, tuple[list[Block], str, list[str]]] = {
    # Signs that mean something in Markdown are words here.
    "signs that begin a line": (
        [p(each) for each in ("# a", "####### b", "#c", "- d", "-e", "+ f", "+", "> g", "=== ", "---", "1. h", "12) i", "1.j", "1234567890. k", "| l", ":--", "*m*")],
        "\\# a\n\n####### b\n\n#c\n\n\\- d\n\n-e\n\n\\+ f\n\n\\+\n\n\\> g\n\n\\===\n\n\\---\n\n1\\. h\n\n12\\) i\n\n1.j\n\n1234567890. k\n\n| l\n\n\\:--\n\n\\*m\\*",
        [],
    ),
    "signs within a line": ([p(r"a*b _c_ d_e `f` [g] \h <i <j> 3 < 4 &amp; &k ~~l~~ ~m !n")], r"a\*b \_c\_ d_e \`f\` \[g\] \\h \<i \<j> 3 < 4 \&amp; &k \~\~l\~\~ ~m !n", []),
    "addresses are kept whole": ([p("See_ https://example.org/a_b_c?d=1 and (HTTPS://example.org/_x_).")], "See\\_ https://example.org/a_b_c?d=1 and (HTTPS://example.org/_x_).", []),
    "lines": ([p("a \n \n b\n# c\n\n"), li("x\n• d"), p("\ne  f\tg ")], "a\\\n\\\nb\\\n\\# c\n\n- x\\\n  – d\n\ne f g", []),
    "what cannot be seen": ([p("a\u200bb\u00adc\ufeffd\u202ae\ufffc f")], "abcde f", []),
    # Emphasis may not begin or end beside a space, nor cut a word where a sign stands.
    "emphasis": (
        [p(bold("a"), " ", slanted("b"), " ", Run("c", bold=True, italic=True)), p(bold(" d "), "e", slanted(" f"), "g"), p(bold("h "), bold("i"), slanted("j"), "k"), p(bold("(l)"), "m", bold("."), " n")],
        "**a** *b* ***c***\n\n**d** e *f*g\n\n**h i***j*k\n\n**(l**)m. n",
        [],
    ),
    "emphasis that no Markdown can say": ([p(bold("a"), Run("b", bold=True, italic=True), slanted("c"))], "**ab**c", ["Bold or italic type within words was not kept (one place)"]),
    "an address with a mark in it": ([p("See https://example.org/?d=*e")], r"See https\:\/\/example\.org\/\?d\=\*e", []),
    "a look over several runs": ([p(bold("a "), Run("b", bold=True, italic=True), bold(" c"), " d")], "**a *b* c** d", []),
    # Links.
    "links": (
        [p(link("a b", SITE), " ", link(SITE, SITE), " ", link("c", "https://example.org/(d)"), " ", Run("e", bold=True, href=SITE), " ", link("f\ng", SITE), " ", link(" ", SITE), "h"), p(link("www.example.com", SITE), " ", link("i", "ftp://example.org/"), " ", link("j", "mailto:a@example.org"), link("k", "/l"))],
        f"[a b]({SITE}) <{SITE}> [c](<https://example.org/(d)>) [**e**]({SITE}) [f g]({SITE}) h\n\nwww.example.com i [j](mailto:a@example.org)k",
        [
            f"The address of the link “www.example.com”, after “e f g h”: “{SITE}”",
            "The address of the link “i”, after “e f g h”: “ftp://example.org/”",
            "The address of the link “k”, after “e f g h”: “/l”",
        ],
    ),
    "a footnote in a link": ([p(Run("a", href=SITE), Run(note="a", href=SITE), " b")], f"[a]({SITE})[^1] b\n\n[^1]: n", []),
    # Blocks.
    "headings": (
        [p("x"), h(3, "1. a"), h(4, bold("b"), Run(" "), bold("c")), h(9, "d #"), h(3, "e\nf ", slanted("g")), h(5, bold("h"), " i"), h(3, "1) j. k"), h(3, "l\\#")],
        "x\n\n## 1. a\n\n### b c\n\n###### d \\#\n\n## e f *g*\n\n#### **h** i\n\n## 1) j. k\n\n## l\\\\#",
        [],
    ),
    "rules and code": ([Block(RULE), p("a"), Block(RULE), Block(CODE, of("\n b\n\n```c``\n")), Block(CODE, of("d")), Block(RULE), Block(RULE)], "a\n\n---\n\n````\n b\n\n```c``\n````\n\n```\nd\n```", []),
    "quotations": ([p("a", quoted=True), p("b\nc", quoted=True), Block(CODE, of("d\n\ne"), is_quoted=True), p("f"), p("g", quoted=True), p("", quoted=True)], "> a\n>\n> b\\\n> c\n>\n> ```\n> d\n>\n> e\n> ```\n\nf\n\n> g", []),
    "nothing": ([p(""), p("a"), p("  "), h(1, "")], "a", []),
    # Lists.
    "bullets": ([li("a"), li("b\nc"), p("d", at=0), li("e", at=1), p("f", at=1), p("g", at=0), li("h"), p("i"), li("j")], "- a\n- b\\\n  c\n\n  d\n\n  - e\n\n    f\n\n  g\n\n- h\n\ni\n\n- j", []),
    "numbers": ([li("a", "9."), li("b", "10."), p("c", at=0), li("d", "11."), li("e", "1)", 1), li("f", "2)", 1), li("g", "12.")], "9. a\n10. b\n\n    c\n\n11. d\n    1) e\n    2) f\n12. g", []),
    "numbers that do not go on": ([li("a", "1."), li("b", "3."), li("c", "4."), p("x"), li("d", "1)"), li("e", "2)"), p("y"), li("f", "2")], "1. a\n\n- 3\\. b\n- 4\\. c\n\nx\n\n1) d\n2) e\n\ny\n\n2. f", []),
    "a list that begins deep": ([li("a", at=2), li("b", at=2), p("c", at=2), li("d", at=3), li("e", at=1), p("f", at=0), p("g", at=-1)], "- a\n- b\n\n  c\n\n  - d\n- e\n\nf\n\ng", []),
    "labels": ([li("a", "(a)"), li("b", "(b)"), li("c", "i.", 1), li("d", "ii.", 1), li("e", "(c)"), li("f"), li("g", "x1y2z3:"), li("h")], "- (a) a\n- (b) b\n  - i. c\n  - ii. d\n- (c) e\n\n* f\n\nx1y2z3: g\n\n- h", []),
    "labels of two kinds": ([li("a", "a."), li("b", "1.1"), li("c", "1.2"), li("d", "1.")], "- a. a\n- 1.1 b\n- 1.2 c\n\n1. d", []),
    "typed bullets": ([p("•\ta"), p("x\n–\t y\n●  ", bold("b"), "\nz"), p("– c"), p("·d"), p("o\te", at=1), p("•")], "- a\n\nx\n\n- y\n- **b**\n\nz\n\n– c\n\n·d\n\no e\n\n•", []),
    # Tables.
    "tables": (
        [grid(("a", (bold("b"),), (bold("c"), Run(" "))), ("d|e", "f\n g", (A,)), ("", "  ", ""), ("h",), sides=("", "center", "right")), grid(("x", "y"), sides=("center",))],
        "| a | b | c |\n| --- | :---: | ---: |\n| d\\|e | f g | [^1] |\n| h |  |  |\n\n| x | y |\n| :---: | --- |\n\n[^1]: n",
        ["Lines within a table's cell were joined (one place)"],
    ),
    "a table of one column, and of none": ([grid(("a",), ("",), ("b",)), grid(("", "")), p("c")], "a\n\nb\n\nc", []),
    "as many columns as a table may have": ([grid(tuple("abcdefghij")), grid(tuple("abcdefghijk"), ("", "l"))], "| a | b | c | d | e | f | g | h | i | j |\n|" + " --- |" * 10 + "\n\na; b; c; d; e; f; g; h; i; j; k\n\n; l", ["A table of 11 columns; its rows are kept as lines, after “g h i j”"]),
    # Footnotes.
    "footnotes": ([p("a", A, " b", Run(note="b"), " c", A, Run(note="none"))], "a[^1] b[^2] c[^1][^3]\n\n[^1]: n\n\n[^2]: o[^4]\n\n    p; q\n\n    r\n\n[^3]: –\n\n[^4]: s", []),
}  # fmt: skip
NOTES = {
    "a": (p("n"),),
    "b": (p("o", Run(note="c")), grid(("p", "q")), p(""), p("r")),
    "c": (p("s"),),
    "unused": (p("t"),),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_blocks_are_written_as_this_text(name: str) -> None:
    blocks, body, left_out = WRITTEN[name]
    result = file_text(Reading(blocks=blocks, notes=NOTES), has_title="Another")
    assert (result.body, list(result.left_out)) == (body, left_out)


LONG = "x" * 300
# Each: the blocks, the title that the file says, the one that was typed; the title, and what stays in the text.
TITLES: dict[str, tuple[list[Block], str, str | None, str, str]] = {
    "the first heading": ([h(2, "a"), p("b"), h(1, "c")], "", "", "a", "b\n\n## c"),
    "the first heading, typed so": ([h(1, "A  b"), p("c")], "", " a B ", "A b", "c"),
    "another was typed": ([h(1, "a"), p("b")], "", "c", "a", "## a\n\nb"),
    "the file says another": ([h(1, "a"), p("b")], "c", "", "c", "## a\n\nb"),
    "the file says the same": ([h(1, "a"), p("b")], "a", "", "a", "b"),
    "the only one of the highest level": ([p("a"), h(2, "b"), h(1, "c"), h(2, "d")], "", "", "c", "a\n\n### b\n\n## c\n\n### d"),
    "one of several": ([p("a"), h(1, "b"), h(1, "c")], "", "", "", "a\n\n## b\n\n## c"),
    "a heading with a footnote": ([h(1, "a", A), h(1, "b")], "", "", "", "## a[^1]\n\n## b\n\n[^1]: n"),
    "a heading as long as a title": ([h(1, LONG), p("a")], "", "", LONG, "a"),
    "a heading that is too long": ([h(1, LONG + "x"), p("a")], "", "", "", f"## {LONG}x\n\na"),
    "a title that is too long": ([p("a"), h(1, "b")], LONG + "x", "", "b", "a\n\n## b"),
    "no title is looked for": ([h(2, "a"), p("b")], "c", None, "", "### a\n\nb"),
    "no heading": ([p("a")], "", "", "", "a"),
}  # fmt: skip


@pytest.mark.parametrize("name", TITLES)
def test_the_title_is_taken_where_it_is_plain(name: str) -> None:
    blocks, own, typed, title, body = TITLES[name]
    result = file_text(Reading(blocks=blocks, title=own, notes=NOTES), has_title=typed)
    assert (result.title, result.body) == (title, body)


def test_a_text_that_needs_no_writing_keeps_its_title_unless_it_is_the_one_typed() -> None:
    reading = Reading(ready="# a\n\nb", ready_without_title="b", title="a")
    bodies = [file_text(reading, has_title=typed).body for typed in ("", " A ", "c", None)]
    assert bodies == ["b", "b", "# a\n\nb", "# a\n\nb"]
    assert file_text(Reading(ready="c")).body == "c"


def test_places_are_told_by_the_last_four_words() -> None:
    left_out = LeftOut()
    left_out.add("A picture", " a \n map ")
    left_out.passed("one two — three ")
    left_out.add("A picture")
    left_out.passed("four five")
    left_out.add("A film")
    left_out.go_to("the footnote")
    left_out.add("A film")
    left_out.passed("x" * 180 + " cut whole")
    left_out.passed(" " + "y" * 100)
    left_out.add("A sum")
    left_out.go_to("")
    left_out.add("A sum")
    left_out.change("Lines")
    left_out.change("Lines")
    assert list(left_out.sentences()) == [
        "A picture, at the beginning: “a map”",
        "A picture, after “one two three”",
        "A film, after “two three four five”",
        "A film, after “the footnote”",
        f"A sum, after “cut whole {'y' * 100}”",
        "A sum, at the beginning",
        "Lines (two places)",
    ]  # fmt: skip


def test_blocks_say_their_words_and_whether_anything_of_them_is_seen() -> None:
    assert [p(" a ", "b\nc").words, grid(("a", ""), (" b ",)).words, p().words] == ["a b c", "a b", ""]
    seen = (Block(RULE), p(A), p("a"), grid(("", "a")), grid(((A,),)))
    assert not any(each.is_empty for each in seen)
    assert all(each.is_empty for each in (p(), p(" \n"), grid(("", " ")), Block(CODE), h(1, "")))


def test_a_column_stands_where_all_its_filled_cells_below_the_head_stand() -> None:
    a, empty = of("a"), of(" ")
    rows = [[(a, "right"), (a, ""), (a, "")], [(a, "center"), (empty, "right"), (a, "right"), (a, "center")], [(a, "center"), (a, "center"), (a, "")]]  # fmt: skip
    assert table_of(rows).sides == ("center", "center", "", "center")
    assert table_of([[(a, "right"), (a, "")]]).sides == ("right", "")
    assert (table_of([]).sides, table_of([]).rows) == ((), ())


def test_headings_keep_step_below_a_title() -> None:
    assert [block.level for block in below_title([p("a", at=2), h(3, "b"), h(5, "c")])] == [2, 1, 3]
    assert [block.level for block in below_title([p("a")])] == [-1]


GOOD = word("<w:p><w:r><w:t>a</w:t></w:r></w:p>")
OPEN = "application/vnd.oasis.opendocument"
CHOOSE = "Please choose a Word document (.docx), an OpenDocument text (.odt), an HTML page, or Markdown."
DAMAGED = "“{}” is damaged or protected by a password. Please open it, save it again, and try again."
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.docx", b" ", "“{}” is empty."),
    "too large": ("a.md", b"x" * 10_000_001, "“{}” is larger than 10 MB. Please take out pictures and try again."),
    "unknown ending": ("a.xyz", b"a", f"“{{}}” is not a kind of file that Signoff can read. {CHOOSE}"),
    "other ending": ("a.DOCM", b"a", "“{}” ends in .docm, but it is a text. Please save it again as .docx."),
    "a document with another ending": ("a.ott", GOOD, "“{}” ends in .ott, but it is a Word document. Please save it again as .odt."),
    "an OpenDocument text with another ending": ("a.htm", opendocument(""), "“{}” ends in .htm, but it is an OpenDocument text. Please save it again as .html."),
    "a page with another ending": ("a.text", b"\xef\xbb\xbf \n<!-- a -->\n<HTML>", "“{}” ends in .text, but it is an HTML page. Please save it again as .md."),
    "a PDF": ("a.pdf", b"%PDF", f"“{{}}” is a PDF. {CHOOSE}"),
    "an old document": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "“{}” is protected by a password, or comes from an old program (.doc). Please save it as .docx without a password."),
    "a broken archive": ("a.docx", b"PK", DAMAGED),
    "a workbook": ("a.odt", archive({"xl/workbook.xml": b"", "[Content_Types].xml": b""}), f"“{{}}” is an Excel workbook. {CHOOSE}"),
    "slides": ("a.docx", archive({"ppt/a.xml": b"", "[Content_Types].xml": b""}), f"“{{}}” is a presentation. {CHOOSE}"),
    "parts without their list": ("a.docx", archive({"word/document.xml": b""}), f"“{{}}” is an archive. {CHOOSE}"),
    "an OpenDocument spreadsheet": ("a.odt", archive({"mimetype": f"{OPEN}.spreadsheet".encode()}), f"“{{}}” is an archive. {CHOOSE}"),
    "too long a kind": ("a.odt", archive({"mimetype": f"{OPEN}.text".encode().ljust(1000)}), f"“{{}}” is an archive. {CHOOSE}"),
    "with a password": ("a.odt", opendocument("", extra={"META-INF/manifest.xml": b"<a><encryption-data/></a>"}), "“{}” is protected by a password. Please save it without one."),
    "not XML": ("a.odt", opendocument("<text:p>"), "“{}” is damaged in its text (content.xml). Please open it, save it again, and try again."),
    "too much text": ("a.md", b"x" * 100_001, "“{}” holds 101 kB of text. A position's text can have up to 100 kB."),
    "no text": ("a.md", b"a\0b", f"“{{}}” is not a text that Signoff can read. {CHOOSE}"),
    "no words": ("a.html", b"<img alt=b><hr><img alt=c>", "“{}” has no words. It has only what a text cannot contain: A picture, at the beginning: “b”; A picture, at the beginning: “c”."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(name: str) -> None:
    called, raw, sentence = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        read_file(f"C:\\x/{called}", raw)
    assert refused.value.errors == {"file": f"{sentence.format(called)} Nothing was taken from it."}


def test_a_file_is_called_by_the_end_of_its_name() -> None:
    with pytest.raises(Invalid) as refused:
        read_file("a/" + "b" * 200 + ".md", b"\n")
    assert refused.value.errors["file"].startswith(f"“{'b' * 97}.md” is empty")


def test_what_is_pasted_is_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as refused:
        read_pasted("x" * 100_001)
    assert refused.value.errors["file"] == "What was pasted holds 101 kB of text. A position's text can have up to 100 kB. Nothing was taken from it."  # fmt: skip


def test_the_limits_themselves_are_allowed() -> None:
    assert len(read_file("a.md", b"x" * 100_000).body) == 100_000
    assert read_file("a.md", b"# a").title == "a"
    kind = {"mimetype": f"{OPEN}.text".encode().ljust(999)}
    assert read_file("a.odt", opendocument("<text:p>a</text:p>", extra=kind)).body == "a"


# Each: the name of the file, its bytes, and the text.
DECODED = {
    "a page without its mark": ("a.htm", b"a <b>b</b>", "a **b**"),
    "a page that says its encoding": ("a.html", b"<html><META http-equiv=x content='text/html; charset=windows-1251'>\xe0", "\u0430"),
    "a page that says so in quotes": ("a.html", b'<html><meta charset="ISO-8859-2">\xb1', "ą"),
    "a page in Japanese": ("a.html", "<html><meta charset=Shift_JIS>東".encode("shift_jis"), "東"),
    "a page that is UTF-8 whatever it says": ("a.html", "<html><meta charset=windows-1251>é".encode(), "é"),
    "a page that says what is no encoding": ("a.html", b"<html><meta charset=rot13>\xe9", "é"),
    "a text of Windows": ("a.txt", b"\x93\xe9\x94", "“é”"),
}  # fmt: skip


@pytest.mark.parametrize("name", DECODED)
def test_a_text_is_read_in_its_own_encoding(name: str) -> None:
    called, raw, body = DECODED[name]
    assert read_file(called, raw).body == body


def test_pictures_and_fonts_of_a_document_are_not_unpacked() -> None:
    big = b" " * 13_000_000
    assert read_file("a.dotx", word("<w:p><w:r><w:t>a</w:t></w:r></w:p>", extra={"word/media/a.xml": big})).body == "a"
    assert read_file("a.odt", opendocument("<text:p>a</text:p>", extra={"Pictures/a.xml": big})).body == "a"
