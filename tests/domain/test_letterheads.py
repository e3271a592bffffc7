"""The letterhead of a letter that comes in stays out of its text, whatever its shape, and is listed word for word."""

# ruff: noqa: E501  (letters and what they become are easier to read whole)

import pytest

from signoff.domain.positions.files.reading import read_file
from tests.text_files import link, opendocument, p, table, word

WANTED = ("title", "date_line", "addressed_to", "salutation")
ABOVE = "The lines above the date and the addressees, since each sheet has the Coalition’s letterhead: “{}”"
BREAK = "<w:r><w:br/></w:r>"
LOGO = '<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="Our logo"/><a:blip/></wp:inline></w:drawing></w:r>'
BOX = f"<w:r><w:pict><w:txbxContent>{p('Plains Alliance')}</w:txbxContent></w:pict></w:r>"
DATE = p("December 4, 2026")
SITE = "https://plains.example"
REST = (p("The Honorable Ann Lee"), p("Senate"), p("Re: Five years"), p("Dear Chair Lee:"), p("We ask."))
PARTS = {"addressed_to": "The Honorable Ann Lee\nSenate", "salutation": "Dear Chair Lee:"}
LONG = "Words that no letterhead has, since they go on. " * 3

# Each: the file, and what is listed.
WORD: dict[str, tuple[bytes, list[str]]] = {
    "lines": (word(p("Plains Alliance"), p("12 Oak Street"), p("(515) 555-0199"), p(""), DATE, *REST), ["Plains Alliance; 12 Oak Street; (515) 555-0199"]),
    "what it is": (word(p("DRAFT: not for distribution"), p("FOR IMMEDIATE RELEASE"), DATE, *REST), ["DRAFT: not for distribution; FOR IMMEDIATE RELEASE"]),
    "a table": (word(table(("Plains Alliance", p("12 Oak Street", BREAK, "Ames, IA"))), DATE, *REST), ["Plains Alliance 12 Oak Street Ames, IA"]),
    "a title": (word(p("Plains Alliance", style="Titel"), p("12 Oak Street • Ames", BREAK, "plains.example"), DATE, *REST), ["Plains Alliance; 12 Oak Street • Ames plains.example"]),
    "a heading, a motto and a link": (word(p("Plains Alliance", style="berschrift1"), p("Every child"), p(link("our page", SITE)), DATE, *REST, links=(SITE,)), ["Plains Alliance; Every child; our page"]),
    "a list": (word(p("Ann Lee, Chair", style="ListBullet"), p("Bo Rey, Treasurer", style="ListBullet"), DATE, *REST), ["Ann Lee, Chair; Bo Rey, Treasurer"]),
    "another date": (word(p("Plains Alliance"), p("Founded May 1, 1995"), DATE, *REST), ["Plains Alliance; Founded May 1, 1995"]),
    "the date in its last line": (word(p("Plains Alliance", BREAK, "12 Oak Street", BREAK, "December 4, 2026"), *REST), ["Plains Alliance; 12 Oak Street"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", WORD)
def test_a_letterhead_stays_out_and_is_listed_word_for_word(shape: str) -> None:
    raw, listed = WORD[shape]
    result = read_file("a.docx", raw, wanted=WANTED)
    assert (result.title, result.body, dict(result.parts)) == (
        "Five years", "We ask.", {"date_line": "December 4, 2026", **PARTS},
    )  # fmt: skip
    assert list(result.left_out) == [ABOVE.format(words) for words in listed]


def test_what_stands_apart_in_a_letterhead_is_listed_with_it() -> None:
    result = read_file("a.docx", word(p(LOGO, BOX), p("Ames"), DATE, *REST, header=p("Plains Alliance")), wanted=WANTED)
    assert result.body == "We ask."
    assert set(result.left_out) == {
        "The page header: “Plains Alliance”", "A picture, at the beginning: “Our logo”",
        "A text box, at the beginning: “Plains Alliance”", ABOVE.format("Ames"),
    }  # fmt: skip


@pytest.mark.parametrize("sign", ["www.plains.example", "(515) 555-0199", "515-555-0199", "plains.org", "DRAFT 2"])
def test_without_a_date_a_sign_of_the_sender_ends_the_letterhead(sign: str) -> None:
    result = read_file("a.docx", word(p("Plains Alliance"), p(sign), *REST), wanted=WANTED)
    assert (result.body, dict(result.parts)) == ("We ask.", PARTS)
    assert result.left_out == (ABOVE.format(f"Plains Alliance; {sign}"),)


def test_without_a_date_nothing_is_taken_for_a_letterhead_that_all_may_be_the_address() -> None:
    lines = (p("Ann Lee"), p("Senate"), p("ann@senate.example"), p("Dear Ann:"), p("We ask."))
    result = read_file("a.docx", word(*lines), wanted=WANTED)
    assert (result.parts["addressed_to"], result.left_out) == ("Ann Lee\nSenate\nann@senate.example", ())
    far = (*(p(f"Line {number}") for number in range(6)), p("www.plains.example"), *REST)
    assert read_file("a.docx", word(*far), wanted=WANTED).left_out == ()


# Each: what stands before the address, and the text.
STAYS = {
    "a long line": ((p(LONG), p("Plains"), DATE), f"{LONG.strip()}\n\nPlains\n\nWe ask."),
    "officers beside the letter": ((table((LONG, p("x"))), DATE), f"| {LONG.strip()} | x |\n| --- | --- |\n\nWe ask."),
}


@pytest.mark.parametrize("name", STAYS)
def test_more_than_a_letterhead_stays_in_the_text(name: str) -> None:
    above, body = STAYS[name]
    result = read_file("a.docx", word(*above, *REST), wanted=WANTED)
    assert (result.body, result.left_out) == (body, ())


def test_a_paragraph_of_words_that_ends_with_a_date_is_not_taken_apart() -> None:
    result = read_file("a.docx", word(p(LONG, BREAK, "December 4, 2026"), p("Dear Ann:"), p("We ask.")), wanted=WANTED)
    assert (result.body, result.left_out) == (f"{LONG.strip()}\\\nDecember 4, 2026\n\nWe ask.", ())


def test_a_line_with_a_footnote_stays_with_it() -> None:
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    raw = word(p("Ames", note), DATE, *REST, footnotes=f'<w:footnote w:id="1">{p("In Iowa")}</w:footnote>')
    assert read_file("a.docx", raw, wanted=WANTED).body == "Ames[^1]\n\nWe ask.\n\n[^1]: In Iowa"


def test_a_subject_above_the_date_is_no_letterhead() -> None:
    result = read_file("a.docx", word(p("Re: Yards"), DATE, p("Dear Ann:"), p("We ask.")), wanted=WANTED)
    assert (result.title, result.body, result.left_out) == ("Yards", "We ask.", ())


def test_where_no_date_or_no_part_is_wanted_the_lines_stay() -> None:
    raw = word(p("Ames", BREAK, "December 4, 2026"), p("Dear Ann:"), p("We ask."))
    result = read_file("a.docx", raw, wanted=("salutation",))
    assert (result.body, result.left_out) == ("Ames\\\nDecember 4, 2026\n\nWe ask.", ())
    result = read_file("a.docx", word(p("Ames"), DATE, p("Dear Ann:"), p("We ask.")))
    assert (result.body, result.left_out) == ("Ames\n\nDecember 4, 2026\n\nDear Ann:\n\nWe ask.", ())


def test_no_letter_has_no_letterhead() -> None:
    result = read_file("a.docx", word(p("Plains Alliance"), DATE, p("We state.")), wanted=WANTED)
    assert (result.body, result.left_out) == ("Plains Alliance\n\nDecember 4, 2026\n\nWe state.", ())


def test_a_heading_above_the_date_is_the_title_where_the_letter_has_no_subject() -> None:
    lines = (p("Fund the yards", style="berschrift1"), p("Ames"), DATE, p("Ann Lee"), p("Dear Ann:"), p("We ask."))
    result = read_file("a.docx", word(*lines), wanted=WANTED)
    assert (result.title, result.body, result.left_out) == ("Fund the yards", "We ask.", (ABOVE.format("Ames"),))


def test_letterheads_of_other_kinds_of_files_stay_out_too() -> None:
    lines = ("Plains Alliance", "12 Oak Street", "December 4, 2026", "Ann Lee", "Dear Ann:", "We ask.")
    html = "".join(f'<p style="text-align:center"><span>{line}</span></p>' for line in lines).encode()
    odt = opendocument("".join(f"<text:p>{line}</text:p>" for line in lines))
    for name, raw in (("a.html", html), ("a.odt", odt)):
        result = read_file(name, raw, wanted=WANTED)
        assert (result.body, result.left_out) == ("We ask.", (ABOVE.format("Plains Alliance; 12 Oak Street"),))
