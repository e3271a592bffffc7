"""Sets facts as a PDF by Typst: files of ours, nothing fetched, nothing of what people typed read as Typst."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import typst

from signoff.domain.errors import TooBusy
from signoff.paper.shapes import with_numbers_for_shapeless
from signoff.paper.tree import plain_blocks
from signoff.settings import PROJECT

_TEMPLATES = PROJECT / "templates" / "paper"
# What each paper is made of, besides its own file.
_PARTS = {
    "letter": ("names", "evidence"),
    "position": ("names", "evidence"),
    "summary": ("names",),
    "supplement": ("names",),
}
_MOST_KEPT = 32
# Facts of so many bytes without the evidence take a second or more to set: as one long text, or a thousand names.
_LARGE, _OF_A_NAME = 150_000, 150
_FORGOTTEN_AFTER = 11  # papers, however empty
_KEPT: OrderedDict[str, bytes] = OrderedDict()
_KEPT_LOCK = threading.Lock()
_WITHOUT_A_SHAPE = "could not be displayed with font"
_NOT_TYPESET = ("bundle", "code", "logo", "mark")


class Line:
    """Those who have papers made, one after the other; a reader who finds no place in it is not kept waiting."""

    def __init__(self, places: int) -> None:
        self._turn, self._places = threading.Lock(), threading.Semaphore(places)

    @contextmanager
    def joined(self, *, is_patient: bool) -> Iterator[None]:
        """Have a turn; raises TooBusy without a place, which who is patient does not need."""
        with nullcontext() if is_patient else self.place(), self._turn:
            yield

    @contextmanager
    def place(self) -> Iterator[None]:
        """Have a place; raises TooBusy without one."""
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            yield
        finally:
            self._places.release()


class Memory:
    """What Typst remembers of the papers it has set: hundreds of bytes for each byte of facts, for ten more papers."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._lock = most, 0, threading.Lock()

    def add(self, size: int) -> None:
        """Say that facts of so many bytes were set; when they are too many together, Typst forgets them all."""
        with self._lock:
            self._size += size
            is_full = self._size > self._most
            self._size = 0 if is_full else self._size
        for _ in range(_FORGOTTEN_AFTER if is_full else 0):
            typst.compile(b"", ignore_system_fonts=True)


# One ordinary paper at a time, and beside it one large one, so that no letter waits for a book. A server has thirty
# threads: with all places taken, 23 still read and write.
ORDINARY, LARGE = Line(4), Line(3)
_MEMORY = Memory(_LARGE)


@contextmanager
def place_in_line(*, names: int, letters: int) -> Iterator[None]:
    """Have a place for a paper with so many names and letters, before they are read; raises TooBusy without one."""
    with _line(names * _OF_A_NAME + letters).place():
        yield


def set_on_paper(facts: dict[str, Any], *, is_patient: bool = False) -> bytes:
    """The PDF that says these facts, by the template named in `paper` among them.

    It is kept by what it says, so that a name that goes is never served again. Raises TooBusy where too many wait
    already, unless `is_patient`: for the worker, for what is sent while it is made, and for who has a place.
    """
    key = key_of(facts)
    if kept := _kept(key):
        return kept
    size = len(_text({name: fact for name, fact in facts.items() if name not in _NOT_TYPESET}))
    with _line(size).joined(is_patient=is_patient):
        return _kept(key) or _made(key, facts, size)


def _line(size: int) -> Line:
    return LARGE if size > _LARGE else ORDINARY


def key_of(facts: dict[str, Any]) -> str:
    """What a paper is kept under."""
    return hashlib.sha256(_text(facts).encode()).hexdigest()


def _kept(key: str) -> bytes | None:
    with _KEPT_LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
        return _KEPT.get(key)


def _keep(key: str, made: bytes) -> bytes:
    with _KEPT_LOCK:
        _KEPT[key] = made
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return made


def _made(key: str, facts: dict[str, Any], size: int) -> bytes:
    try:
        return _keep(key, _compiled(facts))
    finally:
        _MEMORY.add(size)


def _text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _compiled(facts: dict[str, Any]) -> bytes:
    # PDF/UA wants a shape for every character, and more. PDF/A-3 also wants what is attached to say how it relates to
    # the paper.
    for standards in (["ua-1", "a-3a"], ["ua-1"], ["a-3b"]):
        try:
            return _typeset(facts, standards)
        except typst.TypstError as error:
            if _WITHOUT_A_SHAPE in str(error) and not facts["incomplete"]:
                return _compiled({**_with_numbers(facts), "incomplete": True})
    try:
        return _typeset(facts, [])
    except typst.TypstError:
        # What Typst cannot set stands in plain paragraphs, so that no text that was approved has no paper.
        return _typeset(_plain(facts), [])


def _with_numbers(facts: dict[str, Any]) -> dict[str, Any]:
    typed = {name: fact for name, fact in facts.items() if name not in _NOT_TYPESET}
    changed: dict[str, Any] = json.loads(with_numbers_for_shapeless(_text(typed)))
    return {**facts, **changed}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    body = [{**part, "tree": [["p", {}, [block]] for block in plain_blocks(part["tree"])]} for part in facts["body"]]
    return {**facts, "body": body}


def _typeset(facts: dict[str, Any], standards: list[Any]) -> bytes:
    inputs = {"facts": _text(facts)}
    files = ("frame", *_PARTS.get(facts["paper"], ()), facts["paper"])
    source = b"\n".join((_TEMPLATES / f"{name}.typ").read_bytes() for name in files)
    made = typst.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=standards)
    assert isinstance(made, bytes)
    return made
