"""Sheets as they are printed: order, names in columns, footnotes at the foot, sizes of paper, nothing left out."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from pypdf import PageObject, PdfReader

from signoff.domain.formats import Formats
from signoff.domain.positions.text import Wording, digest
from signoff.domain.publications.name_groups import in_groups
from signoff.paper.published import PublishedText, published_pdf
from signoff.paper.stationery import Stationery, usual_size

SENTENCE = "In the schools we work with, one person knows which clinic has a free Tuesday afternoon. "
LETTER = Wording(
    language="en",
    kind="letter",
    title="Fund coordinators",
    addressed_to="The Honorable Ann Lee, Chair\nCommittee on Appropriations\n\nThe Honorable Luis Ortega",
    reference="S. 1234",
    summary="Fund full-time coordinators.",
    body="We ask for two things.[^1]\n\n1. seats;\n2. a [report](https://example.org/r).\n\n[^1]: By telephone.",
    date_line="December 4, 2026",
    salutation="Dear Chair Lee:",
    closing="Sincerely,",
    copies="Jo Park\nMo Reyes",
    enclosures="Survey",
    press_contact="Ana Cole\nana@coalition.example",
)


def rows(names: Iterable[str], level: str | None = None, note: str = "") -> list[dict[str, Any]]:
    return [{"public_name": name, "level": level, "website": "", "public_note": note} for name in names]


SIGNED = [
    *rows(["The Alder Trust", "Every Child"], "national"),
    *rows(["Ágora of Texas"], "state"),
    *rows(["Birch County Libraries"], "local", "For the first request only."),
    *rows(["Cedar Network"], "local"),
]


def pdf(
    wording: Wording,
    named: list[dict[str, Any]],
    *,
    sheet: str = "whole",
    size: str = "letter",
    grouping: str = "level",
    logo: bytes = b"",
) -> PdfReader:
    made = published_pdf(
        PublishedText(
            wording=wording,
            computed={"date": "December 4, 2026", "signatory_count": str(len(named))},
            number=3,
            digest=digest(wording),
            published_at=datetime(2026, 12, 4, 20, tzinfo=UTC),
            formats=Formats("en_US", ZoneInfo("America/New_York")),
            groups=in_groups(named, grouping),
            captions={},
            departures=[],
            checked="",
            findings=[],
            page_address="https://c.example/positions/fund",
            verify_address="https://c.example/verify",
            bundle="",
        ),
        Stationery("The Coalition", ("4301 Example Avenue", "c.example"), size, logo),
        sheet=sheet,
    )
    # What the templates cannot set is set in a plainer way, which no test here is about.
    assert b"pdfuaid" in made and b"<pdfaid:part>3" in made
    return PdfReader(BytesIO(made))


def placed(page: PageObject) -> dict[str, tuple[float, float]]:
    """Where each piece of a page's text begins, in points from the left and from below."""
    pieces: dict[str, tuple[float, float]] = {}

    def visit(text: str, page: list[float], line: list[float], *_: object) -> None:
        x, y = line[4], line[5]
        pieces.setdefault(text.strip(), (page[0] * x + page[2] * y + page[4], page[1] * x + page[3] * y + page[5]))

    page.extract_text(visitor_text=visit)
    return pieces


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def stand_in_order(text: str, *pieces: str) -> None:
    at = 0
    for piece in pieces:
        assert text.find(piece, at) >= 0, f"“{piece}” is not behind what is before it"
        at = text.index(piece, at) + len(piece)


