"""Newsletters to partners as they are typed: a subject, an opening, and words to each thing that is told of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from signoff.domain.positions.markdown import blocks_of, links_in
from signoff.domain.positions.markdown_rules import markdown_problem
from signoff.domain.positions.placeholders import has_computed
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

LONGEST_SUBJECT = 150  # characters
LONGEST_OPENING = 10_000  # bytes
LONGEST_WORDS = 4_000  # bytes, about one thing
FIRST_COVERS = timedelta(days=92)  # what the first newsletter looks back on


class TopicKind(StrEnum):
    """What a part of a newsletter tells of. What is true of it is found when the email leaves."""

    PUBLICATION = "publication"
    PARTNERS = "partners"
    EXPERTISE = "expertise"
    MEETING = "meeting"
    QUESTIONS = "questions"


@dataclass(frozen=True, order=True)
class Topic:
    """One thing that is told of: a publication or a meeting by its number, or all of a kind (0)."""

    kind: TopicKind
    number: int = 0

    @property
    def key(self) -> str:
        """The same as forms and tables write it."""
        return f"{self.kind}-{self.number}"


def read_topic(key: str) -> Topic | None:
    """The topic that a key names; None for anything else."""
    kind, _, number = key.partition("-")
    known = kind in set(TopicKind) and number.isascii() and number.isdigit() and len(number) < 10
    topic = Topic(TopicKind(kind), int(number)) if known else None
    return topic if topic and topic.key == key else None


Part = tuple[Topic, str]  # with the words about it


@dataclass(frozen=True)
class NewsletterForm:
    """A newsletter as it was typed: its parts in their order, each with the words about it, which may be empty."""

    subject: str
    opening: str = ""
    parts: tuple[Part, ...] = ()

    def cleaned(self) -> "NewsletterForm":
        """The same in canonical characters."""
        parts = tuple((topic, clean_text(words)) for topic, words in self.parts)
        return replace(self, subject=clean_line(self.subject), opening=clean_text(self.opening), parts=parts)

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with a cleaned form by itself, by field; words about a topic are the field of its key."""
        said = {topic.key: _text_problem(words, LONGEST_WORDS) for topic, words in self.parts}
        errors = {
            "subject": line_problem(self.subject, longest=LONGEST_SUBJECT, prose=True),
            "opening": _text_problem(self.opening, LONGEST_OPENING) or self._empty_problem,
            **said,
        }
        return {name: sentence for name, sentence in errors.items() if sentence}

    @property
    def _empty_problem(self) -> str:
        return "" if self.opening or self.parts else "Write something here, or select something to include below."

    @property
    def shown_words(self) -> dict[str, str]:
        """Everything that staff wrote as it is shown, by field: without Markdown, and with the addresses of links."""
        written = {"opening": self.opening, **{topic.key: words for topic, words in self.parts}}
        return {
            "subject": self.subject,
            **{field: "\n".join([*blocks_of(words), *links_in(words)]) for field, words in written.items()},
        }


def _text_problem(words: str, longest: int) -> str:
    if not words:
        return ""
    if has_computed(words):
        return "Computed words cannot be used here."
    return text_problem(words, longest=longest, markdown=True) or markdown_problem(words)


def stored_parts(parts: Iterable[Part]) -> list[list[str]]:
    """Parts as a table keeps them."""
    return [[topic.key, words] for topic, words in parts]


def read_parts(stored: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """Parts as they were kept."""
    return tuple((topic, words) for key, words in stored if (topic := read_topic(key)))
