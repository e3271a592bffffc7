"""Finds the text again in a Word file that Signoff made: its fields by their styles, without the other lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from signoff.domain.positions.fields import FIELD_NAMES, field_named
from signoff.domain.positions.files.content import Block, LeftOut, Reading, Run
from signoff.domain.positions.placeholders import computed_again

PREFIX, COMPUTED, LINK_NUMBER = "Signoff ", "computed", "link_number"
_STYLE = re.compile(r"signoff ([a-z ]+?)(?: \(\w+\))?")
_OTHER_LABELS = {"title": ("Re",), "enclosures": ("Enclosure",)}
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_ADDED = "What Signoff adds to its Word files"


def own_name(style: str) -> str:
    """What a style of this name says of a paragraph or of words, with “_” for spaces; empty for other styles."""
    match = _STYLE.fullmatch(style.lower())
    return match[1].replace(" ", "_") if match else ""


@dataclass
class OwnText:
    """A text in a file that Signoff made: its fields, the blocks of its body, and the digest that the file tells."""

    fields: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    digest: str = ""


def own_text(blocks: Sequence[Block], reading: Reading) -> OwnText | None:
    """The text of a file that Signoff made, whose other lines are listed; None for any other file."""
    if not any(block.own == "title" for block in blocks):
        return None
    left_out = reading.left_out
    reading.notes |= {key: tuple(_restored(block, left_out) for block in note) for key, note in reading.notes.items()}
    made = OwnText(blocks=[_restored(block, left_out) for block in blocks if not block.own])
    for name in FIELD_NAMES:
        if own := [_restored(block, left_out) for block in blocks if block.own == name]:
            made.fields[name] = _value(name, own)
    others = [block.words for block in blocks if block.own and block.own not in FIELD_NAMES]
    made.digest = next((found[0] for words in others if (found := _DIGEST.search(words))), "")
    if words := "; ".join(filter(None, others)):
        left_out.lines.append(f"{_ADDED}: “{words}”")
    return made


def _value(name: str, blocks: Iterable[Block]) -> str:
    of = field_named(name)
    labels = "|".join(map(re.escape, (of.label, *_OTHER_LABELS.get(name, ()))))
    words = "\n\n".join("".join(run.text for run in block.runs).strip() for block in blocks)
    said = re.sub(rf"^(?:{labels}):\s+", "", words)
    return next((key for key, shown in (of.choices or {}).items() if shown == said), said)


def _restored(block: Block, left_out: LeftOut) -> Block:
    rows = tuple(tuple(tuple(_runs(cell, left_out)) for cell in row) for row in block.rows)
    return replace(block, runs=tuple(_runs(block.runs, left_out)), rows=rows)


def _runs(runs: Iterable[Run], left_out: LeftOut) -> Iterator[Run]:
    for own, group in groupby(runs, lambda run: run.own):
        those = list(group)
        words = "".join(run.text for run in those)
        if own == COMPUTED and (place := computed_again(words)):
            yield replace(those[0], text=place, own="")
            left_out.change("Words that Signoff fills in will be filled in again")
        elif own != LINK_NUMBER or not re.fullmatch(r"(?:\[\d+\])+", words):
            yield from (replace(run, own="") for run in those)
