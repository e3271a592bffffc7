"""A draft that is no version yet, and how the words of a comment get into its text."""

import re
from dataclasses import dataclass

from signoff.domain.positions.files.content import Block, BlockKind, Reading, Run
from signoff.domain.positions.files.writing import file_text
from signoff.domain.positions.text import Wording

_FIRST_NOTE = re.compile(r"^\[\^[^\]\s]+\]:", re.MULTILINE)


@dataclass(frozen=True)
class DraftText:
    """What a draft says: the wording, what changed, the number of the version it began from, and the comments whose
    words it took, by their ids."""

    wording: Wording
    change_note: str
    began_from: int
    taken: tuple[int, ...] = ()


def put_in_place(body: str, passage: str, words: str) -> str:
    """The text with words in place of a passage; empty where the passage does not stand in it exactly once."""
    if not passage or body.count(passage) != 1:
        return ""
    return body.replace(passage, _as_text(words))


def put_last(body: str, words: str) -> str:
    """The text with words as its last paragraph, before its footnotes."""
    notes = _FIRST_NOTE.search(body)
    at = notes.start() if notes else len(body)
    parts = (body[:at].rstrip(), _as_text(words), body[at:])
    return "\n\n".join(part for part in parts if part)


def _as_text(words: str) -> str:
    # Partners write plain words: no sign among them is a mark of the dialect.
    paragraphs = (part for part in re.split(r"\n\s*\n", words) if part.strip())
    blocks = [Block(BlockKind.PARAGRAPH, (Run(part),)) for part in paragraphs]
    return file_text(Reading(blocks), has_title=None).body
