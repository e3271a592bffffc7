"""Files that are not what they should be: one sentence that names the file, and nothing is taken from them."""

import zipfile
from io import BytesIO

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.reading import read_file, read_pasted
from tests.text_files import STYLES, W, archive, opendocument, p, r, word

GOOD = word(p("We ask."))
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ENTITY = f'<?xml version="1.0"?>{LAUGHS}<w:document {W}><w:body>{p(r("&b;"))}</w:body></w:document>'
FETCHING = (
    f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{p(r("&x;"))}</w:body></w:document>'
)


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, zipfile.ZipFile(BytesIO(GOOD)) as good:
        for name in good.namelist():
            made.writestr(name, good.read(name) if name != "word/styles.xml" else b" " * 60_000_000)
    return out.getvalue()


def lying() -> bytes:
    # The archive says that the part is small.
    return GOOD.replace(b"word/document.xml", b"word/documenx.xml", 1)


def deep(levels: int) -> bytes:
    return word("<w:sdt><w:sdtContent>" * levels + p("deep") + "</w:sdtContent></w:sdt>" * levels)


def encrypted_entry() -> bytes:
    raw = bytearray(GOOD)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = raw.find(start)
        while at >= 0:
            raw[at + (6 if start[3] == 4 else 8)] |= 1
            at = raw.find(start, at + 4)
    return bytes(raw)


