"""What changed between two wordings: field by field, paragraph by paragraph, word by word.

The opcodes are rapidfuzz's, found for paragraphs first and then for the words of those that changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.fuzz import ratio

from signoff.domain.positions.fields import FIELD_NAMES, field_named
from signoff.domain.positions.text import Wording

# Paragraphs less alike than this, of 100, are shown as one taken out and another put in.
_ALIKE = 40
# Beyond this many words a paragraph is compared as a whole: opcodes cost time by the square of its length.
_MOST_WORDS = 12_000
_MOST_PAIRS = 1_600
# Whole words and whole numbers: “$19,700”, “3.5%”, “2026-27”, “full-time”, and addresses.
_WORD = re.compile(
    r"(https?://\S+|[$€£]?\w+(?:(?:(?<=\d)[.,:/](?=\d)|['’\-–](?=\w))\w+)*%?|[^\w\s])(\s*)",
)
# So short a word between two changes belongs to them, so that they read as one.
_ISLAND = re.compile(r"\s*\w{0,3}\s*")


@dataclass(frozen=True)
class WordRun:
    """A run of words: `same` in both wordings, `gone` from the earlier one, or `new` in the later one."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph in both wordings: `same`, `gone`, `new`, or `changed` with its runs of words."""

    kind: str
    runs: tuple[WordRun, ...]

    @property
    def before(self) -> str:
        """The paragraph as it was; empty when it is new."""
        return "".join(run.text for run in self.runs if run.kind != "new")

    @property
    def after(self) -> str:
        """The paragraph as it is now; empty when it is gone."""
        return "".join(run.text for run in self.runs if run.kind != "gone")


@dataclass(frozen=True)
class FieldChange:
    """One field that differs, with all its paragraphs in order, the unchanged ones too."""

    field: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def label(self) -> str:
        """The field as people call it."""
        return field_named(self.field).label

    @property
    def changed(self) -> tuple[Paragraph, ...]:
        """The paragraphs that are not the same in both."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.kind != "same")

    @property
    def near(self) -> list[tuple[Paragraph, int]]:
        """The changed paragraphs with the one before and after each; in place of longer stretches, how many they are.

        Each item is a paragraph and 0, or any paragraph of a skipped stretch and that stretch's length.
        """
        shown: list[tuple[Paragraph, int]] = []
        for index, paragraph in enumerate(self.paragraphs):
            around = self.paragraphs[max(0, index - 1) : index + 2]
            if any(other.kind != "same" for other in around):
                shown.append((paragraph, 0))
            elif shown and shown[-1][1]:
                shown[-1] = (paragraph, shown[-1][1] + 1)
            else:
                shown.append((paragraph, 1))
        return shown


@lru_cache(maxsize=256)
def changes(before: Wording, after: Wording) -> tuple[FieldChange, ...]:
    """Every field in which two wordings differ, in their canonical order; none when they are the same text."""
    return tuple(
        FieldChange(name, text_changes(getattr(before, name), getattr(after, name)))
        for name in FIELD_NAMES
        if getattr(before, name) != getattr(after, name)
    )


def text_changes(before: str, after: str) -> tuple[Paragraph, ...]:
    """The paragraphs of two texts in order, each with the runs of words that differ."""
    return tuple(_paragraphs(before, after))


def _paragraphs(before: str, after: str) -> Iterator[Paragraph]:
    earlier, later = _split(before), _split(after)
    return (
        compared("" if here is None else earlier[here], "" if there is None else later[there])
        for here, there in alignment(earlier, later)
    )


def compared(before: str, after: str) -> Paragraph:
    """One paragraph as it was and as it is now, word by word; an empty one has come or gone."""
    if before == after:
        return Paragraph("same", (WordRun("same", after),))
    if not before or not after:
        kind = "new" if after else "gone"
        return Paragraph(kind, (WordRun(kind, after or before),))
    return Paragraph("changed", tuple(_runs(before, after)))


def alignment(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which text of a list became which of another, in order: two indexes, or one and None where a text has no pair.

    Equal texts belong together, and between them those that are most alike.
    """
    old: list[int] = []
    new: list[int] = []
    for step in Levenshtein.opcodes(before, after):
        if step.tag == "equal":
            yield from _paired(before, after, old, new)
            old, new = [], []
            yield from zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
        else:
            old += range(step.src_start, step.src_end)
            new += range(step.dest_start, step.dest_end)
    yield from _paired(before, after, old, new)


