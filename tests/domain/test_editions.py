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


ONE_WORD = "Please use small letters, digits and underscores, a letter first."


def problem_of(**changed: object) -> str:
    """The sentence about a criterion with one field changed; empty without one."""
    found = edition_problems(replace(WHOLE, criteria=(WATER, replace(CARE, **changed))))
    assert list(found) in ([], [f"criteria.1.{field}" for field in changed])
    return "".join(found.values())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": "a" * 60}, ""),
        ({"key": "a" * 61}, ONE_WORD),
        ({"key": "a-b"}, ONE_WORD),
        ({"key": "_a"}, ONE_WORD),
        ({"kind": "Vision"}, "Please choose one of the kinds listed."),
        ({"name": "x" * 120}, ""),
        ({"name": "x" * 121}, "Please use at most 120 characters; this has 121."),
        ({"statement": "x" * 4_000}, ""),
        ({"statement": "x" * 4_001}, "Please shorten this to 4 kB; it has 5 kB."),
        ({"questions": ("q" * 300,)}, ""),
        ({"questions": ("q", "q" * 301)}, "Please use at most 300 characters; this has 301."),
        ({"questions": ("q", "?!")}, "“?!” contains no word."),
        ({"words": tuple(f"w{n}" for n in range(200))}, ""),
        ({"words": tuple(f"w{n}" for n in range(201))}, "Please use at most 200 lines."),
        ({"words": ("w", "—")}, "“—” contains no word."),
        ({"deceptive": (Deceptive("choice", "Means vouchers."),)}, ""),
        ({"deceptive": (Deceptive("choice", ""),)}, "“choice”: write the words, a colon and why they deceive."),
        ({"deceptive": (Deceptive("", "Why."),)}, "“Why.”: write the words, a colon and why they deceive."),
        ({"deceptive": (Deceptive("a", "b"), Deceptive("c", "!"))}, "“!” contains no word."),
        ({"deceptive": (Deceptive("choice", "x" * 301),)}, "Please use at most 300 characters; this has 301."),
    ],
)
def test_each_field_of_a_criterion_has_its_sentence(changed: dict[str, object], sentence: str) -> None:
    assert problem_of(**changed) == sentence


def test_the_texts_of_an_edition_have_their_sentences() -> None:
    long = dict.fromkeys(("vision", "mission", "preamble", "commitments"), "x" * 4_000)
    assert edition_problems(replace(WHOLE, source="x" * 300, **long)) == {}
    assert edition_problems(replace(WHOLE, source="", adopted_on="")) == {}
    assert edition_problems(replace(WHOLE, source="x" * 301)) == {
        "source": "Please use at most 300 characters; this has 301."
    }
    for field, text in long.items():
        assert edition_problems(replace(WHOLE, **{field: text + "x"})) == {
            field: "Please shorten this to 4 kB; it has 5 kB."
        }
    assert edition_problems(replace(WHOLE, adopted_on="March")) == {
        "adopted_on": "This is not a date. Give the year, month and day, such as 2027-03-01."
    }
    many = tuple(replace(CARE, key=f"k{n}", name=f"N{n}") for n in range(41))
    assert edition_problems(replace(WHOLE, criteria=many[:40])) == {}
    assert edition_problems(replace(WHOLE, criteria=many)) == {"criteria": "Please use at most 40 criteria."}


@pytest.mark.parametrize(
    ("edition", "sentence"),
    [
        (replace(WHOLE, source=""), "It does not say which document it comes from."),
        (replace(WHOLE, adopted_on=""), "Its adoption date is not set."),
        (replace(WHOLE, adopted_on="2027-03-03"), "Its adoption date is in the future."),
        (replace(WHOLE, adopted_on="2016-08-31"), "It would have been adopted before the edition in force."),
        (replace(WHOLE, adopted_on="2016-09-01"), None),
        (replace(WHOLE, adopted_on="2027-03-02"), None),
        (replace(WHOLE, criteria=()), "It has no criterion."),
        (replace(WHOLE, criteria=(WATER, CriterionText("x"))), "Criterion 2 has no name."),
        (replace(WHOLE, criteria=(WATER, replace(CARE, key=""))), "Care has no key."),
        (replace(WHOLE, criteria=(WATER, replace(CARE, statement=""))), "Care does not say what it asks for."),
        (replace(WHOLE, criteria=(WATER, replace(CARE, questions=()))), "Care gives reviewers no question."),
        (replace(WHOLE, criteria=(WATER, replace(CARE, key="water"))), "Two criteria have the key “water”."),
        (replace(WHOLE, criteria=(WATER, replace(CARE, name="WATER"))), "Two criteria are called “WATER”."),
    ],
)
def test_what_keeps_a_draft_from_being_adopted_is_said(edition: EditionText, sentence: str | None) -> None:
    reasons = missing_to_adopt(edition, after=date(2016, 9, 1), today=DAY)
    assert [reason.text for reason in reasons] == ([sentence] if sentence else [])


def test_a_first_edition_may_be_of_any_day_and_a_criterion_without_a_name_hides_no_other() -> None:
    assert missing(replace(WHOLE, adopted_on="1900-01-01"), after=None) == []
    assert missing(replace(WHOLE, criteria=(CriterionText(), replace(CARE, key="")))) == [
        ("name", "criteria.0.name"),
        ("key", "criteria.1.key"),
    ]


def test_a_whole_edition_is_cleaned_and_survives_being_stored() -> None:
    typed = EditionText(
        " Commitments\u200e ", " 2027-03-01 ", " V\r\n", "M \n", "P\u00a0", "C\n\n",
        (CriterionText(" k ", "vision", " N ", "S ", ("q",), (" w  w",), (Deceptive(" a ", "b"), Deceptive("", " "))),),
    )  # fmt: skip
    cleaned = EditionText(
        "Commitments", "2027-03-01", " V", "M", "P", "C",
        (CriterionText("k", "vision", "N", "S", ("q",), ("w w",), (Deceptive("a", "b"),)),),
    )  # fmt: skip
    assert clean_edition(typed) == cleaned == from_facts(as_facts(cleaned))
    facts = as_facts(cleaned)
    del facts["criteria"][0]["words"], facts["criteria"][0]["deceptive"]
    assert from_facts(facts).criteria == (CriterionText("k", "vision", "N", "S", ("q",)),)
    assert key_for("x" * 59 + " y") == "x" * 59 and key_for("x" * 61) == "x" * 60
    assert key_for("“" + "x" * 61) == "x" * 60


def test_each_text_that_reads_otherwise_is_named() -> None:
    later = EditionText(
        "Other", "2030-01-01", "V", "M", "P", "C",
        (replace(WATER, name="Waters", kind="vision", statement="All.", questions=("Who?", "Who else?")), CARE),
    )  # fmt: skip
    changes = edition_changes(WHOLE, later)
    assert [change.label for change in changes.texts] == [
        "Source", "Vision", "Mission", "Preamble", "Commitments",
        "Water, its name", "Water, its kind", "Water, what it asks for", "Water, what a reviewer asks",
    ]  # fmt: skip
    assert [(text.before, text.after) for text in changes.texts[-1].paragraphs] == [("Who drinks?", "Who?\nWho else?")]
    assert not changes.reordered and not changes.new and not changes.gone
    put_before = replace(WHOLE, criteria=(CriterionText("joy"), WATER, CARE))
    assert not edition_changes(WHOLE, put_before).reordered and not edition_changes(put_before, WHOLE).reordered
    assert edition_changes(WHOLE, put_before) and edition_changes(put_before, WHOLE)
