"""The title and the summary of a new text whose writer left these fields empty, taken from the top of the text."""

import re
from dataclasses import replace

from signoff.domain.positions.blocks import read_blocks
from signoff.domain.positions.fields import LETTERS, field_named
from signoff.domain.positions.text import Wording

_FIRST_BLOCK = re.compile(r"\s*(.+?)(?:\n\s*\n|\Z)(.*)", re.DOTALL)
_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\Z")
_HEADING = re.compile(r"\s*(#{1,6}[ \t][^\n]+)(?:\n|\Z)(.*)", re.DOTALL)


def with_opening(wording: Wording) -> Wording:
    """The wording with an empty title and summary filled in from its text, which then no longer has these words.

    A heading that begins the text becomes the title, and the paragraph after it, or at the beginning, the summary, if
    it ends as a sentence does: an addressee or a greeting says nothing of what is asked. Only plain words are taken,
    and nothing where no text would remain: those fields stay empty, and saving asks for them. What is set as a letter
    keeps its first paragraph, since its summary is in small print.
    """
    if not wording.title.strip():
        words, rest = _taken(_HEADING, wording.body, "title", "heading")
        wording = replace(wording, title=words, body=rest)
    if wording.title.strip() and not wording.summary.strip() and wording.kind not in LETTERS:
        words, rest = _taken(_FIRST_BLOCK, wording.body, "summary", "paragraph")
        if _SENTENCE.search(words):
            wording = replace(wording, summary=words, body=rest)
    return wording


def _taken(pattern: re.Pattern[str], body: str, field: str, kind: str) -> tuple[str, str]:
    """The plain words of the first block and the text after it, or nothing and the text as it is."""
    found = pattern.match(body.replace("\r\n", "\n"))
    if found is None or not found[2].strip():
        return "", body
    words = " ".join(found[1].lstrip("# \t").split())
    # A footnote's text stands at the end of a text and would lose what refers to it.
    if "[^" in words or len(found[1].encode(errors="replace")) > field_named(field).longest:
        return "", body
    if [(block.kind, " ".join(block.words.split())) for block in read_blocks(found[1])] != [(kind, words)]:
        return "", body
    return words, found[2].lstrip("\n")
