"""Plain ASCII takes shorter ways through cleaning, spelling and ordering, which lead to the same."""

import random
import string

import pytest

from signoff.domain import text_input
from signoff.domain.partners.folding import glyphs_of, spelled_plainly
from signoff.domain.publications.name_groups import _collator, order_key

PRINTABLE = [character for character in map(chr, range(128)) if character.isprintable()]
_DRAWN = random.Random(7)
LINES = [
    *PRINTABLE,
    *("".join(_DRAWN.choices(PRINTABLE, k=_DRAWN.randrange(2, 40))) for _ in range(300)),
    *("", " ", "  Alder  Trust ", "Alder =?Trust", "- o o", "1) Birch"),
]


def test_lines_are_cleaned_and_judged_as_by_every_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> list[tuple[str, str]]:
        cleaned = map(text_input.clean_line, LINES)
        return [(line, text_input.line_problem(line, longest=30)) for line in cleaned]

    shortly = read()
    monkeypatch.setattr(text_input, "_is_plain", lambda _value: False)
    assert shortly == read()


def test_words_are_spelled_letter_by_letter() -> None:
    for word in (*string.ascii_letters, *string.digits, "Il10O", "McAllen", "PTA"):
        assert spelled_plainly(word) == "".join(glyph.look for glyph in glyphs_of(word)).casefold()


def test_names_are_ordered_by_the_whole_collation() -> None:
    collator = _collator()
    names = [f"A{line}z" for line in LINES]  # so that nothing is left out before the first letter
    for name in names:
        weights = collator.sort_key(name)
        assert order_key(name) == b"".join(weight.to_bytes(2, "big") for weight in weights)[:1_000]
