"""What each partner agrees to, as an edition holds it, in the parts that pages show: headings, sentences, lists."""

import hashlib
from dataclasses import dataclass

import regex

_HYPHEN = "- "


@dataclass(frozen=True)
class CommitmentPart:
    """A heading, a paragraph, or a list with its items."""

    kind: str  # heading, paragraph or list
    lines: tuple[str, ...]


def commitment_parts(text: str) -> list[CommitmentPart]:
    """The parts of a cleaned text of commitments, in their order, every word of it in one of them.

    Lines that begin with a hyphen are items of a list. A line alone above a list is its heading.
    """
    blocks = [block.split("\n") for block in regex.split(r"\n{2,}", text) if block.strip()]
    runs = [run for block in blocks for run in _runs(block)]
    parts = []
    for number, (is_list, lines) in enumerate(runs):
        above_list = number + 1 < len(runs) and runs[number + 1][0]
        is_heading = not is_list and above_list and len(lines) == 1 and lines[0][-1:] not in ".:;"
        kind = "list" if is_list else "heading" if is_heading else "paragraph"
        shown = tuple(line.removeprefix(_HYPHEN) for line in lines) if is_list else tuple(lines)
        parts.append(CommitmentPart(kind, shown))
    return parts


def _runs(block: list[str]) -> list[tuple[bool, list[str]]]:
    runs: list[tuple[bool, list[str]]] = []
    for line in block:
        is_item = line.startswith(_HYPHEN)
        if runs and runs[-1][0] == is_item:
            runs[-1][1].append(line)
        else:
            runs.append((is_item, [line]))
    return runs


def commitments_digest(text: str) -> str:
    """What tells one text of commitments from every other: SHA-256 over its UTF-8 bytes, 64 hexadecimal characters."""
    return hashlib.sha256(text.encode()).hexdigest()