BAD = {
    "empty": ("a.docx", b" \n", "is empty"),
    "old Word or a password": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "cut off": ("a.docx", GOOD[: len(GOOD) // 2], "damaged"),
    "no archive": ("a.docx", b"PK\x03\x04" + b"x" * 100, "damaged"),
    "a name that lies": ("a.docx", lying(), "damaged"),
    "encrypted parts": ("a.docx", encrypted_entry(), "password"),
    "a bomb": ("a.docx", bomb(), "unpacks to far too much in its part word/styles.xml"),
    "entities": ("a.docx", word(extra={"word/document.xml": ENTITY.encode()}), "damaged"),
    "an outside entity": ("a.docx", word(extra={"word/document.xml": FETCHING.encode()}), "damaged"),
    "not well formed": ("a.docx", word(extra={"word/styles.xml": STYLES.encode()[:-9]}), "damaged"),
    "too deep": ("a.docx", deep(400), "damaged"),
    "no words": ("a.docx", word(p("")), "has no words"),
    "only a picture": ("a.html", b"<html><body><img alt='Map'></body></html>", "A picture, at the beginning: “Map”"),
    "too much text": ("a.docx", word(*(p("word " * 50) for _ in range(500))), "holds 126 kB of text"),
    "too many elements": ("a.docx", word("<w:p/>" * 250_000), "holds far more than a text can have"),
    "too many HTML elements": ("a.html", b"<html>" + b"<br>" * 500_000, "holds far more than a text can have"),
    "far too much Markdown": ("a.md", b"x\n" * 1_000_000, "holds 2001 kB of text"),
    "fields without an end": (
        "a.docx",
        word("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 201 + "</w:p>"),
        "damaged",
    ),
    "too large": ("a.docx", b"x" * 10_000_001, "larger than 10 MB"),
    "a workbook": ("a.docx", archive({"xl/workbook.xml": b"<x/>"}), "is an Excel workbook"),
    "slides": ("a.odt", archive({"ppt/presentation.xml": b"<x/>"}), "is a presentation"),
    "an archive": ("a.docx", archive({"letter.txt": b"x"}), "is an archive"),
    "a PDF": ("a.docx", b"%PDF-1.7", "is a PDF"),
    "RTF": ("a.docx", b"{\\rtf1 x}", "is an RTF text"),
    "OpenDocument with another ending": (
        "a.docx",
        opendocument("<text:p>x</text:p>"),
        "ends in .docx, but it is an Open",
    ),
    "text with another ending": ("a.docx", b"We ask.", "ends in .docx, but it is a text"),
    "HTML with another ending": ("a.md", b"<!DOCTYPE html><p>x", "ends in .md, but it is an HTML page"),
    "no ending": ("letter", b"We ask.", "is not a kind of file that Signoff can read"),
    "another ending": ("letter.exe", b"We ask.", "is not a kind of file that Signoff can read"),
    "noise": ("a.md", bytes(range(256)) * 4, "is not a text that Signoff can read"),
    "very deep HTML": ("a.html", b"<html>" + b"<div>" * 300_000 + b"x", "damaged"),
    "deep HTML": ("a.html", b"<html>" + b"<div><span>" * 400 + b"x", "damaged"),
    "OpenDocument with a password": (
        "a.odt",
        opendocument("", extra={"META-INF/manifest.xml": b"<m><encryption-data/></m>"}),
        "password",
    ),
    "OpenDocument without content": (
        "a.odt",
        archive({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "damaged",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_by_a_sentence_that_names_it(what: str) -> None:
    name, raw, because = BAD[what]
    with pytest.raises(Invalid) as refused:
        read_file(f"C:\\letters\\{name}", raw)
    sentence = refused.value.errors["file"]
    assert sentence.startswith(f"“{name}” ") and because in sentence
    assert sentence.endswith("Nothing was taken from it.")


BODY = p("We ask for ", r("five"), " years.") + p("Next, pay &amp; rank.")
PLACES = {
    "within the text": (
        "a.docx",
        word(BODY, "<w:p></w:r>"),
        "its text (word/document.xml), after “years. Next, pay rank.”",
    ),
    "within a tag": ("a.docx", word(p("We"), "<w:p><w:r w:x=</w:p>"), "its text (word/document.xml), after “We”"),
    "before all words": ("a.docx", word("</w:p>", BODY), "its text (word/document.xml)"),
    "two lines down": (
        "a.docx",
        word(p("Above"), "\n\n", p("Below"), "<x"),
        "its text (word/document.xml), after “Above Below”",
    ),
    "a note": (
        "a.docx",
        word(BODY, footnotes=p("A note.") + "<"),
        "its footnotes (word/footnotes.xml), after “A note.”",
    ),
    "a header": ("a.docx", word(BODY, header=p("Draft") + "<"), "a page header (word/header.xml), after “Draft”"),
    "styles": ("a.docx", word(BODY, extra={"word/styles.xml": b"<x>"}), "its styles (word/styles.xml)"),
    "relations": ("a.docx", word(BODY, extra={"_rels/.rels": b"x"}), "its list of parts (_rels/.rels)"),
    "no text at all": (
        "a.docx",
        archive({"[Content_Types].xml": b"", "word/a.xml": b""}),
        "its text (word/document.xml)",
    ),
    "too many fields": (
        "a.docx",
        word(p("We ask", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 201)),
        "its text, after “We ask”",
    ),
    "elements within each other": (
        "a.html",
        b"<html><p>We <b>ask</b>.</p><p>Thank you.</p>" + b"<div>" * 200 + b"more",
        "its text, after “We ask. Thank you.”",
    ),
    "OpenDocument": (
        "a.odt",
        opendocument("<text:p>We <text:span>ask</text:span>.</text:p></text:x>"),
        "its text (content.xml), after “We ask.”",
    ),
}


@pytest.mark.parametrize("what", PLACES)
def test_what_is_damaged_is_named_by_its_part_and_the_words_before_the_place(what: str) -> None:
    name, raw, place = PLACES[what]
    with pytest.raises(Invalid) as refused:
        read_file(name, raw)
    then = "Please open it, save it again, and try again. Nothing was taken from it."
    assert refused.value.errors == {"file": f"“{name}” is damaged in {place}. {then}"}


def test_macros_are_ignored_and_said() -> None:
    result = read_file("a.docm", word(p("We ask."), extra={"word/vbaProject.bin": b"Sub AutoOpen()"}))
    assert (result.body, list(result.left_out)) == ("We ask.", ["Macros: they were not looked at"])


def test_every_way_to_cut_or_bend_a_file_ends_in_a_sentence() -> None:
    whole = word(p("We ask."), p("Twice", numbered=(2, 0)))
    for at in range(0, len(whole), 97):
        for raw in (whole[:at], whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]):
            try:
                read_file("a.docx", raw)
            except Invalid as refusal:
                assert refusal.errors["file"].startswith("“a.docx” ")


def test_what_is_pasted_is_bounded_too() -> None:
    for html in ("<p>" + "word " * 25_000, "<div>" * 500 + "x", "<p> </p>", ""):
        with pytest.raises(Invalid):
            read_pasted(html)
