"""What changed between two wordings: field by field, paragraph by paragraph, word by word.

The opcodes are rapidfuzz's, found for paragraphs first and then for the words of those that changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from signoff.domain.positions.text import FIELD_NAMES, Wording, field_named

# Paragraphs less alike than this, of 100, are shown as one taken out and another put in.
_ALIKE = 40
# Beyond this many words a paragraph is compared as a whole: opcodes cost time by the square of its length.
_MOST_WORDS = 12_000
_MOST_PAIRS = 1_600
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


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
    old: list[str] = []
    new: list[str] = []
    for step in Levenshtein.opcodes(earlier, later):
        if step.tag == "equal":
            yield from _aligned(old, new)
            old, new = [], []
            yield from (Paragraph("same", (WordRun("same", text),)) for text in earlier[step.src_start : step.src_end])
        else:
            old += earlier[step.src_start : step.src_end]
            new += later[step.dest_start : step.dest_end]
    yield from _aligned(old, new)


def _split(text: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n{2,}", text) if paragraph]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    # Which of the new paragraphs was made of which old one: the pairs, in order, that are most alike together.
    at, there = 0, 0
    for here, match in _pairs(old, new):
        yield from (Paragraph("gone", (WordRun("gone", text),)) for text in old[at:here])
        yield from (Paragraph("new", (WordRun("new", text),)) for text in new[there:match])
        yield Paragraph("changed", tuple(_runs(old[here], new[match])))
        at, there = here + 1, match + 1
    yield from (Paragraph("gone", (WordRun("gone", text),)) for text in old[at:])
    yield from (Paragraph("new", (WordRun("new", text),)) for text in new[there:])


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
    earlier, later = _WORD.findall(before), _WORD.findall(after)
    if max(len(earlier), len(later)) > _MOST_WORDS:
        return [WordRun("gone", before), WordRun("new", after)]
    runs: list[WordRun] = []
    for step in Levenshtein.opcodes(earlier, later):
        old = "".join(earlier[step.src_start : step.src_end])
        new = "".join(later[step.dest_start : step.dest_end])
        runs += [WordRun("same", old)] if step.tag == "equal" else [WordRun("gone", old), WordRun("new", new)]
    return _joined(run for run in runs if run.text)


def _joined(runs: Iterator[WordRun]) -> list[WordRun]:
    # A lone space between two changes belongs to them: “two words” for “another pair” reads as one change.
    joined: list[WordRun] = []
    gone = new = ""
    space = ""
    for run in runs:
        if run.kind == "same" and (gone or new) and not run.text.strip():
            space += run.text
        elif run.kind == "same":
            joined += [WordRun(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
            joined.append(WordRun("same", space + run.text))
            gone = new = space = ""
        else:
            gone += space + run.text * (run.kind == "gone")
            new += space + run.text * (run.kind == "new")
            space = ""
    return (
        joined
        + [WordRun(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
        + ([WordRun("same", space)] if space else [])
    )
