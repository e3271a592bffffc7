"""Every kind of email has words of its own, by which staff tell it from the others."""

from signoff.domain.letters import LetterKind
from signoff.web.letter_words import LETTER_WORDS


def test_each_kind_has_words_of_its_own() -> None:
    assert set(LETTER_WORDS) == set(LetterKind)
    assert len(set(LETTER_WORDS.values())) == len(LETTER_WORDS)
