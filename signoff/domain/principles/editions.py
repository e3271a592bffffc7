"""A principles edition while it is drafted: its texts and criteria, what keeps it from being adopted, what differs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from signoff.domain.diff import Paragraph, text_changes
from signoff.domain.errors import Reason
from signoff.domain.principles.principles import CriterionKind
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

MOST_CRITERIA = 40
MOST_LINES = 200  # of questions, or of words to look for, for one criterion
LONGEST_LINE = 300
LONGEST_TEXT = 4_000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Deceptive:
    """Words that often deceive about a criterion, and why."""

    words: str
    why: str


@dataclass(frozen=True)
class CriterionText:
    """One criterion as it is drafted; `words` are looked for in texts, `deceptive` ones are warned about."""

    key: str = ""
    kind: str = CriterionKind.PRINCIPLE.value
    name: str = ""
    statement: str = ""
    questions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    deceptive: tuple[Deceptive, ...] = ()


@dataclass(frozen=True)
class EditionText:
    """A whole edition as it is drafted; `adopted_on` is an ISO date, or empty while no one has adopted it.

    `commitments` are what each partner agrees to: blocks between empty lines, those of lists in lines with a hyphen.
    """

    source: str = ""
    adopted_on: str = ""
    vision: str = ""
    mission: str = ""
    preamble: str = ""
    commitments: str = ""
    criteria: tuple[CriterionText, ...] = field(default=(CriterionText(),))


_LONG = ("vision", "mission", "preamble", "commitments")


def as_facts(edition: EditionText) -> dict[str, Any]:
    """The edition as plain lists and texts, to be stored; `from_facts` reads it back."""
    return asdict(edition)


def from_facts(facts: Mapping[str, Any]) -> EditionText:
    """An edition from what `as_facts` made, or from the first edition that comes with the program."""
    criteria = tuple(_criterion(criterion) for criterion in facts["criteria"])
    return EditionText(**{name: facts[name] for name in ("source", "adopted_on", *_LONG)}, criteria=criteria)


def _criterion(facts: Mapping[str, Any]) -> CriterionText:
    return CriterionText(
        **{name: facts[name] for name in ("key", "kind", "name", "statement")},
        questions=tuple(facts["questions"]),
        words=tuple(facts.get("words", ())),
        deceptive=tuple(Deceptive(item["words"], item["why"]) for item in facts.get("deceptive", ())),
    )


def clean_edition(edition: EditionText) -> EditionText:
    """The edition as it will be stored: NFC, LF, no empty lines in lists; a criterion without a key gets one."""
    return replace(
        edition,
        source=clean_line(edition.source),
        adopted_on=edition.adopted_on.strip(),
        **{name: clean_text(getattr(edition, name)) for name in _LONG},
        criteria=tuple(_clean_criterion(criterion) for criterion in edition.criteria),
    )


def _clean_criterion(criterion: CriterionText) -> CriterionText:
    name = clean_line(criterion.name)
    return CriterionText(
        key=criterion.key.strip() or key_for(name),
        kind=criterion.kind,
        name=name,
        statement=clean_text(criterion.statement),
        questions=clean_lines(criterion.questions),
        words=clean_lines(criterion.words),
        deceptive=clean_deceptive(criterion.deceptive),
    )


def clean_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Single lines without empty ones and without repeats, in their order."""
    return tuple(dict.fromkeys(line for line in (clean_line(" ".join(line.split())) for line in lines) if line))


def clean_deceptive(listed: Sequence[Deceptive]) -> tuple[Deceptive, ...]:
    """Words that deceive, cleaned; a pair without either part is left out."""
    pairs = (Deceptive(clean_line(item.words), clean_line(item.why)) for item in listed)
    return tuple(item for item in pairs if item.words or item.why)


