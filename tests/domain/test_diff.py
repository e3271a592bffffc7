"""What changed between two wordings: exact in both directions, and in words that people follow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.diff import changes, text_changes
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


def body(before: str, after: str) -> list[tuple[str, str]]:
    """What is shown of a changed body, paragraph by paragraph."""
    return shown(Wording(body=before), Wording(body=after))["body"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Words: a mark stands alone, a number and an address are whole.
        ("It costs $18,000 now", "It costs $18,500 now", "It costs [$18,000]{$18,500} now"),
        ("From 9:30 on", "From 9:45 on", "From [9:30]{9:45} on"),
        ("About 3.5% of it", "About 3.6% of it", "About [3.5%]{3.6%} of it"),
        ("See https://a.example/x-1 there", "See https://a.example/x-2 there",
         "See [https://a.example/x-1]{https://a.example/x-2} there"),
        ("The partners' own", "The partners’ own", "The partners[']{’} own"),
        ("The state's own", "The state’s own", "The [state's]{state’s} own"),
        # Spaces: only they differ, before, between and behind words.
        ("one two", "one  two", "one[ ]{  }two"),
        (" one two", "one two", "[ ]one two"),
        ("one two", "one two ", "one two{ }"),
        ("one\ntwo", "one two", "one[\n]{ }two"),
        # A short word between two changes belongs to them, a longer one or one beside a single change does not.
        ("He saw a big dog there", "He met a tiny cat there", "He [saw a big dog]{met a tiny cat} there"),
        ("We like old and new ways", "We love all and few ways", "We [like old and new]{love all and few} ways"),
        ("They like some parts here", "They love some pieces here", "They [like]{love} some [parts]{pieces} here"),
        ("We do ask it now", "We ask it right now", "We [do ]ask it {right }now"),
        # A sentence put in or taken out has its own full stop, whatever ends it.
        ("Is it late? Go now.", "Is it late? Is it far? Go now.", "Is it late? {Is it far? }Go now."),
        ("Stop it! Wait for us! Go now.", "Stop it! Go now.", "Stop it! [Wait for us! ]Go now."),
        ("Fund it. It is late.", "Fund it. Yes. No. It is late.", "Fund it. {Yes. No. }It is late."),
        ("Yes. We ask.", "Now yes. Yes. It is late. We ask.", "{Now yes. }Yes. {It is late. }We ask."),
    ],
)  # fmt: skip
def test_changes_of_words_read_as_people_would_mark_them(before: str, after: str, expected: str) -> None:
    assert body(before, after) == [("changed", expected)]


def test_paragraphs_pair_with_those_most_like_them_in_their_order() -> None:
    assert body(
        "Keep.\n\nWe ask for money this year.\n\nWe ask for teachers next year.",
        "Keep.\n\nWe ask for teachers next spring.\n\nCompletely 1234567.",
    ) == [
        ("same", "Keep."),
        ("gone", "[We ask for money this year.]"),
        ("changed", "We ask for teachers next [year]{spring}."),
        ("new", "{Completely 1234567.}"),
    ]
    # Both later ones are like the earlier one; the one most like it is its pair.
    assert body("Fund every school now.", "Fund some of the school days.\n\nFund every school today.") == [
        ("new", "{Fund some of the school days.}"),
        ("changed", "Fund every school [now]{today}."),
    ]


def test_of_very_many_changed_paragraphs_each_is_held_against_the_one_at_its_place() -> None:
    before = [f"Paragraph number {n} asks for money." for n in range(41)]
    after = [f"Paragraph number {n} asks for time." for n in range(41)]
    after[7] = "§§§"
    result = body("\n\n".join(before), "\n\n".join(after))
    assert result[0] == ("changed", "Paragraph number 0 asks for [money]{time}.")
    assert result[7:9] == [("gone", "[Paragraph number 7 asks for money.]"), ("new", "{§§§}")]
    assert [kind for kind, _ in result] == ["changed"] * 7 + ["gone", "new"] + ["changed"] * 33


@pytest.mark.parametrize(("words", "runs"), [(12_000, ["same", "gone", "new"]), (12_001, ["gone", "new"])])
def test_a_paragraph_of_more_words_than_that_is_compared_as_a_whole(words: int, runs: list[str]) -> None:
    before = "a " * (words - 1)
    (paragraph,) = text_changes(f"{before}first", f"{before}second")
    assert [run.kind for run in paragraph.runs] == runs
    assert (paragraph.before, paragraph.after) == (f"{before}first", f"{before}second")


def test_unchanged_stretches_are_counted_on_both_sides_of_a_change() -> None:
    lines = [f"Paragraph {n}." for n in range(9)]
    (change,) = changes(
        Wording(body="\n\n".join(lines)), Wording(body="\n\n".join([*lines[:4], "Paragraph four.", *lines[5:]]))
    )
    assert change.label == "Text"
    assert [(paragraph.after if not skipped else "", skipped) for paragraph, skipped in change.near] == [
        ("", 3),
        ("Paragraph 3.", 0),
        ("Paragraph four.", 0),
        ("Paragraph 5.", 0),
        ("", 3),
    ]
