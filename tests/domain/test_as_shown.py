"""What a page showed, and what was done with it in between."""

import pytest

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import NotAsShown


def test_what_was_shown_is_one_value_in_whatever_order() -> None:
    assert shown_digest(["a", "b"]) == shown_digest(iter(["b", "a"])) != shown_digest(["ab"])
    assert len(shown_digest([])) == 64


def test_an_act_on_what_has_changed_is_refused() -> None:
    ensure_as_shown(None, "now")
    ensure_as_shown("now", "now", "Changed.")
    for sentence in ("", "Changed."):
        with pytest.raises(NotAsShown) as refusal:
            ensure_as_shown("", "now", sentence)
        assert refusal.value.text == (sentence or NotAsShown.sentence)
    with pytest.raises(NotAsShown) as refusal:
        ensure_as_shown("before", "now")
    assert refusal.value.text == NotAsShown.sentence