def test_a_letter_reads_as_it_is_sent() -> None:
    reader = pdf(LETTER, SIGNED)
    text = words(reader)
    stand_in_order(
        text, "The Coalition", "4301 Example Avenue", "December 4, 2026", "The Honorable Ann Lee, Chair",
        "The Honorable Luis Ortega", "Re: Fund coordinators", "Reference: S. 1234", "Dear Chair Lee:", "We ask for two",
        "Sincerely,", "National organizations", "The Alder Trust", "Every Child", "State organizations",
        "Ágora of Texas", "Local organizations", "Birch County Libraries*", "Cedar Network",
        "* Birch County Libraries: “For the first request only.”", "cc:", "Jo Park", "Mo Reyes", "Enclosure: Survey",
        "Press contact:", "Ana Cole", "About this letter", "Summary: Fund full-time coordinators.", digest(LETTER),
        "page 1 of 1",
    )  # fmt: skip
    assert re.search(r"1\s*By telephone\.\s*Each organization approved", reader.pages[0].extract_text())
    assert "approved November" not in text and text.count("Honorable Ann Lee") == 1


IN_A_ROW = ("First.", "Thank you.", "Sincerely,", "Birch", "cc:")


@pytest.mark.parametrize("lines", (18, 19, 29))
def test_names_are_on_the_page_of_the_last_words_and_their_heading(lines: int) -> None:
    body = "\\\n".join(["A line."] * lines) + "\n\n## The end\n\nThank you."
    reader = pdf(replace(LETTER, body=body, closing="Sincerely,\nAnn\nBo\nCy"), SIGNED)
    (page,) = [page.extract_text() for page in reader.pages if "Sincerely" in page.extract_text()]
    stand_in_order(page, "The end", "Thank you.", "Sincerely", "Every Child")


@pytest.mark.parametrize("last", ("Thank you.", "Thank you.[^1]\n\n[^1]: A note."))
def test_the_last_words_the_closing_and_the_names_stand_apart(last: str) -> None:
    page = pdf(replace(LETTER, body=f"First.\n\n{last}", closing="Sincerely,", copies="Ann"), rows(["Birch"])).pages[0]
    places = [next(y for said, (_, y) in placed(page).items() if said.startswith(start)) for start in IN_A_ROW]
    gaps = [above - below for above, below in pairwise(places)]
    assert min(gaps[:-1]) > 15 and gaps[-1] > 12, gaps  # points; a line takes 14, one below the names 11


def test_the_last_heading_is_as_far_from_the_text_above_it_as_any_other() -> None:
    body = "First.\n\n## One\n\nSecond.\n\n## Two\n\nThank you."
    at = placed(pdf(replace(LETTER, body=body), rows(["Birch"])).pages[0])
    gaps = [at[above][1] - at[heading][1] for above, heading in (("First.", "One"), ("Second.", "Two"))]
    assert abs(gaps[0] - gaps[1]) < 1, gaps


def test_a_word_that_may_be_broken_adds_no_character_to_the_words_of_the_file() -> None:
    body = "| Coordinators | Cost |\n| --- | --- |\n| Transportation | $5 |\n\nA coordinator acts."
    text = words(pdf(replace(LETTER, body=body), SIGNED))
    stand_in_order(text, "Coordinators", "Transportation", "A coordinator acts.", "Each organization approved exactly")
    assert "\u200b" not in text


def test_a_logo_stands_beside_the_name() -> None:
    file = BytesIO()
    Image.new("RGBA", (60, 40), (10, 90, 87, 128)).save(file, "PNG")
    page = pdf(LETTER, SIGNED, logo=file.getvalue()).pages[0]
    assert [image.image.size for image in page.images if image.image] == [(60, 40)]


def test_parts_that_a_letter_has_not_leave_nothing_behind() -> None:
    bare = Wording(kind="letter", title="Fund coordinators", summary="Fund.", body="We ask.")
    text = words(pdf(bare, []))
    assert text.startswith(
        "The Coalition 4301 Example Avenue c.example Re: Fund coordinators We ask. About this letter"
    )
    assert "No signatories when this file was made." in text and "Each organization" not in text


def test_several_enclosures_are_called_so() -> None:
    stand_in_order(words(pdf(replace(LETTER, enclosures="Survey\nMap"), [])), "Enclosures:", "Survey", "Map")


