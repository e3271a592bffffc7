"""Sets facts as a PDF by Typst: one file of ours, nothing fetched, nothing of what people typed read as Typst."""

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Any

import typst

from signoff.paper.tree import plain_blocks
from signoff.settings import PROJECT

_TEMPLATES = PROJECT / "templates" / "paper"
_MOST_KEPT = 32
_ONE_AT_A_TIME = threading.Lock()
_KEPT: OrderedDict[str, bytes] = OrderedDict()
_WITHOUT_A_SHAPE = "could not be displayed with font"


def set_on_paper(facts: dict[str, Any]) -> bytes:
    """The PDF that says these facts, by the template named in `paper` among them.

    It is kept by what it says, so that a name that goes is never served again.
    """
    key = hashlib.sha256(_text(facts).encode()).hexdigest()
    with _ONE_AT_A_TIME:
        if key not in _KEPT:
            _KEPT[key] = _compiled(facts)
        _KEPT.move_to_end(key)
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
        return _KEPT[key]


def _text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _compiled(facts: dict[str, Any]) -> bytes:
    # PDF/UA wants a shape for every character, and more. Where it refuses something else, PDF/A is asked about the
    # shapes alone, so that no paper says that characters are missing where none is.
    # PDF/A-3 also wants what is attached to say how it relates to the paper.
    for standards in (["ua-1", "a-3a"], ["ua-1"], ["a-3b"]):
        try:
            return _typeset(facts, standards)
        except typst.TypstError as error:
            if _WITHOUT_A_SHAPE in str(error):
                # A machine without a font for a script still gives a file.
                facts = {**facts, "incomplete": True}
                break
    try:
        return _typeset(facts, [])
    except typst.TypstError:
        # What Typst cannot set stands in plain paragraphs, so that no text that was approved has no paper.
        plain = [
            {**part, "tree": [["p", {}, [block]] for block in plain_blocks(part["tree"])]} for part in facts["text"]
        ]
        return _typeset({**facts, "text": plain}, [])


def _typeset(facts: dict[str, Any], standards: list[Any]) -> bytes:
    inputs = {"facts": _text(facts)}
    source = b"\n".join((_TEMPLATES / f"{name}.typ").read_bytes() for name in ("frame", facts["paper"]))
    made = typst.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=standards)
    assert isinstance(made, bytes)
    return made
