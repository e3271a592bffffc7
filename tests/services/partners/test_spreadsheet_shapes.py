"""Spreadsheets in the shapes that people have are read without being edited, and bad ones are refused in a sentence."""

import io
import zipfile
from collections.abc import Sequence

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.partners.import_columns import guess_columns
from signoff.domain.partners.levels import level_in
from signoff.domain.partners.places import state_code
from signoff.domain.spreadsheets import as_cell, csv_file, from_cell, workbook_file
from signoff.services.partners.import_remarks import said_once
from signoff.services.partners.spreadsheet_files import read_sheet
from tests.services.partners.spreadsheet_shapes import SHAPES, Shape
from tests.spreadsheets import partner_file, workbook


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_list_is_read_as_it_is(shape: Shape) -> None:
    partners = partner_file(shape.raw).partners
    addresses = {item.form.name: tuple(contact.email for contact in item.form.contacts) for item in partners}
    assert addresses == dict(shape.expected)
    if shape.websites:
        assert [item.form.website for item in partners] == list(shape.websites)
    if shape.people:
        assert [contact.name for item in partners for contact in item.form.contacts] == list(shape.people)
    if shape.levels:
        assert [item.form.level for item in partners] == list(shape.levels)


def test_what_is_left_out_is_said() -> None:
    raw = b"Organization,Contact,Email,Level,Fax\nAlder,Ana,,county,1\nBirch,,bo@birch.example,state,2\n"
    assert partner_file(raw).left_out == (
        "Columns left out: Fax.",
        "row 2, Level (D2): \u201ccounty\u201d is not national, state or local and was left out.",
        "row 2, Email (C2): Ana has no email address and was left out.",
        "row 3, Email (C3): bo@birch.example has no name and was left out.",
    )


def test_questions_as_forms_ask_them_are_understood() -> None:
    raw = (
        "Organization,Your name (first and last),Email Address,"
        '"Do you work at the national, state, or local level?",In which state(s) do you work?\n'
        "Alder,Ana Ruiz,ana@alder.example,Local,OH\n"
        "Birch,Bo Li,bo@birch.example,State,Texas\n"
    )
    columns = guess_columns(*_headings_and_rows(raw.encode()))
    assert [str(columns[number]) for number in range(5)] == ["name", "contact_name", "contact_email", "level", "state"]


def test_a_contact_marked_as_not_answering_does_not_answer() -> None:
    raw = "Organización,Contacto,Correo,Puede responder\nAlder,Ana,ana@alder.example,Sí\nBirch,Bo,bo@b.example,No\n"
    read = partner_file(raw.encode())
    assert [item.form.contacts[0].may_answer for item in read.partners] == [True, False] and not read.left_out


@pytest.mark.parametrize(
    ("said", "level"),
    [
        *[("Statewide", "state"), ("Estatal", "state"), ("Nivel estatal", "state"), ("State or state-wide", "state")],
        *[
            ("Local / Community", "local"),
            ("Comunitario", "local"),
            ("Nacional", "national"),
            ("Nationwide", "national"),
        ],
        *[("State and local", ""), ("Ohio State Teachers", ""), ("", ""), ("Regional", "")],
        *[("Local 12", ""), ("Local #12.", ""), ("1. Local", "local")],
    ],
)
def test_levels_are_understood_as_people_write_them(said: str, level: str) -> None:
    assert level_in(said) == level


@pytest.mark.parametrize(
    ("said", "code"),
    [("Nuevo México", "NM"), ("nueva york", "NY"), ("Carolina del Sur", "SC"), ("Hawái", "HI"), ("Oregón", "OR")]
    + [("Estados Unidos", "US"), ("MÉXICO", "")],
)
def test_states_are_understood_in_spanish(said: str, code: str) -> None:
    assert state_code(said) == code


def test_what_is_true_of_many_rows_is_said_once() -> None:
    many = [f"row {n}, Level (C{n}): “county {n}” is not a level, and was left out." for n in range(2, 12)]
    few = [f"row {n}, Email (B{n}): Ana {n} has no email address and was left out." for n in (3, 7)]
    assert said_once(["Columns left out: Fax.", *many[:4], *few, *many[4:]]) == (
        "Columns left out: Fax.",
        "row 2, Level (C2): “county 2” is not a level, and was left out. "
        "The same is true of 9 more rows: 3, 4, 5, 6, 7 and others.",
        *few,
    )


def test_a_level_may_end_with_the_word_level() -> None:
    raw = b"Org Name,Scope,HQ State\nAlder,State-level,CA\nBirch,Local level,NY\nCedar,Regional,\n"
    read = partner_file(raw)
    assert [item.form.level for item in read.partners] == ["state", "local", ""]
    assert [item.form.places for item in read.partners] == [("CA",), ("NY",), ()]
    assert read.left_out[-1].endswith("\u201cRegional\u201d is not national, state or local and was left out.")


def _headings_and_rows(raw: bytes) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    sheet = read_sheet(raw)
    return sheet.headings, [row.cells for row in sheet.rows]


def _packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return file.getvalue()


GOOD = workbook([["Organization"], ["Alder"]])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "No file was chosen"),
        (b" \r\n ", "No file was chosen"),
        (b"\x00\x01\x02\x00\xff", "neither a CSV nor an Excel file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (GOOD[:-40], "damaged"),
        (GOOD[: len(GOOD) // 3] + b"junk" + GOOD[len(GOOD) // 3 + 4 :], "damaged"),
        (_packed(word__document_xml=b"<w/>"), "a Word text"),
        (_packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file"),
        (_packed(readme=b"hello"), "a ZIP archive"),
        (_packed(xl__workbook_xml=b"<w/>", xl__vbaProject_bin=b"x"), "macros"),
        (_packed(xl__workbook_xml=b"<w/>"), "damaged"),
        (_packed(xl__workbook_xml=b"\0" * 151_000_000), "unpacks to far too much"),
        (b"Organization\n" + b"x" * 40_000, "more than 32,767 characters"),
        (b"Organization\n" + b"x," * 300, "more than 200 columns"),
        (b"a;b\n" * 250_001, "more than 250,000 rows"),
        (b'Organization,Email\n"Alder,ana@alder.example\n', "not well-formed CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(raw: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sheet(raw)
    (sentence,) = refusal.value.errors.values()
    assert words in sentence


def test_formulas_are_never_calculated() -> None:
    rows = [["Organization", "Website"], ['=HYPERLINK("https://x.example","Alder")', "alder.example"]]
    assert read_sheet(workbook(rows)).rows[0].cells[0] == '=HYPERLINK("https://x.example","Alder")'


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "'=1", "''+1", "+Alder", "-", "@x", "'plain", "Alder", "'"])
def test_what_is_written_to_a_spreadsheet_reads_back_as_it_was(text: str) -> None:
    assert from_cell(as_cell(text)) == text
    table = [["name", "note"], [text, "x"]]
    for raw in (csv_file(table), workbook_file(table)):
        assert read_sheet(raw).rows[0].cells == (text, "x")
    assert not as_cell(text).startswith(("=", "+", "-", "@", "＝"))
