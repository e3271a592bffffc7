"""The letters that ask for an answer: asked, asked again about a new text, reminded, given a new deadline."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.positions.sheets import EMAIL
from signoff.letters.base import PartnerLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import Envelope, LetterContext, answers_later, required
from signoff.letters.obsolete import check_question
from signoff.letters.snippets import human, waits, what_changed, yours_alone
from signoff.models import Version
from signoff.services.rounds.previous_versions import KnownVersion

QuestionFields = tuple[Envelope, Version, str, datetime, str, str, datetime | None]


@dataclass(frozen=True)
class QuestionLetter(PartnerLetter):
    """A letter that asks for an answer; `answers_from` when the reader's address is too new to answer yet."""

    deadline: datetime
    message: str
    summary: str
    answers_from: datetime | None

    @classmethod
    def load(cls, context: LetterContext) -> "QuestionLetter":
        """While an answer is still asked for."""
        return cls(*question_fields(context))

    @property
    def until(self) -> str:
        """The deadline with its zone, UTC beside it."""
        return self.in_full(self.deadline)

    @property
    def last_day(self) -> str:
        """The day of the deadline."""
        return self.formats.day(self.deadline)

    def asking(self, subject: str, opening: str, *more: Block) -> Draft:
        """The whole letter: its opening, whatever it says more, the summary, the message, and the contact's link."""
        blocks: list[Block] = [
            Paragraph(opening),
            *more,
            Quoted(self.summary),
            *([Paragraph(self.message)] if self.message else []),
            Paragraph(f"{EMAIL.says} Read it and answer here. You need no account:"),
            Address(self.envelope.link, "Read the text and answer"),
            *waits(self, self.answers_from),
            yours_alone(self),
            Facts(tuple(self.the_text())),
            human(),
        ]
        return Draft(f"{subject}: {self.title}", tuple(blocks))


def question_fields(context: LetterContext) -> QuestionFields:
    """The fields of a QuestionLetter; Obsolete when nobody waits for the reader's answer any more."""
    check_question(context)
    return (
        *context.for_partner(),
        context.round.deadline,
        context.round.message,
        context.summary,
        answers_later(required(context.row.contact), at=context.at),
    )


@letter(LetterKind.REQUEST)
@dataclass(frozen=True)
class RequestLetter(QuestionLetter):
    """To a contact: please answer for your organization by the deadline."""

    def compose(self) -> Draft:
        """Who asks whom about what, by when."""
        opening = (
            f"The {self.asker} asks {self.organization} whether it approves the text “{self.title}”, by {self.until}."
        )
        return self.asking(f"Please answer by {self.last_day}", opening)


@letter(LetterKind.REPLACED)
@dataclass(frozen=True)
class ReplacedLetter(QuestionLetter):
    """To a contact asked about an earlier version: the text has changed; please answer again."""

    known: KnownVersion | None

    @classmethod
    def load(cls, context: LetterContext) -> "ReplacedLetter":
        """With the version that the partner knows."""
        return cls(*question_fields(context), known=context.known)

    def compose(self) -> Draft:
        """What changed, and that only a new answer counts."""
        opening = (
            f"The {self.asker} asks {self.organization} anew, by {self.until}: the text “{self.title}” "
            f"{self._difference()}.{self._void()}"
        )
        changed = what_changed(self.known, self.organization) if self.known else []
        return self.asking(f"Changed, please answer anew by {self.last_day}", opening, *changed)

    def _difference(self) -> str:
        if self.known is None:
            return "has changed since we last asked"
        number = self.known.version.number
        if not self.known.changes:
            return f"says again, byte for byte, what version {number} said"
        return f"has changed since version {number}"

    def _void(self) -> str:
        if self.known is None or not self.known.approved:
            return ""
        return f" The approval of version {self.known.version.number} does not count for it."


@letter(LetterKind.REMINDER)
@dataclass(frozen=True)
class ReminderLetter(QuestionLetter):
    """To a contact whose organization has not answered: the deadline comes near."""

    def compose(self) -> Draft:
        """That no answer came yet, and until when one is taken."""
        opening = (
            f"{self.organization} has not answered yet whether it approves the text “{self.title}”. "
            f"Answers are taken until {self.until}."
        )
        return self.asking(f"Reminder, answer by {self.last_day}", opening)


@letter(LetterKind.DEADLINE_MOVED)
@dataclass(frozen=True)
class DeadlineMovedLetter(QuestionLetter):
    """To a contact whose organization has not answered: there is another deadline."""

    def compose(self) -> Draft:
        """The new deadline."""
        opening = (
            f"The deadline has moved: answers of {self.organization} about the text “{self.title}” are now "
            f"taken until {self.until}."
        )
        return self.asking(f"New deadline {self.last_day}", opening)
