"""What each partner agrees to, in the parts that pages show."""

import hashlib

import pytest

from signoff.domain.principles.commitments import commitment_parts, commitments_digest
from signoff.services.principles.editions import first_edition


def test_the_first_editions_commitments_are_twelve_under_three_headings() -> None:
    parts = commitment_parts(first_edition().commitments)
    assert [part.kind for part in parts] == ["paragraph", *["heading", "list"] * 3]
    headings = [part.lines[0] for part in parts if part.kind == "heading"]
    assert headings == [
        "Partnership",
        "Local and State Action",
        "Representing the Coalition for Community Schools",
    ]
    assert [len(part.lines) for part in parts if part.kind == "list"] == [5, 5, 2]
    assert parts[2].lines[1] == "Know the expertise of partners and reach out to collaborate."


def test_every_word_stands_in_one_part() -> None:
    text = "First of all:\n- one\n- two\nand more\n\nAlone\n\nHeading\n- three - or four\n\n- five"
    parts = commitment_parts(text)
    assert [(part.kind, part.lines) for part in parts] == [
        ("paragraph", ("First of all:",)),
        ("list", ("one", "two")),
        ("paragraph", ("and more",)),
        ("paragraph", ("Alone",)),
        ("heading", ("Heading",)),
        ("list", ("three - or four",)),
        ("list", ("five",)),
    ]


@pytest.mark.parametrize("end", [".", ":", ";"])
def test_a_line_that_ends_as_a_sentence_does_is_no_heading(end: str) -> None:
    assert [part.kind for part in commitment_parts(f"Partners agree{end}\n- one")] == ["paragraph", "list"]
    assert [part.kind for part in commitment_parts("One\nTwo\n- three\n\n\n \n\nLast")] == [
        "paragraph",
        "list",
        "paragraph",
    ]


def test_the_digest_is_that_of_the_bytes() -> None:
    assert commitments_digest("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()
