"""Sets facts as a PDF by Typst: files of ours, nothing fetched, nothing of what people typed read as Typst."""

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Any

import typst

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
_LARGE = 150_000
_KEPT: OrderedDict[str, bytes] = OrderedDict()
_KEPT_LOCK = threading.Lock()
# One ordinary paper at a time, and beside it one large one, so that no letter waits for a book.
_ORDINARY, _BIG = threading.Lock(), threading.Lock()
_WITHOUT_A_SHAPE = "could not be displayed with font"
_NOT_TYPESET = ("bundle", "code", "logo", "mark")


def set_on_paper(facts: dict[str, Any]) -> bytes:
    """The PDF that says these facts, by the template named in `paper` among them.

    It is kept by what it says, so that a name that goes is never served again.
    """
    key = hashlib.sha256(_text(facts).encode()).hexdigest()
    is_large = len(_text({name: fact for name, fact in facts.items() if name not in _NOT_TYPESET})) > _LARGE
    if kept := _kept(key):
        return kept
    with _BIG if is_large else _ORDINARY:
        return _kept(key) or _keep(key, _compiled(facts))


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
