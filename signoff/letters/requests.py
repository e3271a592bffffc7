"""The letters that ask for an answer: asked, asked again about a new text, reminded, given a new deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.positions.sheets import EMAIL
from signoff.letters.base import PartnerLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import Envelope, LetterContext, answers_later, required
from signoff.letters.obsolete import check_question
from signoff.letters.snippets import waits, what_changed, yours_alone
from signoff.models import Version
from signoff.services.rounds.previous_versions import KnownVersion

QuestionFields = tuple[Envelope, Version, str, datetime, str, str, Sequence[str], datetime | None]


@dataclass(frozen=True)
class QuestionLetter(PartnerLetter):
    """A letter that asks for an answer.

    `names` are those under which the partner may approve; `answers_from` is None unless the address is too new.
    """

    deadline: datetime
    message: str
    summary: str
    names: Sequence[str]
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
        """Its opening, whatever it says more, the summary, the message, the name to be listed, and the link."""
        blocks: list[Block] = [
            Paragraph(opening),
            *more,
            Quoted(self.summary),
            *([Paragraph(self.message)] if self.message else []),
            Paragraph(self._name_to_be_listed()),
            Paragraph(f"{EMAIL.says} Read it and answer here. You do not need an account:"),
            Address(self.envelope.link, "Read the text and answer"),
            *waits(self, self.answers_from),
            yours_alone(self),
            Facts(tuple(self.the_text())),
        ]
        return Draft(f"{subject}: {self.title}", tuple(blocks))

    def _name_to_be_listed(self) -> str:
        if len(self.names) == 1:
            return f"If you approve, this name will be listed publicly: {self.names[0]}"
        return f"If you approve, the name you choose will be listed publicly: {' / '.join(self.names)}"


def question_fields(context: LetterContext) -> QuestionFields:
    """The fields of a QuestionLetter; Obsolete when no one waits for the reader's answer anymore."""
    check_question(context)
    return (
        *context.for_partner(),
        context.round.deadline,
        context.round.message,
        context.summary,
        context.public_names,
        answers_later(required(context.row.contact), at=context.at),
    )


@letter(LetterKind.REQUEST, "request for approval")
@dataclass(frozen=True)
class RequestLetter(QuestionLetter):
    """To a contact: please answer for your organization by the deadline."""

    def compose(self) -> Draft:
        """Who asks whom about what, by when."""
        opening = (
            f"{self.who} asks {self.organization} to decide by {self.until} whether it approves the position "
            f"“{self.title}”."
        )
        return self.asking(f"Please answer for {self.organization} by {self.last_day}", opening)


_SUMMARY = Paragraph("The summary of the new version:")
_CHANGED = Paragraph("Its text has changed since we last asked you.")


@letter(LetterKind.REPLACED, "request about a new version")
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
            f"{self.who} asks {self.organization} to decide again by {self.until} whether it approves the position "
            f"“{self.title}”."
        )
        changed = what_changed(self.known, self.version, self.organization) if self.known else [_CHANGED]
        subject = f"Text changed: please answer again for {self.organization} by {self.last_day}"
        return self.asking(subject, opening, *changed, _SUMMARY)


@letter(LetterKind.REMINDER, "reminder")
@dataclass(frozen=True)
class ReminderLetter(QuestionLetter):
    """To a contact whose organization has not answered: the deadline comes near."""

    def compose(self) -> Draft:
        """That no answer came yet, and until when one is taken."""
        opening = (
            f"{self.who} asks {self.organization} to decide by {self.until} whether it approves the position "
            f"“{self.title}”. We have not received an answer yet."
        )
        return self.asking(f"Reminder to answer for {self.organization} by {self.last_day}", opening)


@letter(LetterKind.DEADLINE_MOVED, "new deadline")
@dataclass(frozen=True)
class DeadlineMovedLetter(QuestionLetter):
    """To a contact whose organization has not answered: there is another deadline."""

    def compose(self) -> Draft:
        """The new deadline."""
        opening = (
            f"{self.who} now asks {self.organization} to decide by {self.until} whether it approves the position "
            f"“{self.title}”. The deadline has changed."
        )
        return self.asking(f"New deadline for {self.organization}, {self.last_day}", opening)
