"""Guesses the title of a file: its own, that of its first heading, or its one highest heading."""

from signoff.domain.positions.files.content import Block, BlockKind
from signoff.domain.text_input import clean_line

_LONGEST_TITLE = 300


def title_of(title: str, blocks: list[Block], has_title: str | None) -> tuple[str, list[Block]]:
    """The title, and the blocks without it; where another was typed, the file's own stays a heading of the text."""
    if has_title is None:
        return "", blocks
    headings = [block for block in blocks if block.kind == BlockKind.HEADING]
    top = [block for block in headings if block.level == min(heading.level for heading in headings)]
    first = next((each for each in blocks[:1] if each in headings and not any(run.note for run in each.runs)), None)
    if first is not None and (not title or first.words == title) and _fits(first.words):
        return first.words, blocks[1:] if is_title(has_title, first.words) else blocks
    if title and _fits(title):
        return title, blocks
    return (top[0].words if len(top) == 1 and _fits(top[0].words) else ""), blocks


def is_title(typed: str, own: str) -> bool:
    """Whether a title that was typed, if any, is the file's own."""
    return not typed.strip() or clean_line(typed).casefold() == own.casefold()


def _fits(title: str) -> bool:
    return 0 < len(title) <= _LONGEST_TITLE
