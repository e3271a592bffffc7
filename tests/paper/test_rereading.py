"""A Word file of ours that comes back has the text that was approved; a change in it changes nothing else."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.domain.positions.fields import KINDS
from signoff.domain.positions.files.content import FileText
from signoff.domain.positions.files.reading import read_file
from signoff.domain.positions.placeholders import computed_again
from signoff.domain.positions.text import Wording, clean, digest, problems
from signoff.paper.word.rereading import with_source_of
from tests.paper.test_word import LETTER, published
from tests.text_files import p, word

PARTS = {
    "date_line": "{{date}}", "addressed_to": "The Honorable Ann Lee,  Chair\nUnited States Senate\n\nMembers",
    "salutation": "Dear Chair Lee:", "closing": "Sincerely,\nPat\nThe Coalition", "copies": "The Subcommittee\nStaff",
    "enclosures": "A list", "press_contact": "Pat\npat@c.example", "reference": "Reference: S. 1", "docket": "ED-1",
    "hearing": "A hearing\nDecember 1", "summary": "We {{signatory_count}} ask.\n\nTwice.",
}  # fmt: skip
OTHER_MARKS = """Title
===

We, the {{signatory_count}} organizations, ask *this* and __that__.

* one
* two

    more

***

On {{date}}, [here](<https://example.org>).[^1] Again.[^2]

1) six
2) seven

```
code
```

[^1]: First.
[^2]: Second, [there](https://example.org/b)."""
ONE_PAGE = "We ask the Committee to\n\n1. fund it;\n2. keep it.\n\nThank you."


def made(body: str, kind: str = "letter", **parts: str) -> tuple[Wording, bytes]:
    fields = {"title": "Fund the coordinator", "kind": kind, "body": body, **parts}
    wording = clean(Wording(**{"summary": "We ask.", **fields}))
    assert not problems(wording)
    return wording, published(**{"names": 30, **fields})  # type: ignore[arg-type]


def text_of(read: FileText) -> Wording:
    return clean(Wording(**{**read.parts, "body": read.body}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [LETTER, OTHER_MARKS, ONE_PAGE])
@pytest.mark.parametrize("parts", [PARTS, {}])
def test_an_unchanged_file_has_the_digest_that_was_approved(kind: str, body: str, parts: dict[str, str]) -> None:
    wording, raw = made(body, kind, **parts)
    read = read_file("a.docx", raw)
    assert read.is_own and read.digest == "0" * 64  # as the file says
    assert digest(text_of(with_source_of(read, wording))) == digest(wording)
    # Alone, without the version, the parts are the same, and the text has the same words.
    assert {**vars(text_of(read)), "body": ""} == {**vars(wording), "body": ""}


BLOCKS = st.sampled_from(
    ["Words *that* say it.", "__Other__ words", "- a\n- b", "* c\n\n  more", "1. d\n2. e", "## Head", "> Said", "---",
     "| a | b |\n| --- | --: |\n| c | d |", "[x](https://example.org/)", "3) f", "x\\\ny", "```\ncode\n```", "Of\nit"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=8).map("\n\n".join), st.sampled_from(sorted(KINDS)))
def test_any_text_comes_back_as_it_was(body: str, kind: str) -> None:
    if not problems(clean(Wording(title="T", summary="S", body=body))):
        wording, raw = made(body, kind)
        assert digest(text_of(with_source_of(read_file("a.docx", raw), wording))) == digest(wording)


def changed(read: FileText, old: str, new: str) -> FileText:
    assert old in read.body
    return replace(read, body=read.body.replace(old, new))


def test_a_change_leaves_the_source_of_all_else() -> None:
    wording, raw = made(OTHER_MARKS)
    read = changed(read_file("a.docx", raw), "2) seven", "2) eight")
    assert with_source_of(read, wording).body == wording.body.replace("2) seven", "2) eight")
    gone = changed(read_file("a.docx", raw), "1) six\n2) seven\n\n", "")
    assert with_source_of(gone, wording).body == wording.body.replace("1) six\n2) seven\n\n", "")
    more = replace(read_file("a.docx", raw), body="New.\n\n" + read_file("a.docx", raw).body)
    assert with_source_of(more, wording).body == "New.\n\n" + wording.body


def test_a_note_that_is_added_changes_the_numbers_of_others_alone() -> None:
    wording, raw = made("One\n\nTwo[^1]\n\n__Three__\n\n[^1]: A.")
    body = "One[^1]\n\nTwo[^2]\n\n**Three**\n\n[^1]: New.\n\n[^2]: A."
    read = replace(read_file("a.docx", raw), body=body)
    assert with_source_of(read, wording).body == body.replace("**Three**", "__Three__")


def test_what_a_word_processor_changes_by_itself_is_no_change_and_where_an_item_stands_is() -> None:
    wording, raw = made("[x](https://example.org)\n\n* a\n  * b")
    read = read_file("a.docx", raw)
    slash = changed(read, "example.org)", "example.org/)")
    assert with_source_of(slash, wording).body == wording.body
    assert with_source_of(changed(read, "  - b", "- b"), wording).body == "[x](https://example.org)\n\n- a\n- b"


def test_a_part_that_was_changed_is_taken() -> None:
    wording, raw = made("We ask.", **PARTS)
    read = read_file("a.docx", raw)
    read = replace(read, parts={**read.parts, "salutation": "Dear all:", "addressed_to": "Ann Lee"})
    again = text_of(with_source_of(read, wording))
    assert again == replace(wording, salutation="Dear all:", addressed_to="Ann Lee")


def test_a_text_that_would_be_too_long_as_it_is_read_keeps_what_was_read() -> None:
    wording, _ = made("w * y < z " * 9_900)
    read = FileText("Fund the coordinator", "We ask.", (), {"title": "Fund the coordinator"}, is_own=True)
    assert with_source_of(read, wording) == read


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("27", "{{signatory_count}}"),
        ("1,204", "{{signatory_count}}"),
        ("number of signatories", "{{signatory_count}}"),
        ("December 4, 2026", "{{date}}"),
        ("[day of publication]", "{{date}}"),
        ("all 27", ""),
        ("we all", ""),
    ],
)
def test_words_that_were_filled_in_become_their_place_and_no_others(words: str, place: str) -> None:
    assert computed_again(words) == place


def test_a_file_without_our_title_is_read_as_any_other() -> None:
    assert not read_file("a.docx", word(p("We ask."))).is_own


@pytest.mark.torture
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["docx", "odt"])
@pytest.mark.parametrize("kind", ["letter", "position"])
@pytest.mark.parametrize("body", [LETTER, OTHER_MARKS, ONE_PAGE])
def test_libreoffice_saves_a_file_that_comes_back_as_it_was(tmp_path: Path, ending: str, kind: str, body: str) -> None:
    wording, raw = made(body, kind, **PARTS)
    (tmp_path / "a.docx").write_bytes(raw)
    own = f"-env:UserInstallation={(tmp_path / 'own').as_uri()}"
    command = ["soffice", "--headless", own, "--convert-to", ending, "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, timeout=120, capture_output=True)  # noqa: S603
    read = read_file(f"a.{ending}", (tmp_path / "out" / f"a.{ending}").read_bytes())
    assert digest(text_of(with_source_of(read, wording))) == digest(wording)
