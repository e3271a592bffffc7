"""What a version says: its fields, their canonical form, and the digest every approval is bound to."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType

from signoff.domain.positions.markdown import keep_hard_breaks, plain_text
from signoff.domain.positions.markdown_rules import markdown_problem
from signoff.domain.positions.placeholders import computed_problem, has_computed, marked_computed_problem
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem, without_noise

FORMAT = "signoff-text/1"


class Kind(StrEnum):
    """What form a position takes in the world."""

    POSITION = "position"
    LETTER = "letter"
    STATEMENT = "statement"
    TESTIMONY = "testimony"
    COMMENT = "comment"


KINDS = MappingProxyType({kind.value: kind.value.capitalize() for kind in Kind})
LANGUAGES = MappingProxyType(
    {"en": "English", "es": "Spanish", "fr": "French", "zh": "Chinese", "vi": "Vietnamese", "ar": "Arabic"}
)


class Shape(StrEnum):
    """How the value of a field is written, and so how it is cleaned, checked, asked for and shown."""

    CHOICE = "choice"
    LINE = "line"
    PLAIN = "plain"
    MARKDOWN = "markdown"


class Place(StrEnum):
    """Where a field is shown on every page and paper that shows a text: as its heading, among its facts, or in it."""

    HEADING = "heading"
    FACTS = "facts"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a text, with everything that forms, pages, programs and checks have to know about it.

    `longest` counts characters of a line and UTF-8 bytes of a text. All fields are public, since the canonical form is.
    """

    name: str
    label: str
    hint: str
    shape: Shape
    place: Place
    longest: int
    needed: bool
    may_be_computed: bool
    choices: Mapping[str, str] | None

    @property
    def lines(self) -> bool:
        """Whether the value may have several lines."""
        return self.shape in (Shape.PLAIN, Shape.MARKDOWN)

    @property
    def is_written(self) -> bool:
        """Whether people wrote its words, so that names are looked for in them; a choice is one of ours."""
        return self.shape != Shape.CHOICE

    def shown(self, value: str) -> str:
        """The value in the words that people read."""
        return self.choices.get(value, value) if self.choices else value


@dataclass(frozen=True)
class Wording:
    """One wording of a position, in the fixed order of its canonical form; a new field comes last and may be empty."""

    language: str = "en"
    kind: str = Kind.POSITION.value
    title: str = ""
    addressed_to: str = ""
    reference: str = ""
    summary: str = ""
    body: str = ""


FIELDS = (
    Field(
        name="language",
        label="Language",
        hint="",
        shape=Shape.CHOICE,
        place=Place.FACTS,
        longest=2,
        needed=True,
        may_be_computed=False,
        choices=LANGUAGES,
    ),
    Field(
        name="kind",
        label="Kind",
        hint="",
        shape=Shape.CHOICE,
        place=Place.FACTS,
        longest=9,
        needed=True,
        may_be_computed=False,
        choices=KINDS,
    ),
    Field(
        name="title",
        label="Title",
        hint="",
        shape=Shape.LINE,
        place=Place.HEADING,
        longest=300,
        needed=True,
        may_be_computed=False,
        choices=None,
    ),
    Field(
        name="addressed_to",
        label="Addressed to",
        hint="",
        shape=Shape.LINE,
        place=Place.FACTS,
        longest=300,
        needed=False,
        may_be_computed=False,
        choices=None,
    ),
    Field(
        name="reference",
        label="Reference",
        hint="Such as the number of a bill.",
        shape=Shape.LINE,
        place=Place.FACTS,
        longest=300,
        needed=False,
        may_be_computed=False,
        choices=None,
    ),
    Field(
        name="summary",
        label="Summary",
        hint="What we ask, in a few sentences of plain text. The email to partners repeats it.",
        shape=Shape.PLAIN,
        place=Place.TEXT,
        longest=4_000,
        needed=True,
        may_be_computed=True,
        choices=None,
    ),
    Field(
        name="body",
        label="Text",
        hint="Markdown: a line with ## before it is a heading, - begins a list, > a quotation.",
        shape=Shape.MARKDOWN,
        place=Place.TEXT,
        longest=100_000,
        needed=True,
        may_be_computed=True,
        choices=None,
    ),
)
FIELD_NAMES = tuple(field.name for field in FIELDS)


