"""Large papers beside ordinary ones, what they leave behind, and characters that no font has."""

import resource
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from signoff.domain.errors import TooBusy
from signoff.paper import shapes, typesetting
from tests.paper.test_sheets import LETTER, pdf, rows


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


def test_more_than_a_line_holds_are_sent_away_at_once_and_what_is_kept_needs_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, may_end = Event(), Event()

    def compiled(facts: dict[str, Any]) -> bytes:
        begun.set()
        assert may_end.wait(20)
        return b"%PDF"

    monkeypatch.setattr(typesetting, "_compiled", compiled)
    monkeypatch.setattr(typesetting, "_KEPT", typesetting.OrderedDict())
    typesetting._keep(typesetting.key_of({"kept": 1}), b"kept")
    with ThreadPoolExecutor(21) as pool:
        worker = pool.submit(typesetting.set_on_paper, {"long": "x" * 200_000}, is_patient=True)
        assert begun.wait(20)
        asked = [pool.submit(typesetting.set_on_paper, {"long": "x" * 200_000, "of": number}) for number in range(20)]
        turned_away = list(islice(as_completed(asked, 20), 17))
        assert all(isinstance(one.exception(), TooBusy) for one in turned_away)
        assert typesetting.set_on_paper({"kept": 1}) == b"kept"
        may_end.set()
        assert worker.result(20) == b"%PDF"
        assert [one.result(20) for one in asked if one not in turned_away] == [b"%PDF"] * 3


@pytest.mark.torture
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_long_papers_leave_no_memory_behind() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        assert alone.submit(_grown_by_six_papers).result(120) < 150


def _grown_by_six_papers() -> int:
    """By how many MB this process grows while six papers with a thousand names each are made after two others."""
    grown = []
    for number in range(8):
        pdf(LETTER, rows(f"Name {number} {each:04} of the Schools" for each in range(1_000)), grouping="alphabet")
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        grown.append(pages * resource.getpagesize() // 1_000_000)
    return grown[-1] - grown[1]
