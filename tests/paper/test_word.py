"""Texts as Word files: real styles, lists, footnotes and tables; all of the dialect; LibreOffice reads the same."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from signoff.domain.formats import Formats
from signoff.domain.positions.text import Wording, clean, problems
from signoff.domain.publications.name_groups import in_groups
from signoff.paper.published import PublishedText
from signoff.paper.stationery import Stationery
from signoff.paper.word.sheet import published_word
from tests.shown import letters_of, words_of
from tests.word_files import W, WordFile

LETTER = """First *emphasis*, **strong**, `code` and [a link](https://example.org/?a=1&b=2).[^1]

## Second

#### Lower

- one
  - two
    1. three

       goes on

7. seven
8. eight

So again[^1], and [the same](https://example.org/?a=1&b=2).

999999999. far

> A quotation.

```
 a <b>  c
d
```

---

| Who | Amount |
|:----|------:|
| Alder & Co | 90[^2] |

| Next | table |
|---|---|
| e | f |

[^1]: A *note* at [its foot](https://note.example).

    In two parts.

[^2]: In a table.
"""


def published(body: str, names: int = 0, size: str = "letter", first: str = "Partner 000", **fields: str) -> bytes:
    wording = clean(Wording(**{"title": "Fund the coordinator", "summary": "We ask.", "body": body, **fields}))
    assert not problems(wording)
    named = [
        {"public_name": name, "public_note": f"Remark of {number}" if number in (5, 9) else "",
         "level": "national" if number % 2 else "local", "website": ""}
        for number, name in enumerate([first, *(f"Partner {number:03}" for number in range(1, names))][:names])
    ]  # fmt: skip
    text = PublishedText(
        wording=wording,
        computed={"signatory_count": str(names), "date": "December 4, 2026"},
        number=1,
        digest="0" * 64,
        published_at=datetime(2026, 12, 4, tzinfo=UTC),
        formats=Formats("en_US", ZoneInfo("UTC")),
        groups=in_groups(named, "level"),
        captions={"Partner 001": "(Ohio)"},
        departures=(),
        checked="",
        findings=(),
        page_address="https://c.example/positions/fund",
        verify_address="https://c.example/verify",
        bundle="",
    )
    return published_word(text, Stationery("The Coalition", ("c.example",), size))


def file_of(body: str, names: int = 0, **fields: str) -> WordFile:
    return WordFile(published(body, names, **fields))


def test_styles_lists_and_quotations_are_words_own() -> None:
    file = file_of(LETTER)
    assert file.styled("Heading1") == ["Second", "Who signed", "Verify"]
    assert file.styled("Heading2") == ["Lower"]
    assert file.styled("ListBullet") == ["one", "two"]
    assert file.styled("ListNumber") == ["three", "seven", "eight"]
    assert file.styled("ListContinue") == ["goes on", "999999999. far"]
    assert file.styled("Quote") == ["A quotation."]
    assert file.styled("HTMLPreformatted") == [" a <b>  c d"]
    words = file.words()
    assert "1. three\ngoes on\n7. seven\n8. eight\n" in words
    defined = {style.get(f"{W}styleId") for style in file.part("styles").iter(f"{W}style")}
    parts = [file.part(name) for name in ("document", "footnotes", "header", "header_first", "footer")]
    kinds = [f"{W}{kind}" for kind in ("pStyle", "rStyle", "tblStyle")]
    used = {style.get(f"{W}val") for part in parts for kind in kinds for style in part.iter(kind)}
    assert used <= defined


def test_what_follows_a_list_is_apart_from_it() -> None:
    document = file_of("Before\n\n- one\n- two\n\n  more\n\nAfter\n\nEnd").part("document")
    apart = [one for one in document.iter(f"{W}p") if one.find(f"{W}pPr/{W}spacing") is not None]
    assert [" ".join(one.itertext()).strip() for one in apart] == ["After"]


def test_footnotes_are_real_ones_and_what_refers_again_is_a_field() -> None:
    file = file_of(LETTER)
    document, notes = file.part("document"), file.part("footnotes")
    assert [one.get(f"{W}id") for one in document.iter(f"{W}footnoteReference")] == ["1", "2"]
    assert [(one.text or "").strip() for one in document.iter(f"{W}instrText")] == ["NOTEREF note1 \\h"]
    assert [one.get(f"{W}name") for one in document.iter(f"{W}bookmarkStart")] == ["note1", "note2"]
    assert " ".join(file.notes().split()) == "1. A note at its foot[2]. In two parts. 2. In a table."
    assert len(list(notes.iter(f"{W}footnoteRef"))) == 2
    led = {one.get("Target") for one in file.parts["word/_rels/footnotes.xml.rels"]}
    assert led == {"https://note.example"}
    assert "https://example.org/?a=1&b=2" in {one.get("Target") for one in file.parts["word/_rels/document.xml.rels"]}
    assert len(list(document.iter(f"{W}hyperlink"))) == 2


def test_tables_have_a_head_that_is_repeated_and_a_name() -> None:
    tables = list(file_of(LETTER).part("document").iter(f"{W}tbl"))
    assert len(tables) == 2
    for number, table in enumerate(tables, 1):
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False]
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        assert caption is not None and caption.get(f"{W}val") == f"Table {number}"
    table = file_of("| Pay of all who work in one house | Cost |\n| --- | --- |\n| x | $5 |").part("document")
    widths = [int(one.get(f"{W}w", "")) for one in table.iter(f"{W}gridCol")]
    # In one line they take 4376 and, at the least, 1256; the rest is shared in this proportion.
    assert widths == [7048, 2023] == [int(one.get(f"{W}w", "")) for one in table.iter(f"{W}tcW")][:2]
    narrow = file_of(f"| {' | '.join(['Buildings', *['what is said of them'] * 5])} |\n|{' --- |' * 6}").part(
        "document"
    )
    (first, *_) = [int(one.get(f"{W}w", "")) for one in narrow.iter(f"{W}gridCol")]
    assert first >= 9 * 130 + 216  # its word in bold, and the cell's margins
    sides = [one.get(f"{W}val") for one in tables[0].iter(f"{W}jc")]
    assert sides == ["right", "right"]


def test_title_language_and_direction_are_said() -> None:
    arabic = file_of("من اليمين", language="ar", title="العربية")
    told = {one.tag.rpartition("}")[2]: one.text for one in arabic.parts["docProps/core.xml"]}
    assert told["title"] == "العربية" and told["language"] == "ar" and told["created"] == "2026-12-04T00:00:00Z"
    document = arabic.part("document")
    assert len(list(document.iter(f"{W}bidi"))) == 2
    assert {one.get(f"{W}bidi") for one in document.iter(f"{W}lang")} == {"ar-SA"}
    assert not list(file_of("Text").part("document").iter(f"{W}lang"))


@pytest.mark.parametrize("names", [0, 1])
@pytest.mark.parametrize(("size", "width"), [("letter", "12240"), ("a4", "11906")])
def test_every_page_has_its_head_and_foot_on_either_paper(names: int, size: str, width: str) -> None:
    file = WordFile(published("Text", names, size))
    sections = list(file.part("document").iter(f"{W}sectPr"))
    kinds = [(one.tag.removeprefix(W), one.get(f"{W}type")) for one in sections[0] if one.tag.endswith("Reference")]
    assert kinds == [("headerReference", "first"), ("headerReference", "default")] + [
        ("footerReference", "first"), ("footerReference", "default"),
    ]  # fmt: skip
    assert {page.get(f"{W}w") for one in sections for page in one.iter(f"{W}pgSz")} == {width}


def test_a_letter_reads_as_it_is_sent() -> None:
    parts = {
        "date_line": "{{date}}", "addressed_to": "The Honorable Ann Lee, Chair\nUnited States Senate\n\nMembers",
        "salutation": "Dear Chair Lee:", "closing": "Sincerely,", "copies": "The Subcommittee\nStaff",
        "enclosures": "A list", "press_contact": "Pat\npat@c.example", "reference": "S. 1",
    }  # fmt: skip
    file = file_of("We ask two things.", names=10, kind="letter", **parts)
    lines = [line for line in file.words().splitlines() if line]
    assert lines[:8] == [
        "December 4, 2026", "The Honorable Ann Lee, Chair United States Senate", "Members",
        "Re: Fund the coordinator", "Reference: S. 1", "Dear Chair Lee:", "We ask two things.", "Sincerely,",
    ]  # fmt: skip
    after = lines.index("Partner 008") + 1
    assert lines[after : after + 8] == [
        "*1 Partner 005: “Remark of 5”", "*2 Partner 009: “Remark of 9”", "cc: The Subcommittee Staff",
        "Enclosure: A list", "Press contact: Pat pat@c.example", "Kind: Letter", "Language: English",
        "Summary: We ask.",
    ]  # fmt: skip
    assert file.styled("Below") == [
        "cc: The Subcommittee Staff",
        "Enclosure: A list",
        "Press contact: Pat pat@c.example",
    ]
    indents = [(one.get(f"{W}left"), one.get(f"{W}hanging")) for one in file.part("document").iter(f"{W}ind")]
    assert indents == [("440", "440"), ("1210", "1210"), ("1650", "1650")]
    assert file.styled("Subject") == ["Re: Fund the coordinator"] and "Who signed" not in lines


def test_addressees_in_small_print_stand_apart() -> None:
    file = file_of("Text", addressed_to="Ann Lee\nSenate\n\nLuis Rey\nHouse", reference="S. 1")
    gaps = {
        "".join(one.itertext()): None if (gap := one.find(f"{W}pPr/{W}spacing")) is None else gap.get(f"{W}before")
        for one in file.part("document").iter(f"{W}p")
    }
    assert (gaps["Addressed to: Ann LeeSenate"], gaps["Luis ReyHouse"]) == (None, "100")


def test_the_same_content_is_the_same_file() -> None:
    assert published(LETTER, 30) == published(LETTER, 30)
    assert published(LETTER, 30) != published(LETTER, 31)
    with ZipFile(BytesIO(published(LETTER))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


ODD = [
    "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(40)),
    "\n".join(f"{'> ' * depth}- **b *c* `d`**" for depth in range(1, 20)),
    "> " * 80 + "deep",
    "Before.\n\n```\n```\n\nAfter.",
    f"[far](https://example.org/{'x' * 9_000})",
    "| a |\n|---|",
    "0. zero\n\n1. one\n\nSo:\n\n999999999. big",
    "- - twice\n- \n- > quoted\n- ```\n  code\n  ```",
    "Mọi trẻ em 🙂 Ω Ж 每个孩子 \U0001e290",
    "One[^1].\n\n[^1]: See[^2].\n\n[^2]: Behind.",
    "> " * 30 + "One[^1].\n\n[^1]: A note.",
    "##\n\n# And \\<more & \"more\"",
    "Only this[^1].\n\n[^1]: - a list\n    - in a note",
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_odd_texts_give_a_file_without_a_lost_word(body: str) -> None:
    file = file_of(body)
    words = words_of(f"{file.words()} {file.notes()}")
    for word in re.findall(r"[^\W\d]{3,}", re.sub(r"\(https?:\S*\)", "", body)):
        assert word in words
    assert "Who signed" in words


@pytest.mark.torture
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize(("names", "kind"), [(0, "position"), (1, "letter"), (400, "testimony")])
def test_libreoffice_reads_the_same_words(tmp_path: Path, names: int, kind: str) -> None:
    content = published(LETTER, names, kind=kind)
    (tmp_path / "letter.docx").write_bytes(content)
    for kind in ("txt:Text (encoded):UTF8", "odt"):
        command = [
            "soffice",
            "--headless",
            f"-env:UserInstallation={(tmp_path / 'own').as_uri()}",
            "--convert-to",
            kind,
        ]
        command += ["--outdir", str(tmp_path), str(tmp_path / "letter.docx")]
        subprocess.run(command, check=True, timeout=120, capture_output=True)  # noqa: S603
    read = (tmp_path / "letter.txt").read_text(encoding="utf-8-sig")
    file = WordFile(content)
    assert words_of(re.sub("[•◦]", "", read)) == words_of(file.words())
    with ZipFile(tmp_path / "letter.odt") as archive:
        document = ElementTree.fromstring(archive.read("content.xml"))
    notes = [one for one in document.iter() if one.tag.endswith("}note")]
    assert letters_of("".join("".join(one.itertext()) for one in notes)) == letters_of(file.notes())


def test_lettered_lists_are_words_own_and_begin_where_the_text_says() -> None:
    file = file_of("- (b) one\n  - i. two\n  - ii. three\n- (c) four\n- (a) five\n\n1) six\n2) seven\n\n- 1\\. again")
    listed = ["(b) one", "i. two", "ii. three", "(c) four", "(a) five", "1) six", "2) seven", "1. again"]
    assert "\n".join(listed) in file.words()
    assert file.styled("ListNumber") == ["one", "two", "three", "four", "five", "six", "seven", "again"]
