"""Sets facts as a PDF by Typst: one file of ours, nothing fetched, nothing of what people typed read as Typst."""

import hashlib
import json
import re
import threading
from collections import OrderedDict
from html.parser import HTMLParser
from typing import Any

import typst

from signoff.settings import PROJECT

_TEMPLATE = PROJECT / "templates" / "public" / "positions" / "position.typ"
_MOST_KEPT = 32
_ONE_AT_A_TIME = threading.Lock()
_KEPT: OrderedDict[str, bytes] = OrderedDict()
_VOID = ("br", "hr")
_DEEPEST = 12
# A word longer than this may be broken, so that no word runs off the paper; a sheet has room for it in any place.
_LONGEST_WORD = 40
_LONGEST_IN_TABLES = 8
_MAY_BREAK = "\u200b"


def set_on_paper(facts: dict[str, Any]) -> bytes:
    """The PDF that says these facts; kept by what it says, so that a name that goes is never served again."""
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
    try:
        return _typeset(facts, ["ua-1"])
    except typst.TypstError:
        # PDF/UA wants every character to have a shape; a machine without a font for a script still gives a file.
        facts = {**facts, "incomplete": True}
    try:
        return _typeset(facts, [])
    except typst.TypstError:
        # What Typst cannot set stands in plain paragraphs, so that no text that was approved has no paper.
        plain = [{**part, "tree": [["p", {}, [block]] for block in _blocks(part["tree"])]} for part in facts["text"]]
        return _typeset({**facts, "incomplete": False, "text": plain}, [])


def _typeset(facts: dict[str, Any], standards: list[Any]) -> bytes:
    inputs = {"facts": _text(facts)}
    made = typst.compile(_TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, pdf_standards=standards)
    assert isinstance(made, bytes)
    return made


def _blocks(nodes: list[Any]) -> list[str]:
    return [block for node in nodes if (block := _words(node))]


def _words(node: Any) -> str:
    return node if isinstance(node, str) else " ".join(" ".join(map(_words, node[2])).split())


def breakable(text: str, longest: int = _LONGEST_WORD) -> str:
    """A text whose longest words have places where they may be broken."""
    return re.sub(rf"\S{{{longest}}}(?=\S)", rf"\g<0>{_MAY_BREAK}", text)


def tree_of(html: str) -> list[Any]:
    """Cleaned HTML as a tree for the template: texts, and [tag, attributes, children]."""
    reader = _Tree()
    reader.feed(html)
    reader.close()
    return reader.root


class _Tree(HTMLParser):
    """Builds the tree of `tree_of`; the HTML is well formed, since the cleaner wrote it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = []
        self._open = [self.root]
        self._as_typed = False
        self._in_table = False
        self._left_out = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element; inside of what is shown as typed there are none, and paper leads nowhere back."""
        self._left_out = self._left_out or ("role", "doc-backlink") in attrs
        if self._as_typed or self._left_out:
            return
        self._in_table = self._in_table or tag == "table"
        if len(self._open) > _DEEPEST:
            # What is nested deeper than anybody reads stands on the last level; Typst reads no deeper tree either.
            if tag not in _VOID:
                self._open.append(self._open[-1])
            return
        node: list[Any] = [tag, {name: value or "" for name, value in attrs}, []]
        self._open[-1].append(node)
        if tag not in _VOID:
            self._open.append(node[2])
        self._as_typed = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._left_out:
            self._left_out = tag != "a"
            return
        self._in_table = self._in_table and tag != "table"
        self._as_typed = self._as_typed and tag != "pre"
        if tag not in _VOID and not self._as_typed:
            self._open.pop()

    def handle_data(self, text: str) -> None:
        """A text between tags; line breaks of the source are the reader's only where it is shown as typed."""
        if self._left_out:
            return
        text = breakable(text, _LONGEST_IN_TABLES if self._in_table else _LONGEST_WORD)
        if self._as_typed:
            self._open[-1].append(text)
        elif text.strip() or "\n" not in text:
            # A broken line begins where its words do.
            broken = bool(self._open[-1]) and self._open[-1][-1][:1] == ["br"]
            self._open[-1].append((text.lstrip() if broken else text).replace("\n", " "))
