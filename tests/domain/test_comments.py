"""What a comment may quote: words of the text, or nothing."""

from signoff.domain.positions.comments import comment_problems, times_in
from signoff.domain.positions.drafts import put_in_place, put_last

TEXTS = ("Fund the coordinator", "Schools need a coordinator.")


def test_a_quote_is_words_of_the_text_or_nothing() -> None:
    assert comment_problems("need a coordinator", "Who pays?", TEXTS) == {}
    assert comment_problems("", "Who pays?", TEXTS) == {}
    assert comment_problems("need a principal", "Who pays?", TEXTS).keys() == {"quote"}


def test_a_comment_says_something_and_each_fault_is_at_its_field() -> None:
    assert comment_problems("need a principal", "", TEXTS).keys() == {"comment", "quote"}


def test_each_fault_of_a_comment_has_its_sentence() -> None:
    assert comment_problems("need a principal", "", TEXTS) == {
        "comment": "Please fill this in.",
        "quote": "These words are not in the text. Copy them word for word, or leave this empty.",
    }
    assert comment_problems("x" * 2_001, "y" * 4_001, TEXTS) == {
        "comment": "Please shorten this to 4 kB; it has 5 kB.",
        "quote": "Please shorten this to 2 kB; it has 3 kB.",
    }
    assert comment_problems("x" * 2_000, "y" * 4_000, ("x" * 2_000,)) == {}
    assert comment_problems("\x00", "Why?", TEXTS).keys() == {"quote"}


def test_how_often_a_passage_stands_in_a_text() -> None:
    assert times_in("a  coordinator\n", "Fund a\ncoordinator, a coordinator") == 2
    assert times_in("", "Fund") == times_in(" \n", "Fund") == times_in("fund", "Fund") == 0


def test_words_of_a_comment_take_the_place_of_a_passage_that_stands_once() -> None:
    assert put_in_place("Ask for money.", "money", "more *money*") == r"Ask for more \*money\*."
    assert (
        put_in_place("Ask, ask.", "sk", "x") == put_in_place("Ask.", "tell", "x") == put_in_place("Ask.", "", "x") == ""
    )


def test_words_of_a_comment_stand_last_but_before_footnotes() -> None:
    assert put_last("One.\n", "Two.\n \nThree.") == "One.\n\nTwo.\n\nThree."
    assert put_last("One[^1].\n\n[^1]: Note.", "Two.") == "One[^1].\n\nTwo.\n\n[^1]: Note."
    assert put_last("", "Two.") == "Two."
