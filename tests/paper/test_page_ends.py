"""What stays together where a page or a line ends: closing and names, lines of a paragraph, the host of an address."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from pypdf import PdfReader

from tests.paper.test_sheets import LETTER, SENTENCE, SIGNED, pdf
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


@pytest.mark.torture
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_in_libreoffice_no_closing_is_apart_from_the_last_words_nor_from_a_few_names(tmp_path: Path) -> None:
    for lines in range(34, 43):
        body = "\\\n".join(["A line."] * lines) + f"\n\n{THANKS}"
        for names in (4, 40):
            letter = published(body, names, kind="letter", closing=CLOSING)
            (tmp_path / f"{names}-{lines}.docx").write_bytes(letter)
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'own').as_uri()}", "--convert-to", "pdf"]
    command += ["--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))]
    subprocess.run(command, check=True, timeout=240, capture_output=True)  # noqa: S603
    for file in tmp_path.glob("*.pdf"):
        pages = [page.extract_text() for page in PdfReader(file).pages]
        (closes,) = [page for page in pages if CLOSING in page]
        assert THANKS in closes, file.stem
        assert file.stem.startswith("40-") or "National organizations" in closes, file.stem
    assert len(list(tmp_path.glob("*.pdf"))) == 18


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


@pytest.mark.parametrize("words", range(14, 22))
def test_an_address_is_not_broken_before_its_host(words: int) -> None:
    note = f"{'words ' * words}at https://example.org/evaluations/eleven-states-and-their-schools."
    page = pdf(replace(LETTER, body=f"We ask.[^1]\n\n[^1]: {note}"), SIGNED).pages[0]
    lines = page.extract_text().splitlines()
    (line,) = [line for line in lines if "https://example" in line]
    assert "https://example.org/" in line, line
