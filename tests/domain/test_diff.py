"""What changed between two wordings: exact in both directions, and in words that people follow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.diff import changes
from signoff.domain.positions.text import Wording

BEFORE = Wording(
    title="Fund the coordinator",
    summary="We ask for grants.",
    body="One two three four five.\n\nStays.\n\nThird paragraph here is long.\n\nLast words",
)
AFTER = Wording(
    title="Fund the coordinators",
    summary="We ask for grants.",
    body="One 2 three for five.\n\nStays.\n\nNew one.\n\nThird paragraph here was long indeed.",
)


def shown(before: Wording, after: Wording) -> dict[str, list[tuple[str, str]]]:
    """Each changed field as its paragraphs, what is gone in brackets and what is new in braces."""
    marks = {"same": "{}", "gone": "[{}]", "new": "{{{}}}"}
    return {
        change.field: [
            (paragraph.kind, "".join(marks[run.kind].format(run.text) for run in paragraph.runs))
            for paragraph in change.paragraphs
        ]
        for change in changes(before, after)
    }


def test_fields_paragraphs_and_words() -> None:
    assert shown(BEFORE, AFTER) == {
        "title": [("changed", "Fund the [coordinator]{coordinators}")],
        "body": [
            ("changed", "One [two]{2} three [four]{for} five."),
            ("same", "Stays."),
            ("new", "{New one.}"),
            ("changed", "Third paragraph here [is]{was} long{ indeed}."),
            ("gone", "[Last words]"),
        ],
    }


def test_paragraphs_with_nothing_alike_are_gone_and_new_ones_each_once() -> None:
    before, after = "Alpha beta gamma.\n\nStays.", "1234567 890.\n\n555 666.\n\nStays.\n\nAt the end."
    assert shown(Wording(body=before), Wording(body=after))["body"] == [
        ("gone", "[Alpha beta gamma.]"),
        ("new", "{1234567 890.}"),
        ("new", "{555 666.}"),
        ("same", "Stays."),
        ("new", "{At the end.}"),
    ]


def test_the_same_text_has_no_change() -> None:
    assert changes(BEFORE, BEFORE) == ()


def test_two_words_changed_together_are_one_change() -> None:
    result = shown(Wording(body="An old pair of words here."), Wording(body="An odd set of words here."))
    assert result["body"] == [("changed", "An [old pair]{odd set} of words here.")]


def test_a_change_of_empty_lines_alone_is_said() -> None:
    (change,) = changes(Wording(body="a\n\nb"), Wording(body="a\n\n\nb"))
    assert change.changed == ()


def test_far_paragraphs_are_counted_instead_of_shown() -> None:
    same = [f"Paragraph {n}." for n in range(9)]
    before = Wording(body="\n\n".join([*same, "The end."]))
    (change,) = changes(before, Wording(body="\n\n".join([*same, "The very end."])))
    assert [(paragraph.kind, skipped) for paragraph, skipped in change.near] == [
        ("same", 8),
        ("same", 0),
        ("changed", 0),
    ]


paragraphs = st.lists(st.text(alphabet="ab ,.\n", min_size=1, max_size=30), max_size=5).map("\n\n".join)


@given(paragraphs, paragraphs)
def test_both_texts_can_be_read_back_from_the_changes(before: str, after: str) -> None:
    result = changes(Wording(body=before), Wording(body=after))
    if before == after:
        assert result == ()
        return
    (change,) = result

    def split(text: str) -> list[str]:
        return [part for part in re.split(r"\n{2,}", text) if part]

    assert [p.before for p in change.paragraphs if p.kind != "new"] == split(before)
    assert [p.after for p in change.paragraphs if p.kind != "gone"] == split(after)


@pytest.mark.parametrize("length", [20_000, 60_000])
def test_the_longest_paragraphs_are_compared_too(length: int) -> None:
    (change,) = changes(Wording(body="a," * (length // 2)), Wording(body="b," * (length // 2)))
    assert change.paragraphs[0].before + change.paragraphs[-1].after


def test_a_sentence_put_in_after_the_first_carries_its_own_full_stop() -> None:
    before, after = "We ask for money. It is late.", "We ask for money. We ask for time. It is late."
    assert shown(Wording(body=before), Wording(body=after))["body"] == [
        ("changed", "We ask for money. {We ask for time. }It is late.")
    ]
