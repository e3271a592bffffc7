"""The letters of a round besides those that ask: recalled, a new link, closed, and who was not reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.phrasing import counted
from signoff.domain.positions.status import PublicationEnd, RoundEnd
from signoff.letters.base import NoticeLetter, PartnerLetter, VersionLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, Obsolete, answers_later, required
from signoff.letters.snippets import answers_in_words, waits, yours_alone
from signoff.letters.undelivered import Undelivered

_MOST_SHOWN = 8


@letter(LetterKind.RECALLED, "no answer needed")
@dataclass(frozen=True)
class RecalledLetter(PartnerLetter):
    """To a partner's contacts: no one needs to answer anymore, and why; `named_as` when its name stays public.

    `is_retired` when the text was taken back, `later` the version that was published in its place; both without a
    recall.
    """

    reason: str
    named_as: str
    is_dropped: bool
    is_retired: bool
    later: int | None

    @classmethod
    def load(cls, context: LetterContext) -> "RecalledLetter":
        """Unless the contact never heard of the question, or the partner is asked again by now."""
        if not context.has_heard:
            raise Obsolete("The contact was never asked.")
        request, round_, about = context.request, context.round, context.for_partner()
        if request.dropped_at is not None:
            return cls(*about, request.dropped_reason, named_as="", is_dropped=True, is_retired=False, later=None)
        if round_.ended_as == RoundEnd.RECALLED:
            named_as = context.named_as
            return cls(*about, round_.ended_reason, named_as, is_dropped=False, is_retired=False, later=None)
        if round_.ended_as != RoundEnd.CLOSED:
            raise Obsolete("The partner is asked again.")
        publication, later = context.publication, context.public_version
        if publication is not None and publication.ended_as == PublicationEnd.RETIRED:
            return cls(*about, publication.ended_reason, named_as="", is_dropped=False, is_retired=True, later=None)
        return cls(*about, reason="", named_as="", is_dropped=False, is_retired=False, later=later)

    def compose(self) -> Draft:
        """That nothing is asked anymore, why, and whether the name stays."""
        blocks: list[Block] = [
            Paragraph(self._what_happened()),
            *([Quoted(self.reason)] if self.reason else []),
            Paragraph(self._whether_named()),
            Facts(tuple(self.the_text())),
            *self.own_link("You can still see here what was asked and recorded:"),
            self.human(),
        ]
        return Draft(f"No answer needed from {self.organization}: {self.title}", tuple(blocks))

    def _what_happened(self) -> str:
        nothing_to_do = f"{self._what_ended()} You do not need to do anything."
        return f"{nothing_to_do} The reason:" if self.reason else nothing_to_do

    def _what_ended(self) -> str:
        whom, number = self.organization, self.version.number
        if self.is_retired:
            return (
                f"The {self.asker} has retired the position “{self.title}” and no longer asks {whom} whether it "
                "approves it."
            )
        if self.later is not None:
            return (
                f"The {self.asker} has published version {self.later} of the position “{self.title}” and no longer "
                f"asks {whom} whether it approves version {number}."
            )
        return (
            f"The {self.asker} no longer asks {whom} whether it approves version {number} of the position "
            f"“{self.title}”."
        )

    def _whether_named(self) -> str:
        if self.named_as:
            return f"The position is public, and {self.named_as} stays named on it until you withdraw."
        if self.is_dropped or self.is_retired or self.later is not None:
            return f"{self.organization} is not named on this version."
        # An earlier version may be public with the name.
        return f"{self.organization} is not named on this version. Nothing that is already public changes."


@letter(LetterKind.FRESH_LINK, "new link")
@dataclass(frozen=True)
class FreshLinkLetter(NoticeLetter):
    """To a contact at its registered address: the new link it asked for, or the one that it gets as a new contact."""

    answers_from: datetime | None
    replaces: bool
    is_waited_for: bool

    @classmethod
    def load(cls, context: LetterContext) -> "FreshLinkLetter":
        """With what the link can do now."""
        contact = required(context.row.contact)
        return cls(
            *context.for_notice(),
            answers_from=answers_later(contact, at=context.at),
            replaces=required(context.row.link).id in context.batch.replacing,
            is_waited_for=context.is_waited_for,
        )

    def compose(self) -> Draft:
        """The link, and what it can do."""
        unasked = Paragraph("If you did not ask for a new link, you can ignore this email. It was sent only to you.")
        blocks: list[Block] = [
            Paragraph(self._which_link()),
            *self.own_link("Open it here:"),
            *waits(self, self.answers_from),
            self._what_it_can_do(),
            Facts(tuple(self.about())),
            *([unasked] if self.replaces and not self.answers_from else []),
            *([] if self.open_until and self.is_waited_for else [self.human()]),
        ]
        which = "Your new link" if self.replaces else "Your link"
        return Draft(f"{which} for {self.organization}: {self.title}", tuple(blocks))

    def _what_it_can_do(self) -> Paragraph:
        if not self.open_until:
            return Paragraph("We are not taking answers now. You can read the text, and withdraw an approval.")
        if self.is_waited_for:
            return yours_alone(self)
        return Paragraph(
            f"{self.organization} has answered. That answer can still be changed or withdrawn. This link is for you "
            "alone, so please do not forward it."
        )

    def _which_link(self) -> str:
        if self.replaces:
            return (
                f"Here is your new link to the position “{self.title}”, for {self.organization}. "
                "Your earlier link to it no longer works."
            )
        return (
            f"As a contact of {self.organization}, you have your own link to the position “{self.title}”. It shows the "
            f"text, and the answer from {self.organization} if there is one."
        )


@letter(LetterKind.CONFIRM, "request to confirm a reply")
@dataclass(frozen=True)
class ConfirmLetter(NoticeLetter):
    """To a contact who replied by email: the link it has already, since only an answer given there counts."""

    @classmethod
    def load(cls, context: LetterContext) -> "ConfirmLetter":
        """While answers are taken, and its contact has not answered since."""
        result = cls(*context.for_notice())
        if result.open_until is None:
            raise Obsolete("Answers are no longer taken.")
        if context.has_answered_since:
            raise Obsolete("The contact has answered since.")
        return result

    def compose(self) -> Draft:
        """That the email was read, that it is no answer, and where to give one."""
        blocks: list[Block] = [
            Paragraph(
                f"Thank you for your email about the position “{self.title}”. Please confirm here: an email does not "
                f"count as an answer, and {self.organization} is listed only after you approve on this page."
            ),
            *self.own_link("Read the text and answer:", "Read and answer"),
            yours_alone(self),
            Facts(tuple(self.about())),
        ]
        return Draft(f"Please confirm for {self.organization}: {self.title}", tuple(blocks))


@letter(LetterKind.UNDELIVERABLE, "undelivered email")
@dataclass(frozen=True)
class UndeliverableLetter(VersionLetter):
    """To the publisher who asked: whom letters about this version did not reach, and why."""

    undelivered: Sequence[Undelivered]

    @classmethod
    def load(cls, context: LetterContext) -> "UndeliverableLetter":
        """Unless everyone has been reached since."""
        if not context.undelivered:
            raise Obsolete("Everything has been delivered since.")
        return cls(*context.for_version(), undelivered=context.undelivered)

    def compose(self) -> Draft:
        """Who was not reached, and what to do."""
        people = counted(len(self.undelivered), "person", "people")
        blocks: list[Block] = [
            Paragraph(
                f"Email about the position “{self.title}” did not reach {people}. They have not been asked, and are "
                "not counted as partners that did not answer."
            ),
            Quoted("\n".join(self._who_and_why())),
            Paragraph("Correct the email address on the partner's page. A new email is then sent automatically."),
            Facts(tuple(self.the_text())),
            *self.round_for_staff("See who was reached and who was not:"),
            self.human(),
        ]
        return Draft(f"Not delivered to {people}: {self.title}", tuple(blocks))

    def _who_and_why(self) -> list[str]:
        more = len(self.undelivered) - _MOST_SHOWN
        return [
            *(f"{it.organization}: {it.full_name}, {it.address}. {it.reply}" for it in self.undelivered[:_MOST_SHOWN]),
            *([f"… and {more} more"] if more > 0 else []),
        ]


@letter(LetterKind.ROUND_CLOSED, "closed round")
@dataclass(frozen=True)
class RoundClosedLetter(VersionLetter):
    """To the publisher who asked: the deadline has passed, and what came of it."""

    deadline: datetime
    is_public: bool
    tally: Mapping[str, int]

    @classmethod
    def load(cls, context: LetterContext) -> "RoundClosedLetter":
        """With the answers counted now, unless the round was reopened."""
        if context.open_until is not None:
            raise Obsolete("The round was reopened.")
        return cls(*context.for_version(), context.round.deadline, context.is_public, context.tally)

    def compose(self) -> Draft:
        """How many answered what, and what to do next."""
        asked = counted(sum(self.tally.values()), "partner was", "partners were").capitalize()
        lead = (
            "The version is already public. To accept late approvals, set a later deadline:"
            if self.is_public
            else "Publish the version, or reopen the round:"
        )
        blocks: list[Block] = [
            Paragraph(
                f"The round on the position “{self.title}” has closed. {asked} asked: {answers_in_words(self.tally)}."
            ),
            Facts((("Closed", self.in_full(self.deadline)), *self.the_text())),
            *self.round_for_staff(lead),
            self.human(),
        ]
        return Draft(f"Round closed: {self.title}", tuple(blocks))
