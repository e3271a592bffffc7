"""What changed between two wordings as their readers see them: block by block, table by table, word by word.

`diff.changes` compares what was typed, for those who type it. Here nothing of Markdown is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from signoff.domain.diff import Paragraph, WordRun, alignment, compared
from signoff.domain.positions.blocks import ReadBlock, Row, read_blocks
from signoff.domain.positions.fields import FIELD_NAMES, Shape, field_named
from signoff.domain.positions.markdown import links_in
from signoff.domain.positions.placeholders import filled
from signoff.domain.positions.text import Wording

Cells = tuple[Paragraph, ...]
# Where a sentence ends: behind its mark and what closes a quotation, before a space; not behind an initial or “Dr.”.
_SENTENCE_END = re.compile(r"(?<![A-Z]\.)(?<!\b[A-Z])(?<!\bDr|\bMr|\bSt|\bNo|\bvs)(?<!\bMrs)[.!?][”’\"')]*(?=\s|$)\s*")
# The text first: that a title changed too says less than what the words say now.
_FIRST = ("body", "summary", "title")


@dataclass(frozen=True)
class ReadChange:
    """One block in both wordings: `same`, `gone`, `new` or `changed`, with its runs of words or its rows of cells.

    `under` is the heading that it stands under, `block` the block as it is now, or was. `only_form` when the words are
    the same and only their emphasis, their kind or the address of a link is another.
    """

    kind: str
    block: ReadBlock
    runs: tuple[WordRun, ...]
    under: str = ""
    rows: tuple[Cells, ...] = ()
    only_form: bool = False


@dataclass(frozen=True)
class ReadFieldChange:
    """One field that differs, with all its blocks in order, the unchanged ones too."""

    field: str
    blocks: tuple[ReadChange, ...]

    @property
    def label(self) -> str:
        """The field as people call it."""
        return field_named(self.field).label

    @property
    def changed(self) -> tuple[ReadChange, ...]:
        """The blocks whose words changed."""
        return tuple(block for block in self.blocks if block.kind != "same")

    @property
    def only_form(self) -> int:
        """In how many blocks something changed that is no word: emphasis, headings, lists, empty lines."""
        return sum(block.only_form for block in self.blocks) or int(not self.changed)


@dataclass(frozen=True)
class ChangedSentence:
    """A sentence that has changed, or a cell or a whole row of a table.

    `label` is the field it stands in: Title, Summary, Text; `place` the row and the column of a cell: “Mesa, 2027”. Its
    runs are `same`, `gone` or `new`, in reading order.
    """

    label: str
    runs: tuple[WordRun, ...]
    place: str = ""

    @property
    def before(self) -> str:
        """The sentence as it was; empty when it is new."""
        return _spoken(run.text for run in self.runs if run.kind != "new")

    @property
    def after(self) -> str:
        """The sentence as it is now; empty when it is gone."""
        return _spoken(run.text for run in self.runs if run.kind != "gone")


@lru_cache(maxsize=64)
def read_changes(before: Wording, after: Wording) -> tuple[ReadFieldChange, ...]:
    """Every field in which two wordings differ, as it reads; none when they are the same text.

    Whatever differs is here, so that a partner that reads it all has missed no change of the text.
    """
    return tuple(
        ReadFieldChange(name, tuple(_changes(_blocks(name, before), _blocks(name, after))))
        for name in FIELD_NAMES
        if getattr(before, name) != getattr(after, name)
    )


def changed_sentences(before: Wording, after: Wording, at_most: int = 3) -> tuple[list[ChangedSentence], int]:
    """The first sentences that changed, those of the text before those of its summary and title, and how many more did.

    For email, where a reader should see what changed without reading all of it. Both are empty and 0 for the same text,
    and when only emphasis, headings or empty lines changed. There is no Markdown in the runs: HTML shows them marked,
    plain text shows `before` and `after`.
    """
    fields = sorted(read_changes(before, after), key=_importance)
    sentences = [sentence for field in fields for block in field.changed for sentence in _sentences(field.label, block)]
    return sentences[:at_most], max(0, len(sentences) - at_most)


def _importance(change: ReadFieldChange) -> int:
    return _FIRST.index(change.field) if change.field in _FIRST else len(_FIRST)


def _blocks(name: str, wording: Wording) -> list[ReadBlock]:
    field, value = field_named(name), getattr(wording, name)
    if field.shape == Shape.MARKDOWN:
        links = (ReadBlock("link", link, mark=f"[{number}]") for number, link in enumerate(links_in(value), 1))
        return [*read_blocks(filled(value, {})), *links]
    parts = re.split(r"\n{2,}", filled(field.shown(value), {}))
    return [ReadBlock("paragraph", part) for part in parts if part]


def _changes(before: Sequence[ReadBlock], after: Sequence[ReadBlock]) -> Iterator[ReadChange]:
    was_under, is_under = _headings(before), _headings(after)
    for here, there in alignment([block.words for block in before], [block.words for block in after]):
        old = None if here is None else before[here]
        new = None if there is None else after[there]
        if old and new and (old.kind == "table") != (new.kind == "table"):
            yield _change(old, None, was_under[here or 0])
            yield _change(None, new, is_under[there or 0])
        else:
            yield _change(old, new, was_under[here or 0] if there is None else is_under[there])


def _headings(blocks: Sequence[ReadBlock]) -> list[str]:
    under, result = "", []
    for block in blocks:
        result.append("" if block.kind in ("heading", "link") else under)
        under = block.words if block.kind == "heading" else under
    return result


def _change(old: ReadBlock | None, new: ReadBlock | None, under: str) -> ReadChange:
    block = new or old
    assert block is not None
    whole = compared(old.words if old else "", new.words if new else "")
    if whole.kind == "same":
        only_form = old is not None and new is not None and (old.kind, old.form) != (new.kind, new.form)
        return ReadChange("same", block, whole.runs, under, _same_rows(block), only_form)
    rows = tuple(_rows(old.rows if old else (), new.rows if new else ())) if block.kind == "table" else ()
    return ReadChange(whole.kind, block, whole.runs, under, rows)


def _same_rows(block: ReadBlock) -> tuple[Cells, ...]:
    return tuple(tuple(compared(cell, cell) for cell in row) for row in block.rows)


def _rows(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Cells]:
    # Columns are told apart by their heads, so that one put in the middle changes none of the others.
    columns = list(alignment(old[0] if old else (), new[0] if new else ()))
    for here, there in alignment(["\t".join(row) for row in old], ["\t".join(row) for row in new]):
        was = old[here] if here is not None else ()
        now = new[there] if there is not None else ()
        yield tuple(compared(_cell(was, left), _cell(now, right)) for left, right in columns)


def _cell(row: Row, column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _sentences(label: str, change: ReadChange) -> Iterator[ChangedSentence]:
    if change.rows:
        yield from _changed_cells(label, change.rows)
    else:
        yield from (ChangedSentence(label, tuple(runs)) for runs in _split(change.runs) if _is_changed(runs))


def _changed_cells(label: str, rows: Sequence[Cells]) -> Iterator[ChangedSentence]:
    head = rows[0]
    for row in rows:
        if {cell.kind for cell in row} in ({"gone"}, {"new"}):
            yield ChangedSentence(label, (WordRun(row[0].kind, ", ".join(_now(cell) for cell in row)),))
            continue
        for column, cell in enumerate(row):
            # A column that came or went is said once, by its head.
            if cell.kind != "same" and (row is head or head[column].kind not in ("gone", "new")):
                place = [_now(row[0])] * (column > 0) + [_now(head[column])]
                yield ChangedSentence(label, cell.runs, "" if row is head else ", ".join(filter(None, place)))


def _now(cell: Paragraph) -> str:
    return cell.after or cell.before


def _is_changed(runs: Sequence[WordRun]) -> bool:
    return any(run.kind != "same" for run in runs)


def _split(runs: Sequence[WordRun]) -> Iterator[list[WordRun]]:
    # A sentence ends within words that both texts have, or with a run that is itself whole sentences.
    sentence: list[WordRun] = []
    for index, run in enumerate(runs):
        beside = [other.kind for other in (*runs[index - 1 : index], *runs[index + 1 : index + 2])]
        alone = run.kind == "same" or (not sentence and all(kind == "same" for kind in beside))
        if run.kind == "same" and sentence and _are_whole(sentence):
            yield sentence
            sentence = []
        for part in _parts(run.text) if alone else [run.text]:
            sentence.append(WordRun(run.kind, part))
            ends = _SENTENCE_END.search(part) is not None and _parts(part) == [part]
            if alone and ends:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def _are_whole(runs: Sequence[WordRun]) -> bool:
    """Whether whole sentences took the place of others here."""
    texts = ("".join(run.text for run in runs if run.kind != kind) for kind in ("gone", "new"))
    return all(any(match.end() == len(text) for match in _SENTENCE_END.finditer(text)) for text in texts)


def _parts(text: str) -> list[str]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def _spoken(parts: Iterator[str]) -> str:
    return " ".join("".join(parts).split())
