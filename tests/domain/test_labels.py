"""Labels of lists: what is one, what only looks like one, and how they count on."""

import pytest

from signoff.domain.positions.labels import OpenLists, are_labels, counted, formatted, label_of


@pytest.mark.parametrize(
    "label", ["(a)", "a)", "b.", "(iv)", "xii.", "IV.", "(12)", "3)", "1.", "2.1", "2.1.3.", "I.2", "1.a", "aa)", "Z."]
)
def test_a_label_begins_its_item(label: str) -> None:
    assert label_of(f"{label} words") == label
    assert label_of(label) == label_of(f"{label}words") == ""


@pytest.mark.parametrize(
    "words", ["U.S. Senate", "St. Louis", "Dr. Lee", "(UK) only", "a words", "12 apples", "(see b)"]
)
def test_these_words_begin_with_no_label(words: str) -> None:
    assert label_of(words) == ""


def test_what_is_too_long_to_stand_before_its_item_is_no_label() -> None:
    assert label_of("1.2.3.4.5.6.7.8. words")
    assert label_of("1." * 40 + " words") == label_of("We.do.not.want.1. of these") == ""


COUNTING = {
    "letters": (["a.", "b.", "c."], True),
    "letters through those that are numerals too": (["h.", "i.", "j."], True),
    "numerals": (["i.", "ii.", "iii.", "iv."], True),
    "a list that begins again": (["a.", "b.", "a.", "b."], True),
    "a list that goes on from elsewhere": (["c.", "d."], True),
    "parts": (["2.1", "2.2"], True),
    "with gaps, but within brackets": (["(a)", "(c)", "(x)"], True),
    "initials": (["A.", "J."], False),
    "amounts": (["1.5", "2.5"], False),
    "one without a label": (["a.", "", "b."], False),
    "none": ([], False),
}


@pytest.mark.parametrize("name", COUNTING)
def test_labels_count_and_initials_do_not(name: str) -> None:
    labels, are = COUNTING[name]
    assert are_labels(labels) is are


def test_labels_come_in_runs_as_word_processors_count_them() -> None:
    runs = list(counted(["(h)", "(i)", "(a)", "i.", "ii.", "3.9", "3.10"]))
    first = [(run[0].form, run[0].before, run[0].after, run[0].number, len(run)) for run in runs]
    assert first == [
        ("lowerLetter", "(", ")", 8, 2),
        ("lowerLetter", "(", ")", 1, 1),
        ("lowerRoman", "", ".", 1, 2),
        ("decimal", "3.", "", 9, 2),
    ]


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (1, "decimal", "1"),
        (0, "decimal", "0"),
        (3, "bullet", "3"),
        (7, "none", ""),
        (1, "lowerLetter", "a"),
        (26, "upperLetter", "Z"),
        (27, "lowerLetter", "aa"),
        (53, "lowerLetter", "aaa"),
        (0, "lowerLetter", "0"),
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (3888, "lowerRoman", "mmmdccclxxxviii"),
        (449, "lowerRoman", "cdxlix"),
        (3999, "upperRoman", "MMMCMXCIX"),
        (4000, "upperRoman", "4000"),
        (0, "lowerRoman", "0"),
    ],
)
def test_numbers_are_shown_in_their_form(number: int, form: str, shown: str) -> None:
    assert formatted(number, form) == shown


def test_items_of_lists_have_their_marks() -> None:
    lists = OpenLists()
    lists.begin("ol", {"start": "3", "class": "closed"})
    assert lists.item({}) == "3)"
    lists.begin("ul", {})
    assert (lists.item({}), lists.item({"class": "labeled"}), lists.item({})) == ("•", "", "•")
    lists.begin("ol", {})
    assert (lists.item({}), lists.item({})) == ("1.", "2.")
    lists.end()
    lists.end()
    assert lists.item({"class": "labeled"}) == "4)"