def test_one_name_stands_below_its_heading_on_the_summary_and_apart_from_what_is_copied() -> None:
    named = rows(["The Alder Trust"], "national")
    places = placed(pdf(LETTER, named, sheet="summary").pages[0])
    (left, heading), (below, name) = places["National organizations"], places["The Alder Trust"]
    assert left == below and heading > name
    places = placed(pdf(LETTER, named).pages[0])
    assert places["The Alder Trust"][1] - places["cc:"][1] > 18


@pytest.mark.parametrize("lines", range(34, 37))
def test_a_salutation_is_not_alone_at_the_end_of_a_page(lines: int) -> None:
    to = "\n".join(f"Committee {number}" for number in range(lines))
    texts = [page.extract_text() for page in pdf(replace(LETTER, addressed_to=to, body=SENTENCE), []).pages]
    (page,) = [text for text in texts if LETTER.salutation in text]
    assert "In the schools" in page


def test_the_sentence_above_a_title_is_no_second_re() -> None:
    assert words(pdf(Wording(kind="letter", title="RE: Funds", summary="S.", body="B."), [])).count("Re:") == 0


@pytest.mark.parametrize("count", [1, 5, 27, 200, pytest.param(2_000, marks=pytest.mark.torture)])
def test_every_name_stands_once_and_in_order(count: int) -> None:
    names = [f"Name {number:04} of the Schools" for number in range(count)]
    reader = pdf(LETTER, rows(names), grouping="alphabet")
    assert re.findall(r"Name \d{4} of the Schools", words(reader)) == names
    assert len(reader.pages) <= 2 + count / 100


def test_columns_are_as_long_as_each_other_and_part_no_small_group() -> None:
    page = pdf(LETTER, SIGNED + rows([f"Delta {n}" for n in range(9)], "local")).pages[0]
    places = {
        name: place for name, place in placed(page).items() if name.startswith(("Delta", "The Alder", "Every", "Cedar"))
    }
    columns = sorted({round(x) for x, _ in places.values()})
    assert len(columns) == 2
    lowest = [min(y for x, y in places.values() if round(x) == column) for column in columns]
    assert abs(lowest[0] - lowest[1]) < 40


def test_footnotes_stand_at_the_foot_of_the_page_that_refers_to_them() -> None:
    body = "\n\n".join(f"{SENTENCE * 12}[^{n}]" for n in range(1, 7))
    notes = "\n".join(f"[^{n}]: Source number {n}." for n in range(1, 7))
    reader = pdf(Wording(kind="letter", title="T", summary="S.", body=f"{body}\n\n{notes}"), SIGNED)
    assert len(reader.pages) > 1
    for number, page in enumerate(reader.pages, 1):
        said = " ".join(page.extract_text().split())
        assert f"page {number} of {len(reader.pages)}" in said and digest_in_short(said)
        for note in re.findall(r"Source number (\d)\.", said):
            assert f"afternoon. {note} " in said
    assert re.findall(r"Source number (\d)\.", words(reader)) == list("123456")


@pytest.mark.parametrize("lines", (20, 24))
def test_a_long_footnote_begins_on_the_page_of_its_number(lines: int) -> None:
    above = "\\\n".join(["A line."] * lines)
    body = f"{above}\n\nHere is the claim.[^1] {SENTENCE * 4}\n\n[^1]: The note begins. {SENTENCE * 30}"
    pages = [page.extract_text() for page in pdf(replace(LETTER, body=body), SIGNED).pages]
    (refers,) = [number for number, page in enumerate(pages) if "Here is the claim." in page]
    (begins,) = [number for number, page in enumerate(pages) if "The note begins." in page]
    assert begins == refers and re.search(r"1\s*The note begins", pages[begins])


