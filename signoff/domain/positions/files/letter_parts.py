"""Finds the parts of a letter in what was read of a file: date, addressees, subject, salutation, closing, copies.

A part is taken only where its words leave no doubt; everything else stays in the text, or is listed, so that no word is
lost.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from signoff.domain.positions.files.content import Block, BlockKind, LeftOut, plain

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
    "copies": re.compile(r"(?:cc|copies)():\s*(\S.*)", re.IGNORECASE | re.DOTALL),
    "enclosures": re.compile(r"(?:enclosures?|attachments?)(?: (\(\d+\)))?:\s*(\S.*)", re.IGNORECASE | re.DOTALL),
    "press_contact": re.compile(r"(?:press|media) contacts?():\s*(\S.*)", re.IGNORECASE | re.DOTALL),
}
_ADDRESS_ENDS = re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?$")  # a state with its ZIP code
_BETWEEN = re.compile(r"[•·|\n]")  # what parts a street, a phone number and the like on one line of a letterhead
_SHORTEST_PIECE = 8  # letters and digits; fewer are by chance in many a street or phone number
# What only a letterhead has among the first lines of a letter.
_OF_A_SENDER = re.compile(
    r"\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}|\bwww\.|https?://|\b[\w-]+\.(?:org|com|net|edu|example)\b"
    r"|\bdraft\b|\bfor immediate release\b|\bembargoed\b",
    re.IGNORECASE,
)
_FIRST_LINES = 6  # blocks of a letterhead that no date follows
_MOST_ABOVE = 40  # blocks before a salutation, empty ones too
_LONGEST_LINE = 120  # characters of a line of an address, and of one below a closing
_MOST_SIGNING = 6  # lines of who signs for the Coalition, below a closing; and blocks of copies where none is found
_LEFT_BELOW = "The names below the closing, where the partners that approve will be named"
_LEFT_ABOVE = "The lines above the date and the addressees, since each sheet has the Coalition’s letterhead"
_KEPT_BELOW = "Kept below the closing, since it names the Coalition; please take out any partner"


@dataclass
class _Letter:
    """A letter's blocks and their lines, what was taken out of it so far, and the list of what no text holds."""

    blocks: Sequence[Block]
    wanted: Collection[str]
    left_out: LeftOut
    parts: dict[str, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lines = [_lines(block) for block in self.blocks]

    def take(self, name: str, words: str, places: Collection[int]) -> None:
        """Put words into the field of this name, unless it is not wanted, and take their places out of the text."""
        if name in self.wanted:
            self.parts[name] = words
            self.gone.update(places)

    def leave_out(self, what: str, places: Sequence[int], also: Sequence[str] = ()) -> None:
        """List the words of some places in place of keeping them in the text, with lines that were taken out."""
        if words := "; ".join([*also, *(said for at in places if (said := self.blocks[at].words))]):
            self.left_out.lines.append(f"{what}: “{words}”")
        self.gone.update(places)


def letter_parts(
    blocks: Sequence[Block], wanted: Collection[str], left_out: LeftOut, sender: str = ""
) -> tuple[dict[str, str], list[Block]]:
    """The parts of a letter by the names of their fields, and the blocks without them.

    Only fields that are `wanted` are looked for; none is found in what has no salutation. `sender` is what the
    Coalition's own letterhead says. Blocks without words say where a group of lines ends, and are gone from what is
    returned.
    """
    letter = _Letter(blocks, wanted, left_out)
    above = enumerate(letter.lines[:_MOST_ABOVE])
    greets = next((at for at, said in above if _SALUTATION.fullmatch(" ".join(said))), None)
    if greets is not None:
        letter.take("salutation", " ".join(letter.lines[greets]), {greets})
        _take_above(letter, greets, sender)
        _take_below(letter, greets, sender)
    kept = [block for at, block in enumerate(blocks) if at not in letter.gone and not block.is_empty]
    return letter.parts, kept


def _lines(block: Block) -> list[str]:
    """The lines of a plain paragraph; none of what is more than its words."""
    if block.kind != BlockKind.PARAGRAPH or block.is_quoted or any(run.href or run.note for run in block.runs):
        return []
    lines = ("".join(run.text for run in block.runs)).split("\n")
    return [said for line in lines if (said := " ".join(line.split()))]


def _take_above(letter: _Letter, greets: int, sender: str) -> None:
    lines = letter.lines[:greets]
    dated = next((at for at, said in enumerate(lines) if said and _is_dated(said)), None)
    subject = next((at for at, said in enumerate(lines) if _SUBJECT.fullmatch(" ".join(said))), None)
    if subject is not None and (match := _SUBJECT.fullmatch(" ".join(lines[subject]))):
        letter.take("title", match[1], {subject})
    before: list[str] = []
    if dated is not None and _DATE.fullmatch(lines[dated][-1]) and "date_line" in letter.wanted:
        *before, date = lines[dated]
        letter.take("date_line", date, {dated})
    first = dated + 1 if dated is not None else _after_sender(letter, greets)
    _leave_letterhead(letter, [at for at in range(first) if at not in (dated, subject)], sender, before)
    places = [at for at in range(first, greets) if at != subject and lines[at]]
    if places and all(len(line) <= _LONGEST_LINE for at in places for line in lines[at]):
        groups = [[] if at == subject else lines[at] for at in range(first, greets)]
        letter.take("addressed_to", _address(groups), places)


def _is_dated(lines: Sequence[str]) -> bool:
    """Whether a paragraph begins with a date, or is a letterhead that ends with one."""
    is_short = all(len(line) <= _LONGEST_LINE for line in lines)
    return _DATE.fullmatch(lines[0]) is not None or (is_short and _DATE.fullmatch(lines[-1]) is not None)


def _after_sender(letter: _Letter, greets: int) -> int:
    """Where what follows a letterhead begins in a letter without a date; 0 where none is recognized."""
    said = [block.words for block in letter.blocks[:greets]]
    signs = [at for at, words in enumerate(said[:_FIRST_LINES]) if _OF_A_SENDER.search(words)]
    return signs[-1] + 1 if signs and any(said[signs[-1] + 1 :]) else 0


def _leave_letterhead(letter: _Letter, places: Sequence[int], sender: str, before: Sequence[str]) -> None:
    """Leave out what stands above the date, since each sheet has the Coalition's own letterhead; and list all of it.

    `before` are the lines above the date in its own paragraph. Where a line is long, only the Coalition's own are left
    out: what is above the date is no letterhead then.
    """
    own = [at for at in places if _is_of(sender, letter.lines[at] or [letter.blocks[at].words])]
    letter.leave_out("The Coalition’s letterhead", own)
    others = [at for at in places if at not in own]
    if "title" in letter.wanted and "title" not in letter.parts:  # a heading may be the title of the letter
        others = [at for at in others if letter.blocks[at].kind != BlockKind.HEADING]
    has_note = any(run.note for at in others for run in letter.blocks[at].runs)
    kept = has_note or not letter.wanted or not all(_is_short(letter, at) for at in others)
    letter.leave_out(_LEFT_ABOVE, [] if kept else others, before)


def _is_of(sender: str, lines: Sequence[str]) -> bool:
    pieces = [_letters(piece) for piece in _BETWEEN.split("\n".join(lines))]
    return any(len(piece) >= _SHORTEST_PIECE and piece in _letters(sender) for piece in pieces)


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()


def _address(paragraphs: list[list[str]]) -> str:
    """Paragraphs of several lines are addressees each, and so are lines that are paragraphs without a gap between.

    A line with a ZIP code is the last one of its addressee, with a gap below it or not.
    """
    groups: list[list[str]] = []
    was_line = False
    for lines in paragraphs:
        if len(lines) == 1 and was_line:
            groups[-1] += lines
        elif lines:
            groups.append(list(lines))
        was_line = len(lines) == 1 and not _ADDRESS_ENDS.search(lines[0])
    return "\n\n".join("\n".join(group) for group in groups)


def _take_below(letter: _Letter, greets: int, sender: str) -> None:
    ends = len(letter.lines)
    closings = [at for at in range(greets + 1, ends) if letter.lines[at] and _CLOSING.fullmatch(letter.lines[at][0])]
    for at in reversed(range(closings[-1] + 1 if closings else max(greets + 1, ends - _MOST_SIGNING), ends)):
        for name, pattern in _BELOW.items():
            if name not in letter.parts and (match := pattern.fullmatch("\n".join(letter.lines[at]))):
                more = _that_go_on(letter, at + 1, ends)
                words = [match[2], *(line for each in more for line in letter.lines[each])]
                letter.take(name, "\n".join(words), {at, *more})
                if match[1] and name in letter.parts:
                    letter.left_out.lines.append(f"The number of enclosures: “{match[1]}”")
                ends = at
    if closings and letter.wanted:
        _take_closing(letter, closings[-1], ends, sender)


def _that_go_on(letter: _Letter, first: int, end: int) -> list[int]:
    """The places of the short lines that follow at once, as further copies do."""
    places = range(first, end)
    stops = (at for at in places if not letter.lines[at] or not _is_short(letter, at) or _ends_sentence(letter, at))
    return list(range(first, next(stops, end)))


def _is_short(letter: _Letter, at: int) -> bool:
    block = letter.blocks[at]
    said = [plain(cell) for row in block.rows for cell in row] or letter.lines[at] or [block.words]
    return all(len(line) <= _LONGEST_LINE for line in said)


def _ends_sentence(letter: _Letter, at: int) -> bool:
    return letter.lines[at][-1].endswith((".", "!", "?"))


def _take_closing(letter: _Letter, closes: int, end: int, sender: str) -> None:
    """Take the closing; names below it stay out of the text, so that none stands there as if it had approved.

    Only a few lines that name the Coalition, as who signs for it does, stay below the closing, and are listed too.
    """
    (first, *others), is_wanted = letter.lines[closes], "closing" in letter.wanted
    filled = (at for at in range(closes + 1, end) if not letter.blocks[at].is_empty)
    below = list(takewhile(lambda at: _is_short(letter, at), filled))
    own = others if is_wanted else []
    signing = [*own, *(line for at in below for line in letter.lines[at])]
    is_ours = is_wanted and len(signing) <= _MOST_SIGNING and all(letter.lines[at] for at in below)
    is_ours = is_ours and any(_is_of(sender, [line]) for line in signing)
    letter.take("closing", "\n".join([first, *(signing if is_ours else [])]), {closes})
    letter.leave_out(_KEPT_BELOW if is_ours else _LEFT_BELOW, below, own)
