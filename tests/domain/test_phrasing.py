"""Counts and lists as people write them."""

from datetime import timedelta

import pytest

from signoff.domain.phrasing import counted, duration, enumerated, sentence_for


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no partners"), (1, "one partner"), (10, "ten partners"), (11, "11 partners"), (12_000, "12,000 partners")],
)
def test_counts_are_words_up_to_ten(number: int, words: str) -> None:
    assert counted(number, "partner") == words


def test_another_plural_is_used_where_given() -> None:
    assert counted(2, "entry", "entries") == "two entries"
    assert counted(1, "entry", "entries") == "one entry"


@pytest.mark.parametrize(("things", "words"), [((7,), "7"), ((7, 3), "7 and 3"), ((7, 3, 1), "7, 3 and 1")])
def test_the_last_of_several_comes_after_an_and(things: tuple[int, ...], words: str) -> None:
    assert enumerated(things) == words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "Nothing waits."),
        (1, "One email to Ana waits."),
        (2, "Two emails to Ana wait."),
        (1200, "1,200 emails to Ana wait."),
    ],
)
def test_a_sentence_is_whole_for_each_number(number: int, said: str) -> None:
    one, many = "One email to {whom} waits.", "{Number} emails to {whom} wait."
    assert sentence_for(number, one, many, none="Nothing waits.", whom="Ana") == said


def test_without_a_sentence_for_none_the_one_for_many_says_it() -> None:
    assert sentence_for(0, "one waits", "{number} wait") == "no wait"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "one minute"),
        (119 * 60 + 59, "119 minutes"),
        (2 * 3_600, "two hours"),
        (48 * 3_600 - 1, "47 hours"),
        (48 * 3_600, "two days"),
        (72 * 3_600 - 1, "two days"),
        (1_100 * 86_400, "1,100 days"),
    ],
)
def test_how_long_something_took_is_said_roughly(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words