def _split(text: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n{2,}", text) if paragraph]


def _paired(
    before: Sequence[str], after: Sequence[str], old: list[int], new: list[int]
) -> Iterator[tuple[int | None, int | None]]:
    at, there = 0, 0
    for here, match in _pairs([before[index] for index in old], [after[index] for index in new]):
        yield from ((index, None) for index in old[at:here])
        yield from ((None, index) for index in new[there:match])
        yield old[here], new[match]
        at, there = here + 1, match + 1
    yield from ((index, None) for index in old[at:])
    yield from ((None, index) for index in new[there:])


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    if len(old) * len(new) > _MOST_PAIRS:
        return [(index, index) for index in range(min(len(old), len(new))) if ratio(old[index], new[index]) >= _ALIKE]
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, was in enumerate(old):
        for j, now in enumerate(new):
            likeness = ratio(was, now)
            score, pairs = best[i][j]
            taken = (score + likeness, [*pairs, (i, j)]) if likeness >= _ALIKE else (0.0, [])
            best[i + 1][j + 1] = max(taken, best[i][j + 1], best[i + 1][j], key=lambda result: result[0])
    return best[-1][-1][1]


def _runs(before: str, after: str) -> list[WordRun]:
    earlier, later = _words(before), _words(after)
    if max(len(earlier), len(later)) > _MOST_WORDS:
        return [WordRun("gone", before), WordRun("new", after)]
    runs: list[WordRun] = []
    # Words that both have are kept wherever that is possible: a sentence put in changes none of its neighbors.
    for step in Indel.opcodes([word for word, _ in earlier], [word for word, _ in later]):
        old, new = earlier[step.src_start : step.src_end], later[step.dest_start : step.dest_end]
        if step.tag == "equal":
            runs += (run for was, now in zip(old, new, strict=True) for run in _kept(was, now))
        else:
            runs += [WordRun("gone", "".join(map("".join, old))), WordRun("new", "".join(map("".join, new)))]
    return _whole_sentences(_joined(run for run in runs if run.text))


def _words(text: str) -> list[tuple[str, str]]:
    # Each word with the space behind it, which is compared only where the word is the same.
    start = len(text) - len(text.lstrip())
    leading = [("", text[:start])] if start else []
    return leading + [(word, space) for word, space in _WORD.findall(text[start:])]


def _kept(was: tuple[str, str], now: tuple[str, str]) -> list[WordRun]:
    if was == now:
        return [WordRun("same", "".join(now))]
    return [WordRun("same", now[0]), WordRun("gone", was[1]), WordRun("new", now[1])]


def _joined(runs: Iterator[WordRun]) -> list[WordRun]:
    joined: list[WordRun] = []
    same = gone = new = between = ""
    for run in [*runs, WordRun("end", "")]:
        if run.kind == "same" and not (gone or new):
            same += run.text
        elif run.kind == "same" and _belongs(between + run.text, gone, new):
            between += run.text
        elif run.kind in ("same", "end"):
            gone, new, space = _without_shared_space(gone, new)
            joined += [WordRun(*one) for one in (("same", same), ("gone", gone), ("new", new)) if one[1]]
            same, gone, new, between = space + between + run.text, "", "", ""
        else:
            gone += between + run.text * (run.kind == "gone")
            new += between + run.text * (run.kind == "new")
            between = ""
    return joined + ([WordRun("same", same)] if same else [])


def _whole_sentences(runs: list[WordRun]) -> list[WordRun]:
    # A sentence put in or taken out carries its own full stop, not that of the sentence before it. Where both begin
    # alike, the first run takes the stop with it.
    for index in range(2, len(runs) - 1):
        before, run, after = runs[index - 1 : index + 2]
        stop = re.match(r"[.!?]\s+", run.text)
        alone = run.kind != "same" and before.kind == after.kind == "same"
        if alone and stop and after.text.startswith(stop[0]):
            moved = run.text.removeprefix(stop[0]) + stop[0]
            texts = (before.text + stop[0], moved, after.text.removeprefix(stop[0]))
            runs[index - 1 : index + 2] = [
                WordRun(one.kind, text) for one, text in zip((before, run, after), texts, strict=True)
            ]
    return [run for run in runs if run.text]


def _without_shared_space(gone: str, new: str) -> tuple[str, str, str]:
    # The space behind a word belongs to what follows, when it is the same in both.
    space = gone[len(gone.rstrip()) :]
    if space and new[len(new.rstrip()) :] == space:
        return gone.removesuffix(space), new.removesuffix(space), space
    return gone, new, ""


def _belongs(same: str, gone: str, new: str) -> bool:
    return bool(gone and new) and _ISLAND.fullmatch(same) is not None
