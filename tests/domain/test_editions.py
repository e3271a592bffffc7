"""A principles edition while it is drafted: what it may hold, what keeps it from being adopted, what differs."""

from dataclasses import replace
from datetime import date

import pytest

from signoff.domain.principles.editions import (
    CriterionText,
    Deceptive,
    EditionText,
    as_facts,
    clean_edition,
    edition_changes,
    edition_problems,
    from_facts,
    key_for,
    missing_to_adopt,
)

WATER = CriterionText("water", "principle", "Water", "Clean water for all.", ("Who drinks?",), ("river",))
CARE = CriterionText("care", "principle", "Care", "Care for each other.", ("Who cares?",))
WHOLE = EditionText("Commitments of 2027", "2027-03-01", criteria=(WATER, CARE))
DAY = date(2027, 3, 2)


def missing(edition: EditionText, after: date | None = date(2016, 9, 1)) -> list[tuple[str, str]]:
    return [(reason.code, reason.about) for reason in missing_to_adopt(edition, after=after, today=DAY)]


def test_a_whole_edition_lacks_nothing_and_survives_being_stored() -> None:
    assert edition_problems(WHOLE) == {} and missing(WHOLE) == []
    assert from_facts(as_facts(WHOLE)) == WHOLE == clean_edition(WHOLE)


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (replace(WHOLE, source=""), ("source", "source")),
        (replace(WHOLE, adopted_on=""), ("adopted_on", "adopted_on")),
        (replace(WHOLE, adopted_on="2027-03-03"), ("adopted_on", "adopted_on")),
        (replace(WHOLE, adopted_on="2016-08-31"), ("adopted_on", "adopted_on")),
        (replace(WHOLE, adopted_on="soon"), ("problem", "adopted_on")),
        (replace(WHOLE, criteria=()), ("criteria", "criteria")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, name=""))), ("name", "criteria.1.name")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, name="WATER"))), ("name", "criteria.1.name")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, key="water"))), ("key", "criteria.1.key")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, key=""))), ("key", "criteria.1.key")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, statement=""))), ("statement", "criteria.1.statement")),
        (replace(WHOLE, criteria=(WATER, replace(CARE, questions=()))), ("questions", "criteria.1.questions")),
    ],
)
def test_each_thing_that_is_missing_is_named_with_its_place(edition: EditionText, expected: tuple[str, str]) -> None:
    assert missing(edition) == [expected]


@pytest.mark.parametrize(
    ("criterion", "field"),
    [
        (replace(CARE, key="Care!"), "key"),
        (replace(CARE, kind="whim"), "kind"),
        (replace(CARE, name="x" * 121), "name"),
        (replace(CARE, name="a\u202eb"), "name"),
        (replace(CARE, words=("x" * 301,)), "words"),
        (replace(CARE, words=tuple(f"w{n}" for n in range(201))), "words"),
        (replace(CARE, deceptive=(Deceptive("care", ""),)), "deceptive"),
        (replace(CARE, deceptive=(Deceptive("", "because"),)), "deceptive"),
    ],
)
def test_what_cannot_even_be_kept_is_refused_at_its_field(criterion: CriterionText, field: str) -> None:
    assert list(edition_problems(replace(WHOLE, criteria=(WATER, criterion)))) == [f"criteria.1.{field}"]


def test_cleaning_makes_a_key_and_drops_empty_and_repeated_lines() -> None:
    typed = CriterionText(
        "", "principle", " Results-Driven  Partnership ", "S\r\n", ("A?", "", "A?"), (" a  b ", "a b")
    )
    [cleaned] = clean_edition(replace(WHOLE, criteria=(typed,))).criteria
    assert (cleaned.key, cleaned.statement, cleaned.questions, cleaned.words) == (
        "results_driven_partnership", "S", ("A?",), ("a b",),
    )  # fmt: skip
    assert key_for("Élan & Équité 2") == "lan_quit_2" and key_for("42") == "42"
    assert "criteria.0.key" in edition_problems(replace(WHOLE, criteria=(replace(CARE, key="42"),)))


def test_changes_tell_new_gone_and_otherwise_worded_criteria_and_leave_word_lists_out() -> None:
    later = replace(
        WHOLE,
        mission="Together.",
        criteria=(
            replace(CARE, statement="Care for all.", words=("hug",)),
            CriterionText("joy", "principle", "Joy", "Joy.", ("Is it?",)),
        ),
    )
    changes = edition_changes(WHOLE, later)
    assert [item.key for item in changes.new] == ["joy"] and [item.key for item in changes.gone] == ["water"]
    assert [change.label for change in changes.texts] == ["Mission", "Care, what it asks for"]
    moved = edition_changes(WHOLE, replace(WHOLE, criteria=(CARE, WATER)))
    assert moved and moved.reordered and not changes.reordered
    assert not edition_changes(WHOLE, replace(WHOLE, criteria=(replace(WATER, words=("lake",)), CARE)))
