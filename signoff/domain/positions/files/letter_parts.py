"""Finds the parts of a letter in what was read of a file: date, addressees, subject, salutation, closing, copies.

A part is taken only where its words leave no doubt; everything else stays in the text, so that no word is lost.
"""

import re
from collections.abc import Collection

from signoff.domain.positions.files.content import Block, BlockKind

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}|\{{\{{date\}}\}}")
_SALUTATION = re.compile(r"(?:dear\b.{2,200}|to whom it may concern)[:,]", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:re|subject):\s*(\S.{1,290})", re.IGNORECASE | re.DOTALL)
_CLOSING = re.compile(
    r"(?:(?:very |most )?(?:sincerely|respectfully|cordially)(?: yours| submitted)?"
    r"|(?:(?:with )?(?:best|kind|warm) )?regards|yours (?:sincerely|truly|faithfully)"
    r"|with (?:appreciation|gratitude|thanks)),?",
    re.IGNORECASE,
)
_BELOW = {
    "copies": re.compile(r"(?:cc|copies):\s*(\S.*)", re.IGNORECASE | re.DOTALL),
    "enclosures": re.compile(r"(?:enclosures?|attachments?):\s*(\S.*)", re.IGNORECASE | re.DOTALL),
}
_MOST_ABOVE, _MOST_BELOW = 20, 12  # blocks before a salutation, and from a closing on
_LONGEST_LINE = 120  # characters of a line of an address


def letter_parts(blocks: list[Block], wanted: Collection[str]) -> tuple[dict[str, str], list[Block]]:
    """The parts of a letter by the names of their fields, and the blocks without them.

    Only fields that are `wanted` are looked for; none is found in what has no salutation.
    """
    lines = [_lines(block) for block in blocks]
    greets = next((at for at, said in enumerate(lines[:_MOST_ABOVE]) if _SALUTATION.fullmatch(" ".join(said))), None)
    if greets is None:
        return {}, blocks
    found: dict[str, tuple[str, set[int]]] = {"salutation": (" ".join(lines[greets]), {greets})}
    found |= _above(lines[:greets]) | _below(lines, greets)
    taken = {name: part for name, part in found.items() if name in wanted}
    gone = {at for _, places in taken.values() for at in places}
    return {name: words for name, (words, _) in taken.items()}, [b for at, b in enumerate(blocks) if at not in gone]


def _lines(block: Block) -> list[str]:
    """The lines of a plain paragraph; none of what is more than its words."""
    if block.kind != BlockKind.PARAGRAPH or block.is_quoted or any(run.href or run.note for run in block.runs):
        return []
    lines = ("".join(run.text for run in block.runs)).split("\n")
    return [said for line in lines if (said := " ".join(line.split()))]


def _above(lines: list[list[str]]) -> dict[str, tuple[str, set[int]]]:
    dated = next((at for at, said in enumerate(lines) if said and _DATE.fullmatch(said[0])), None)
    subject = next((at for at, said in enumerate(lines) if _SUBJECT.fullmatch(" ".join(said))), None)
    found: dict[str, tuple[str, set[int]]] = {}
    if subject is not None and (match := _SUBJECT.fullmatch(" ".join(lines[subject]))):
        found["title"] = match[1], {subject}
    if dated is not None and len(lines[dated]) == 1:
        found["date_line"] = lines[dated][0], {dated}
    # What stands before the date is the sender's letterhead.
    first = dated + 1 if dated is not None else 0
    places = [at for at in range(first, len(lines)) if at != subject and lines[at]]
    if places and all(len(line) <= _LONGEST_LINE for at in places for line in lines[at]):
        found["addressed_to"] = _address([lines[at] for at in places]), set(places)
    return found


def _address(paragraphs: list[list[str]]) -> str:
    """Paragraphs of several lines are addressees each; lines that are paragraphs of their own make up one."""
    blocks: list[list[str]] = []
    was_line = False
    for lines in paragraphs:
        if len(lines) == 1 and was_line:
            blocks[-1] += lines
        else:
            blocks.append(list(lines))
        was_line = len(lines) == 1
    return "\n\n".join("\n".join(block) for block in blocks)


def _below(lines: list[list[str]], greets: int) -> dict[str, tuple[str, set[int]]]:
    last = range(max(greets + 1, len(lines) - _MOST_BELOW), len(lines))
    closes = next((at for at in reversed(last) if lines[at] and _CLOSING.fullmatch(lines[at][0])), None)
    found: dict[str, tuple[str, set[int]]] = {}
    if closes is not None:
        found["closing"] = "\n".join(lines[closes]), {closes}
    for at in last:
        for name, pattern in _BELOW.items():
            if name not in found and (match := pattern.fullmatch("\n".join(lines[at]))):
                found[name] = match[1], {at}
    return found
