"""Rows of a partner file whose names may be taken for others': asked about, answered, or left out."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid
from signoff.domain.partners.folding import name_key
from signoff.domain.partners.name_conflicts import (
    Answers,
    NameAnswer,
    NameConflict,
    answered_same,
    spelling_keys,
    unanswered,
)
from signoff.services.partners.name_conflicts import find_conflicts, same_before
from signoff.services.partners.partners import PartnerForm

# Of a row of the file and the slug of the partner that its name may be taken for.
RowAnswers = Mapping[tuple[int, str], str]
NO_ROW_ANSWERS: RowAnswers = MappingProxyType({})


@dataclass(frozen=True)
class ImportChoices:
    """What a person decided about a file: answers about names, and which differing fields to take from it.

    A field is taken by the slug of its partner and its own name.
    """

    answers: RowAnswers = field(default_factory=lambda: NO_ROW_ANSWERS)
    taken: frozenset[tuple[str, str]] = frozenset()


NO_CHOICES = ImportChoices()


@dataclass(frozen=True)
class Doubtful:
    """A row that is left out, and what has to be answered before it is added."""

    line: int
    form: PartnerForm
    conflicts: tuple[NameConflict, ...]


@dataclass(frozen=True)
class ImportNames:
    """What became of the new partners of a file whose names may be taken for others'."""

    doubtful: tuple[Doubtful, ...] = ()
    same: tuple[NameConflict, ...] = ()
    told_apart: Mapping[str, Sequence[NameConflict]] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    # The slug of the partner that a row was said to be, now or before, by the number of the row.
    known_as: Mapping[int, str] = field(default_factory=dict)


def judge_names(
    session: Session, forms: Sequence[tuple[int, PartnerForm]], answers: RowAnswers, in_file: Collection[str]
) -> ImportNames:
    """Judge the names of new partners of a file; `in_file` are the partners of the register that it names too.

    Two organizations with rows of their own are two: near names are asked about only where one is not in the file, or
    where both are most likely spellings of one name.
    """
    lines = {name: line for line, form in forms for name in form.all_names}
    result = [
        conflict
        for conflict in find_conflicts(session, lines)
        if conflict.reads_alike
        or conflict.registered.partner not in in_file
        or spelling_keys(conflict.typed) & spelling_keys(conflict.registered.name)
    ]
    if not result:
        return ImportNames()
    before = same_before(session)
    given: dict[tuple[str, str], str] = {}
    rows: dict[int, list[NameConflict]] = {}
    for item in result:
        line, slug = lines[item.typed], item.registered.slug
        rows.setdefault(line, []).append(item)
        given[item.typed, slug] = answers.get((line, slug)) or before.get((name_key(item.typed), slug), "")
    return _sorted_out(dict(forms), rows, given, before)


def _sorted_out(
    forms: Mapping[int, PartnerForm],
    rows: Mapping[int, Sequence[NameConflict]],
    given: Answers,
    before: Answers,
) -> ImportNames:
    doubtful: list[Doubtful] = []
    same: list[NameConflict] = []
    told_apart: dict[str, Sequence[NameConflict]] = {}
    known_as: dict[int, str] = {}
    for line, conflicts in rows.items():
        if name_conflict := answered_same(conflicts, given):
            known_as[line] = slug = name_conflict.registered.slug
            same += [name_conflict] if (name_key(name_conflict.typed), slug) not in before else []
        elif left := unanswered(conflicts, given):
            doubtful.append(Doubtful(line, forms[line], tuple(left)))
        else:
            told_apart[forms[line].name] = conflicts
    left_out = frozenset(line for line in rows if forms[line].name not in told_apart)
    return ImportNames(tuple(doubtful), tuple(same), told_apart, given, left_out, known_as)


def read_answers(raw: bytes) -> RowAnswers:
    """Answers from rows of `row,same|affiliate|different,slug`; Invalid with a sentence for each bad line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"answers": "The file of answers is not UTF-8 text."}) from None
    answers: dict[tuple[int, str], str] = {}
    errors: dict[str, str] = {}
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        row = [cell.strip() for cell in cells]
        if not any(row) or (number == 1 and row[:1] == ["row"]):
            continue
        if len(row) != 3 or not (row[0].isascii() and row[0].isdigit()) or row[1] not in set(NameAnswer):
            errors[f"answers, line {number}"] = "Please write row,same|affiliate|different,slug."
            continue
        answers[int(row[0]), row[2]] = row[1]
    if errors:
        raise Invalid(errors)
    return answers
