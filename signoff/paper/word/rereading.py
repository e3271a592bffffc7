"""A Word file of ours that comes back: what was not changed in it has the very source that was approved.

Markdown has several ways to write the same, so what is read of a file can differ from its source in every mark. Our own
file of a version tells, by what it reads as, which source each of its parts has.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher

from signoff.domain.errors import Invalid
from signoff.domain.positions.files.content import FileText
from signoff.domain.positions.files.reading import read_file
from signoff.domain.positions.text import Wording
from signoff.paper.stationery import US_LETTER, Stationery
from signoff.paper.word.sheet import WorkingCopy, working_copy

_BARE_HOST = re.compile(r"(https?://[^/\s)]+)/\)")
_Span = tuple[int, int]


def with_source_of(read: FileText, wording: Wording) -> FileText:
    """What was read of a file that was made from this wording, with the source of whatever was not changed in it."""
    copy = WorkingCopy(wording, 1, "", datetime(2000, 1, 1, tzinfo=UTC), "")
    try:
        own = read_file("own.docx", working_copy(copy, Stationery("", ("",), US_LETTER)))
    except Invalid:  # as read, its marks can make it longer than a text may be
        return read
    parts = {
        name: getattr(wording, name) if _even(said) == _even(own.parts.get(name, "")) else said
        for name, said in read.parts.items()
    }
    return replace(read, title=parts["title"], body=_merged(wording.body, own.body, read.body), parts=parts)


def _even(text: str) -> list[str]:
    """Lines without what word processors change by themselves; what they are set in says to which item they belong."""
    lines = _BARE_HOST.sub(r"\1)", text.strip()).split("\n")
    return [line[: len(line) - len(line.lstrip())] + " ".join(line.split()) for line in lines]


def _key(block: str) -> str:
    return "\n".join(_even(block))


def _merged(source: str, own: str, read: str) -> str:
    """`read` with each of its blocks that `own`, which is what the source reads as, has too as the source has it."""
    if _even(own) == _even(read):
        return source
    blocks, olds = _blocks(read), _blocks(own)
    matcher = SequenceMatcher(None, [*map(_key, olds)], [*map(_key, blocks)], autojunk=False)
    same = {old + at: new + at for old, new, size in matcher.get_matching_blocks() for at in range(size)}
    made = dict(enumerate(blocks))
    for (first, end), text in _sources(source, olds):
        places = [same.get(at, -1) for at in range(first, end)]
        if places[0] >= 0 and places == list(range(places[0], places[0] + len(places))):
            made |= dict.fromkeys(places, "") | {places[0]: text}
    return "\n\n".join(filter(None, made.values()))


def _blocks(text: str) -> list[str]:
    """The blocks of a text that begin at its left edge."""
    return re.split(r"\n\n(?=\S)", text)


def _sources(source: str, olds: list[str]) -> Iterator[tuple[_Span, str]]:
    """The blocks of a source, as many together as say the same as some blocks of what it reads as: those, and it."""
    blocks = _blocks(source)
    ends, old_ends = _ends(blocks), _ends(olds)
    if ends[-1:] != old_ends[-1:]:
        return
    at = old_at = 0
    for end in sorted(set(ends) & set(old_ends)):
        # What says nothing, such as a rule, belongs to what stands before it.
        after, old_after = _last(ends, end), _last(old_ends, end)
        yield (old_at, old_after), "\n\n".join(blocks[at:after])
        at, old_at = after, old_after


def _ends(blocks: list[str]) -> list[int]:
    made: list[int] = []
    for block in blocks:
        made.append((made[-1] if made else 0) + sum(map(str.isalnum, block)))
    return made


def _last(ends: list[int], end: int) -> int:
    return len(ends) - ends[::-1].index(end)
