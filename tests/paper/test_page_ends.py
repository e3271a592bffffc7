"""What stays together where a page or a line ends: closing and names, lines of a paragraph, the host of an address."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from pypdf import PageObject, PdfReader

from signoff.paper.asked import asked_on_paper
from signoff.paper.stationery import Stationery
from tests.paper.test_sheets import LETTER, SENTENCE, SIGNED, pdf, rows
from tests.paper.test_word import file_of, published
from tests.word_files import W

CLOSING = "Sincerely,"
THANKS = "Thank you."


def kept(paragraph: Element) -> bool:
    return paragraph.find(f"{W}pPr/{W}keepNext") is not None


@pytest.mark.parametrize("names", (1, 5, 6))
def test_in_word_the_last_words_stay_with_the_closing_and_what_follows_it(names: int) -> None:
    file = file_of(f"First.\n\n{THANKS}", names, kind="letter", closing=CLOSING)
    paragraphs = list(file.part("document").iter(f"{W}p"))
    said = ["".join(one.itertext()) for one in paragraphs]
    thanks, closing = said.index(THANKS), said.index(CLOSING)
    assert (kept(paragraphs[said.index("First.")]), kept(paragraphs[thanks])) == (False, True)
    # The gap below the closing; the closing's own style says the same.
    assert closing == thanks + 1 and said[closing + 1] == "" and kept(paragraphs[closing + 1])
    styles = {one.get(f"{W}styleId"): one for one in file.part("styles").iter(f"{W}style")}
    assert kept(styles["Closing"]) and kept(styles["Heading2"])
    based = styles["SignatoryHeading"].find(f"{W}basedOn")
    assert based is not None and based.get(f"{W}val") == "Heading2"


def test_in_word_a_long_last_paragraph_or_a_text_without_closing_keeps_nothing() -> None:
    for body, closing in (("Long. " * 200, CLOSING), (THANKS, "")):
        document = file_of(body, kind="letter", closing=closing).part("document")
        (last,) = [one for one in document.iter(f"{W}p") if "".join(one.itertext()) == body.strip()]
        assert not kept(last)


@pytest.mark.parametrize(("letters", "stays"), ((900, True), (901, False)))
def test_a_last_paragraph_of_so_many_letters_stays_with_the_closing_on_paper_and_in_word(
    letters: int, stays: bool
) -> None:
    last = f"We hope that you will agree. {SENTENCE * 20}"[: letters - 1] + "."
    (words,) = [
        one
        for one in file_of(f"First.\n\n{last}", kind="letter", closing=CLOSING).part("document").iter(f"{W}p")
        if "".join(one.itertext()) == last
    ]
    assert kept(words) == stays
    body = "\\\n".join(["A line."] * 15) + f"\n\n{last}"
    pages = [page.extract_text() for page in pdf(replace(LETTER, body=body), SIGNED).pages]
    (begins,) = [number for number, page in enumerate(pages) if "We hope that" in page]
    (closes,) = [number for number, page in enumerate(pages) if CLOSING in page]
    assert closes == 1 and (begins == closes) == stays


@pytest.mark.torture
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_in_libreoffice_no_closing_is_apart_from_the_last_words_nor_from_a_few_names(tmp_path: Path) -> None:
    for lines in range(34, 43):
        body = "\\\n".join(["A line."] * lines) + f"\n\n{THANKS}"
        for names in (4, 40, 200):
            letter = published(body, names, kind="letter", closing=CLOSING)
            (tmp_path / f"{names}-{lines}.docx").write_bytes(letter)
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'own').as_uri()}", "--convert-to", "pdf"]
    command += ["--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))]
    subprocess.run(command, check=True, timeout=240, capture_output=True)  # noqa: S603
    for file in tmp_path.glob("*.pdf"):
        pages = [page.extract_text() for page in PdfReader(file).pages]
        (closes,) = [page for page in pages if CLOSING in page]
        assert THANKS in closes, file.stem
        assert re.search(r"National organizations\s+Partner 001 \(Ohio\)\s+Partner 003", closes), file.stem
    assert len(list(tmp_path.glob("*.pdf"))) == 27


@pytest.mark.parametrize("lines", range(16, 31))
def test_no_line_of_a_paragraph_with_a_note_in_its_middle_is_alone(lines: int) -> None:
    above = "\\\n".join(["A line."] * lines)
    body = f"{above}\n\n{SENTENCE * 4}So it is.[^1] {SENTENCE * 4}\n\n[^1]: The note begins. {SENTENCE}"
    pages = [page.extract_text() for page in pdf(replace(LETTER, body=body), SIGNED).pages]
    of_paragraph = [page.partition("The note begins")[0] for page in pages]
    counts = [len(re.findall("(?m)^.*(?:schools|clinic|Tuesday|afternoon).*$", page)) for page in of_paragraph]
    assert 1 not in counts and sum(counts) > 6, counts
    (refers,) = [number for number, page in enumerate(pages) if re.search(r"So it\s+is", page)]
    assert "The note begins" in pages[refers]


@pytest.mark.parametrize("notes", (("[^1]", ""), ("", "[^1]")))
@pytest.mark.parametrize("lines", range(14, 31))
def test_a_short_paragraph_with_a_note_is_whole_below_its_heading(lines: int, notes: Sequence[str]) -> None:
    above = "\\\n".join(["A line."] * lines)
    words = f"It begins.{notes[0]} {SENTENCE * 4}So it ends.{notes[1]}"
    body = f"{above}\n\n## What we know\n\n{words}\n\n{SENTENCE * 12}\n\n[^1]: The note."
    pages = [page.extract_text() for page in pdf(replace(LETTER, body=body), SIGNED).pages]
    (whole,) = [page for page in pages if "What we know" in page]
    for said in ("It begins.", "So it ends.", "The note."):
        assert said in " ".join(whole.split()), said
    # What follows, and has no room below it from the 23rd line on, does not take it along.
    assert (whole is pages[0]) == (lines < 25)


@pytest.mark.parametrize("words", range(14, 22))
def test_an_address_is_not_broken_before_its_host(words: int) -> None:
    note = f"{'words ' * words}at https://example.org/evaluations/eleven-states-and-their-schools."
    page = pdf(replace(LETTER, body=f"We ask.[^1]\n\n[^1]: {note}"), SIGNED).pages[0]
    lines = page.extract_text().splitlines()
    (line,) = [line for line in lines if "https://example" in line]
    assert "https://example.org/" in line, line


@pytest.mark.parametrize("count", (230, 245, 260, 275, 290))
def test_last_words_that_begin_a_page_have_the_closing_and_a_page_of_names_below_them(count: int) -> None:
    named = rows((f"Name {number:04} {'of the Schools ' * (number % 5)}".strip() for number in range(count)), "local")
    body = "\\\n".join(["A line."] * 24) + f"\n\n{THANKS}"
    pages = [page.extract_text() for page in pdf(replace(LETTER, body=body), named).pages]
    (page,) = [page for page in pages if THANKS in page]
    assert page.startswith(THANKS)
    assert CLOSING in page and len(re.findall(r"Name \d{4}", page)) > 80


@pytest.mark.parametrize("lines", range(1, 14, 2))
def test_on_each_page_names_are_read_down_its_columns(lines: int) -> None:
    named = rows((f"Name {number:03}{' of the Schools' * (number % 4)}" for number in range(40)), "local")
    body = "\\\n".join(["A line."] * lines) + f"[^1]\n\n{THANKS}\n\n[^1]: A note."
    for page in pdf(replace(LETTER, body=body), named).pages:
        names = [(round(x), -y, said) for x, y, said, _ in marked(page) if re.match(r"Name \d{3}", said)]
        assert [said for _, _, said in sorted(names)] == [said for _, _, said in names]


@pytest.mark.parametrize("lines", range(21, 26))
def test_the_small_print_below_a_letter_that_no_one_has_signed_is_on_one_page(lines: int) -> None:
    wording = replace(LETTER, body="\\\n".join(["A line."] * lines))
    stationery = Stationery("The Coalition", ("c.example",), "letter")
    made = asked_on_paper(wording, number=1, digest="0" * 64, saved_on=date(2026, 12, 4), stationery=stationery)
    pages = [page.extract_text() for page in PdfReader(BytesIO(made)).pages]
    (page,) = [page for page in pages if "Kind: Letter" in page]
    assert "Language: English" in page and f"Summary: {LETTER.summary}" in page


def marked(page: PageObject) -> list[tuple[float, float, str, str]]:
    """The pieces of a page's text: where each is in points from the left and from below, its words, what it is."""
    within, pieces = [""], []

    def before(operator: bytes, operands: list[Any], *_: object) -> None:
        if operator in (b"BMC", b"BDC"):
            within.append(operands[0])
        elif operator == b"EMC":
            within.pop()

    def visit(text: str, page: list[float], line: list[float], *_: object) -> None:
        x, y = line[4], line[5]
        at = (page[0] * x + page[2] * y + page[4], page[1] * x + page[3] * y + page[5])
        pieces.append((*at, text.strip(), within[-1]))

    page.extract_text(visitor_operand_before=before, visitor_text=visit)
    return [piece for piece in pieces if piece[2]]


def test_names_that_go_on_in_another_column_are_below_their_heading_again_for_the_eye_alone() -> None:
    named = rows((f"Name {number:04} of the Schools" for number in range(700)), "local")
    reader = pdf(LETTER, [*rows(["The Alder Trust", "Every Child"], "national"), *named])
    for page in reader.pages[1:3]:
        pieces = marked(page)
        top = max(y for _, y, _, _ in pieces)
        heads = [(said, kind) for _, y, said, kind in sorted(pieces) if top - y < 4]
        assert heads == [("Local organizations", "/Artifact"), ("(continued)", "/Artifact")] * 3
    said = " ".join(page.extract_text() for page in reader.pages)
    assert "National organizations (continued)" not in said
    assert len(re.findall("Local organizations", said)) == 1 + said.count("(continued)")
