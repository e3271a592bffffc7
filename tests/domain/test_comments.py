"""What a comment may quote: words of the text, or nothing."""

from signoff.domain.positions.comments import comment_problems

TEXTS = ("Fund the coordinator", "Schools need a coordinator.")


def test_a_quote_is_words_of_the_text_or_nothing() -> None:
    assert comment_problems("need a coordinator", "Who pays?", TEXTS) == {}
    assert comment_problems("", "Who pays?", TEXTS) == {}
    assert comment_problems("need a principal", "Who pays?", TEXTS).keys() == {"quote"}


def test_a_comment_says_something_and_each_fault_is_at_its_field() -> None:
    assert comment_problems("need a principal", "", TEXTS).keys() == {"comment", "quote"}
