"""The fields of a text, each with everything that forms, pages, programs and checks have to know about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from signoff.domain.phrasing import enumerated


class Kind(StrEnum):
    """What form a position takes in the world."""

    POSITION = "position"
    LETTER = "letter"
    STATEMENT = "statement"
    TESTIMONY = "testimony"
    COMMENT = "comment"


KINDS = MappingProxyType(
    {**{kind.value: kind.value.capitalize() for kind in Kind}, Kind.COMMENT.value: "Comment on a rule"}
)
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
    """Where a field is shown on each page and paper: as the heading, among the facts, in the text, or below it."""

    HEADING = "heading"
    FACTS = "facts"
    TEXT = "text"
    BELOW = "below"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a text, with everything that forms, pages, programs and checks have to know about it.

    `longest` counts characters of a line and UTF-8 bytes of a text. `kinds` are those that the form offers it for; a
    text of another kind may have it too. All fields are public, since the canonical form is.
    """

    name: str
    label: str
    hint: str
    shape: Shape
    place: Place
    kinds: tuple[Kind, ...]
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


_EVERY = tuple(Kind)
# Texts that go to a reader by name, and are set as letters.
LETTERS = (Kind.LETTER, Kind.TESTIMONY, Kind.COMMENT)


def _line(name: str, label: str, hint: str, place: Place, kinds: tuple[Kind, ...]) -> Field:
    """One line that a text may go without, such as a salutation."""
    return Field(
        name=name,
        label=label,
        hint=hint,
        shape=Shape.LINE,
        place=place,
        kinds=kinds,
        longest=300,
        needed=False,
        may_be_computed=False,
        choices=None,
    )


def _lines(name: str, label: str, hint: str, place: Place, kinds: tuple[Kind, ...]) -> Field:
    """Lines of plain text that a text may go without, such as those who get a copy."""
    return replace(_line(name, label, hint, place, kinds), shape=Shape.PLAIN, longest=4_000)


def _choice(name: str, label: str, longest: int, choices: Mapping[str, str]) -> Field:
    """One of our words, which every text has."""
    field = replace(_line(name, label, "", Place.FACTS, _EVERY), shape=Shape.CHOICE, longest=longest)
    return replace(field, needed=True, choices=choices)


FIELDS = (
    _choice("language", "Language", 2, LANGUAGES),
    _choice("kind", "Kind", 9, KINDS),
    replace(_line("title", "Title", "", Place.HEADING, _EVERY), needed=True),
    _lines(
        "addressed_to",
        "Addressed to",
        "With several addressees, leave an empty line between them.",
        Place.FACTS,
        _EVERY,
    ),
    _line("reference", "Reference", "Such as the number of a bill.", Place.FACTS, _EVERY),
    replace(
        _lines(
            "summary",
            "Summary",
            "What we ask, in a few sentences of plain text. The email to partners repeats it.",
            Place.TEXT,
            _EVERY,
        ),
        needed=True,
        may_be_computed=True,
    ),
    Field(
        name="body",
        label="Text",
        hint="Markdown: a line with ## before it is a heading, - begins a list, > a quotation.",
        shape=Shape.MARKDOWN,
        place=Place.TEXT,
        kinds=_EVERY,
        longest=100_000,
        needed=True,
        may_be_computed=True,
        choices=None,
    ),
    replace(
        _line(
            "date_line",
            "Date",
            "Such as December 4, 2026. {{date}} becomes the day of publication.",
            Place.FACTS,
            _EVERY,
        ),
        may_be_computed=True,
    ),
    _line("salutation", "Salutation", "Such as Dear Chair Lee and Members of the Committee:", Place.TEXT, LETTERS),
    _lines("closing", "Closing", "Such as Sincerely, before the names.", Place.TEXT, LETTERS),
    _lines("copies", "cc", "Who gets a copy, one on each line.", Place.BELOW, LETTERS),
    _lines("enclosures", "Enclosures", "What comes with it, one on each line.", Place.BELOW, LETTERS),
    _lines(
        "press_contact",
        "Press contact",
        "Name, email address and phone number, one on each line.",
        Place.BELOW,
        _EVERY,
    ),
    _line("docket", "Docket number", "Such as ED-2026-OESE-0042.", Place.FACTS, (Kind.COMMENT,)),
    _lines("hearing", "Hearing", "The committee, its subject and its date.", Place.FACTS, (Kind.TESTIMONY,)),
)
FIELD_NAMES = tuple(field.name for field in FIELDS)


def field_named(name: str) -> Field:
    """The field of this name."""
    return FIELDS[FIELD_NAMES.index(name)]


# In which order each kind of text shows its fields, on whatever it is shown. What is read or stands below it is in
# _TEXT, all else in both others.
_TEXT = ("summary", "salutation", "body", "closing", "copies", "enclosures", "press_contact")
_USUAL = ("title", "kind", "language", "date_line", "addressed_to", "hearing", "docket", "reference", *_TEXT)
_ADDRESSED = ("date_line", "addressed_to", "title", "hearing", "docket", "reference", "kind", "language", *_TEXT)
READING_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Kind.POSITION: _USUAL,
        Kind.LETTER: _ADDRESSED,
        Kind.STATEMENT: _USUAL,
        Kind.TESTIMONY: _ADDRESSED,
        Kind.COMMENT: _ADDRESSED,
    }
)


@dataclass(frozen=True)
class Group:
    """Fields that a text may go without or leave as they are, offered together for the same kinds."""

    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]

    @property
    def heading(self) -> str:
        """The kinds as people call them."""
        return "Any kind" if self.kinds == _EVERY else enumerated([KINDS[kind] for kind in self.kinds]).capitalize()


def _groups() -> tuple[Group, ...]:
    ordered = map(field_named, READING_ORDER[Kind.LETTER])
    parts = [field for field in ordered if field.name == "language" or not field.needed]
    kinds = sorted(dict.fromkeys(field.kinds for field in parts), key=len, reverse=True)
    return tuple(Group(each, tuple(field for field in parts if field.kinds == each)) for each in kinds)


# What the form asks for besides title, summary and text.
PARTS = _groups()