def key_for(name: str) -> str:
    """The key that a criterion's name suggests: small letters and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60].strip("_")


def edition_problems(edition: EditionText) -> dict[str, str]:
    """What is wrong with a cleaned draft so that it cannot even be kept: a sentence for each field.

    A criterion's fields are named by their place, counted from 0: `criteria.2.words`.
    """
    problems = {"source": line_problem(edition.source, longest=LONGEST_LINE, needed=False)}
    problems["adopted_on"] = _date_problem(edition.adopted_on)
    for name in _LONG:
        problems[name] = text_problem(getattr(edition, name), longest=LONGEST_TEXT, needed=False)
    if len(edition.criteria) > MOST_CRITERIA:
        problems["criteria"] = f"Please use at most {MOST_CRITERIA} criteria."
    for place, criterion in enumerate(edition.criteria):
        for name, sentence in _criterion_problems(criterion).items():
            problems[f"criteria.{place}.{name}"] = sentence
    return {name: sentence for name, sentence in problems.items() if sentence}


def _date_problem(text: str) -> str:
    if not text:
        return ""
    try:
        date.fromisoformat(text)
    except ValueError:
        return "This is not a date. Give the year, month and day, such as 2027-03-01."
    return ""


def _criterion_problems(criterion: CriterionText) -> dict[str, str]:
    return {
        "key": ""
        if not criterion.key or _KEY.fullmatch(criterion.key)
        else "Please use small letters, digits and underscores, a letter first.",
        "kind": "" if criterion.kind in set(CriterionKind) else "Please choose one of the kinds listed.",
        "name": line_problem(criterion.name, longest=120, needed=False),
        "statement": text_problem(criterion.statement, longest=LONGEST_TEXT, needed=False),
        "questions": lines_problem(criterion.questions),
        "words": lines_problem(criterion.words),
        "deceptive": deceptive_problem(criterion.deceptive),
    }


def lines_problem(lines: Sequence[str]) -> str:
    """What is wrong with a list of single lines; empty when nothing is."""
    if len(lines) > MOST_LINES:
        return f"Please use at most {MOST_LINES} lines."
    for line in lines:
        if not any(character.isalnum() for character in line):
            return f"“{line}” contains no word."
    return next((problem for line in lines if (problem := line_problem(line, longest=LONGEST_LINE))), "")


def deceptive_problem(listed: Sequence[Deceptive]) -> str:
    """What is wrong with the words that deceive; empty when nothing is."""
    for item in listed:
        if not item.words or not item.why:
            return f"“{item.words or item.why}”: write the words, a colon and why they deceive."
    return lines_problem([part for item in listed for part in (item.words, item.why)])


def missing_to_adopt(edition: EditionText, *, after: date | None, today: date) -> list[Reason]:
    """All that keeps a draft from being adopted; `after` is the day of the edition in force, if there is one."""
    reasons = [Reason("problem", sentence, name) for name, sentence in edition_problems(edition).items()]
    if not edition.source:
        reasons.append(Reason("source", "It does not say which document it comes from.", "source"))
    if not edition.adopted_on:
        reasons.append(Reason("adopted_on", "Its adoption date is not set.", "adopted_on"))
    elif not reasons:
        day = date.fromisoformat(edition.adopted_on)
        if day > today:
            reasons.append(Reason("adopted_on", "Its adoption date is in the future.", "adopted_on"))
        if after and day < after:
            reasons.append(
                Reason("adopted_on", "It would have been adopted before the edition in force.", "adopted_on")
            )
    return reasons + list(_missing_in_criteria(edition.criteria))


def _missing_in_criteria(criteria: Sequence[CriterionText]) -> Iterator[Reason]:
    if not criteria:
        yield Reason("criteria", "It has no criterion.", "criteria")
    keys: dict[str, int] = {}
    names: dict[str, int] = {}
    for place, criterion in enumerate(criteria):
        where = f"criteria.{place}"
        if not criterion.name:
            yield Reason("name", f"Criterion {place + 1} has no name.", f"{where}.name")
            continue
        if not criterion.key:
            yield Reason("key", f"{criterion.name} has no key.", f"{where}.key")
        if not criterion.statement:
            yield Reason("statement", f"{criterion.name} does not say what it asks for.", f"{where}.statement")
        if not criterion.questions:
            yield Reason("questions", f"{criterion.name} gives reviewers no question.", f"{where}.questions")
        if criterion.key and keys.setdefault(criterion.key, place) != place:
            yield Reason("key", f"Two criteria have the key “{criterion.key}”.", f"{where}.key")
        if names.setdefault(criterion.name.casefold(), place) != place:
            yield Reason("name", f"Two criteria are called “{criterion.name}”.", f"{where}.name")


@dataclass(frozen=True)
class TextChange:
    """One text of an edition that differs: where it stands, and its paragraphs with their runs of words."""

    label: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class EditionChanges:
    """What differs between two editions: criteria put in, taken out or moved, and texts that read otherwise."""

    new: tuple[CriterionText, ...]
    gone: tuple[CriterionText, ...]
    texts: tuple[TextChange, ...]
    reordered: bool

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.texts or self.reordered)


def edition_changes(before: EditionText, after: EditionText) -> EditionChanges:
    """What the agreed words say otherwise; a criterion is the same one while its key is. Word lists are no part."""
    earlier = {criterion.key: criterion for criterion in before.criteria}
    later = {criterion.key: criterion for criterion in after.criteria}
    texts = [(name.capitalize(), getattr(before, name), getattr(after, name)) for name in ("source", *_LONG)]
    both = [key for key in later if key in earlier]
    for key in both:
        texts += _texts_of(earlier[key], later[key])
    return EditionChanges(
        new=tuple(criterion for key, criterion in later.items() if key not in earlier),
        gone=tuple(criterion for key, criterion in earlier.items() if key not in later),
        texts=tuple(TextChange(label, text_changes(old, new)) for label, old, new in texts if old != new),
        reordered=both != [key for key in earlier if key in later],
    )


def _texts_of(before: CriterionText, after: CriterionText) -> Iterator[tuple[str, str, str]]:
    yield f"{before.name}, its name", before.name, after.name
    yield f"{before.name}, its kind", before.kind, after.kind
    yield f"{before.name}, what it asks for", before.statement, after.statement
    yield f"{before.name}, what a reviewer asks", "\n".join(before.questions), "\n".join(after.questions)


EDITION_FIELDS = tuple(part.name for part in fields(EditionText) if part.name != "criteria")