def test_a_name_from_the_right_stands_in_the_column_of_the_others_with_its_mark_behind_it() -> None:
    named = [*rows(["Alder"], "local", "This."), *rows(["בית ספר"], "local", "That.")]
    at = {said: x for said, (x, _) in placed(pdf(LETTER, named).pages[0]).items()}
    assert at["Local organizations"] <= at["בית"] < at["2"], at


def digest_in_short(said: str) -> bool:
    return re.search(r"SHA-256 [0-9a-f]{8}…[0-9a-f]{4}", said) is not None


@pytest.mark.parametrize("lines", (*range(26, 46, 3), 47, 49))
def test_no_heading_is_alone_at_the_end_of_a_page(lines: int) -> None:
    body = "\n\n".join(["Line."] * lines + ["## The heading", SENTENCE * 3, "## Another", SENTENCE * 3])
    for page in pdf(Wording(kind="position", title="T", summary="S.", body=body), SIGNED).pages:
        said = re.sub(r"Each organization approved exactly.*", "", " ".join(page.extract_text().split()))
        assert not re.search(r"(The heading|Another|Who signed|National organizations) *$", said)


@pytest.mark.parametrize(("size", "inches"), [("letter", (8.5, 11)), ("a4", (8.27, 11.69))])
def test_the_size_of_the_paper(size: str, inches: tuple[float, float]) -> None:
    box = pdf(LETTER, SIGNED, size=size).pages[0].mediabox
    assert (round(float(box.width) / 72, 2), round(float(box.height) / 72, 2)) == inches


def test_the_usual_size_follows_the_country() -> None:
    assert [usual_size(name) for name in ("en_US", "es_MX", "en", "en_GB", "de_DE")] == ["letter"] * 3 + ["a4"] * 2


@pytest.mark.parametrize("count", [0, 5, 60, 2_000])
def test_the_summary_is_one_page_that_says_what_it_leaves_out(count: int) -> None:
    names = [f"Name {number:04} of Schools" for number in range(count)]
    reader = pdf(LETTER, rows(names, "local"), sheet="summary")
    said = words(reader)
    assert len(reader.pages) == 1
    assert "Fund full-time coordinators." in said and "We ask for two things" not in said
    assert "This sheet gives the title and summary only. The whole text is on the page." in said
    assert digest(LETTER) in said and "https://c.example/positions/fund" in said
    found = re.findall(r"Name \d{4} of Schools", said)
    assert found == (names if count < 100 else [])
    assert count < 100 or "2,000 signatories" in said and "Local organizations: 2000" in said


LONG = """## Why

We ask[^1].

- (a) one
  - i. two

1) three

> Said

| A | B |
| --- | ---: |
| c | 1 |

[^1]: A note.
"""


@pytest.mark.torture
@pytest.mark.parametrize(("sheet", "names"), [("whole", 5), ("whole", 400), ("summary", 60)])
def test_another_program_finds_every_rule_of_pdf_ua_kept(sheet: str, names: int) -> None:
    page = pytest.importorskip("page")
    named = rows([f"Organization {number}" for number in range(names)], "local", "For the first request.")
    made = pdf(replace(LETTER, body=LONG), named, sheet=sheet).stream
    for profile in ("PDF_UA_1", "PDF_A_3A"):
        found = page.validate_pdf_bytes(made.getvalue(), profile=getattr(page.ValidationProfile, profile))
        assert found.is_compliant and found.rules.total > 100, [failure.message for failure in found.failures]


def test_a_tab_parts_words_on_paper_too() -> None:
    tabbed = replace(
        LETTER, body="now\there *or\tthere*\n\n| a\tb | c |\n|---|---|\n\n```\nif\tso\n```", closing="Ana\tLee"
    )
    assert {"nowhere", "orthere", "ab", "ifso", "AnaLee"}.isdisjoint(words(pdf(tabbed, SIGNED)).split())
    assert "now here or there" in words(pdf(tabbed, SIGNED))
