"""Large papers beside ordinary ones, and characters that no font has."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from signoff.paper import shapes, typesetting


def test_a_large_paper_holds_up_no_ordinary_one(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = Event(), Event()

    def compiled(facts: dict[str, Any]) -> bytes:
        if "long" in facts:
            begun.set()
            assert may_end.wait(20)
        return str(len(facts)).encode()

    monkeypatch.setattr(typesetting, "_compiled", compiled)
    monkeypatch.setattr(typesetting, "_KEPT", typesetting.OrderedDict())
    with ThreadPoolExecutor(2) as pool:
        large = pool.submit(typesetting.set_on_paper, {"long": "x" * 200_000})
        assert begun.wait(20)
        # Evidence is attached and not set, so a paper with much of it is an ordinary one.
        small = pool.submit(typesetting.set_on_paper, {"bundle": "x" * 200_000, "more": 1})
        assert small.result(10) == b"2" and not large.done()
        may_end.set()
        assert large.result(10) == b"1"


def test_characters_without_a_shape_are_found_one_by_one_and_by_their_script() -> None:
    assert shapes.without_shape("Ñandú “Łódź” Đà Nẵng Ω Ж — 1\u00a02") == ()
    assert shapes.without_shape("a\U0001e290b\U0001e2910") == ("\U0001e290", "\U0001e291")
    assert shapes.with_numbers_for_shapeless("so: \U0001e290.") == "so: [U+1E290]."
    # A script without any font: all of it, though not each is tried.
    hieroglyphs = "".join(chr(0x13460 + number) for number in range(200))
    assert shapes.without_shape(hieroglyphs) == tuple(hieroglyphs)