def ensure_decided(names: Iterable[str]) -> None:
    """Refuse to start when the fields given are not those that FIELDS describes, in the same order."""
    given = tuple(names)
    if given != FIELD_NAMES:
        about = ", ".join(sorted(set(given) ^ set(FIELD_NAMES))) or "their order"
        raise TypeError(f"The fields of a text and FIELDS in domain/positions/text.py differ: {about}.")


ensure_decided(field.name for field in fields(Wording))


# In which order each kind of text shows its fields, on whatever it is shown.
_USUAL = ("title", "kind", "language", "addressed_to", "reference", "summary", "body")
_ADDRESSED = ("title", "addressed_to", "reference", "kind", "language", "summary", "body")
READING_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Kind.POSITION: _USUAL,
        Kind.LETTER: _ADDRESSED,
        Kind.STATEMENT: _USUAL,
        Kind.TESTIMONY: _ADDRESSED,
        Kind.COMMENT: _ADDRESSED,
    }
)
for _kind in Kind:
    ensure_decided(sorted(READING_ORDER[_kind], key=FIELD_NAMES.index))


def shown_fields(wording: Wording, place: Place) -> list[tuple[Field, str]]:
    """The fields of a wording that stand in one place of a page, with their values, in the order of its kind."""
    ordered = (field_named(name) for name in READING_ORDER.get(wording.kind, _USUAL))
    return [(field, value) for field in ordered if field.place == place and (value := getattr(wording, field.name))]


def field_named(name: str) -> Field:
    """The field of this name."""
    return FIELDS[FIELD_NAMES.index(name)]


def clean(wording: Wording) -> Wording:
    """The wording as it will be stored and approved: NFC, LF, no trailing space."""
    return replace(wording, **{field.name: _cleaned(field, getattr(wording, field.name)) for field in FIELDS})


def _cleaned(field: Field, value: str) -> str:
    if field.shape == Shape.MARKDOWN and len(value) <= field.longest:
        value = keep_hard_breaks(without_noise(value))
    return clean_text(value) if field.lines else clean_line(value)


def problems(wording: Wording) -> dict[str, str]:
    """What is wrong with a cleaned wording: one sentence for each field concerned."""
    result = {field.name: _problem(field, getattr(wording, field.name)) for field in FIELDS}
    return {name: sentence for name, sentence in result.items() if sentence}


def _problem(field: Field, value: str) -> str:
    match field.shape:
        case Shape.CHOICE:
            return "" if value in (field.choices or ()) else "Please choose one of those listed."
        case Shape.LINE:
            problem = line_problem(value, longest=field.longest, needed=field.needed)
        case Shape.PLAIN:
            problem = text_problem(value, longest=field.longest, needed=field.needed)
        case Shape.MARKDOWN:
            problem = text_problem(value, longest=field.longest, needed=field.needed, markdown=True)
    problem = problem or _computed_problem(field, value)
    if problem or field.shape != Shape.MARKDOWN:
        return problem
    return markdown_problem(value) or marked_computed_problem(value, plain_text(value))


def _computed_problem(field: Field, value: str) -> str:
    if field.may_be_computed:
        return computed_problem(value)
    return "Computed words can stand in the summary and the text only." if has_computed(value) else ""


def texts_of(wording: Wording) -> list[str]:
    """All that people wrote in a wording, field by field: as it was typed, and Markdown also as its readers see it."""
    return [text for readings in readings_of(wording) for text in readings]


def readings_of(wording: Wording) -> list[tuple[str, ...]]:
    """The same, each field by itself: one reading of a plain field, two of Markdown."""
    values = [(field, getattr(wording, field.name)) for field in FIELDS if field.is_written]
    return [(value, plain_text(value)) if field.shape == Shape.MARKDOWN else (value,) for field, value in values]


def canonical(wording: Wording) -> bytes:
    """The bytes that are approved: the format tag, then each non-empty field as `name length`, LF, value, LF.

    The length counts UTF-8 bytes, so no text can pass for the beginning of another field.
    """
    parts = [FORMAT.encode() + b"\n"]
    for field in fields(wording):
        value = getattr(wording, field.name).encode()
        if value:
            parts.append(f"{field.name} {len(value)}\n".encode() + value + b"\n")
    return b"".join(parts)


def digest(wording: Wording) -> str:
    """The SHA-256 over the canonical form, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(wording)).hexdigest()
