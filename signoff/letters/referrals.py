"""The letters about a referral: someone named the colleague who answers."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.letters.base import BaseLetter, NoticeLetter, picks_letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.requests import QuestionLetter, question_fields


@picks_letter(LetterKind.REFERRED, "referral")
def referral_letter(context: LetterContext) -> BaseLetter:
    """For staff, the colleague, or the partner's other contacts."""
    if context.envelope.to_staff:
        referral = required(context.row.referral)
        if referral.names_nobody:
            return StepBackLetter.load(context)
        if referral.taken_back_at is not None:
            return TakenBackForStaffLetter.load(context)
        in_force = referral.accepted == 1 and referral.settled_by is None
        return (ReferralMadeLetter if in_force else ReferralToAcceptLetter).load(context)
    referral, reader = required(context.row.referral), required(context.row.contact).id
    if referral.taken_back_at is not None:
        return TakenBackLetter.load(context)
    named = referral.contact_id
    return (ColleagueLetter if reader == named else ReferralLetter).load(context)


@dataclass(frozen=True)
class ColleagueLetter(QuestionLetter):
    """To the colleague: someone named you, please answer."""

    named_by: str

    @classmethod
    def load(cls, context: LetterContext) -> "ColleagueLetter":
        """While an answer is still asked for."""
        referral = required(context.row.referral)
        return cls(*question_fields(context), named_by=referral.link.contact.full_name)

    def compose(self) -> Draft:
        """Who named the reader, and what is asked."""
        opening = (
            f"{self.who} asks {self.organization} to decide by {self.until} whether it approves the position "
            f"“{self.title}”. {self.named_by} named you as the person who can answer."
        )
        return self.asking(f"Please answer for {self.organization} by {self.last_day}", opening)


@dataclass(frozen=True)
class ReferralLetter(NoticeLetter):
    """To the partner's other contacts: who answers now; `accepted` is empty while staff have not decided."""

    named_by: str
    colleague: str
    accepted: int | None

    @classmethod
    def load(cls, context: LetterContext) -> "ReferralLetter":
        """With what became of it."""
        referral = required(context.row.referral)
        named_by, colleague = referral.link.contact.full_name, referral.full_name or "a colleague"
        return cls(*context.for_notice(), named_by, colleague, referral.accepted)

    def compose(self) -> Draft:
        """Who named whom, and what became of it."""
        became = {
            None: "The email address is not in your organization's own domain, so the Coalition's staff will look at "
            "it first.",
            1: f"{self.colleague} now has a link of their own.",
            0: "The Coalition's staff did not accept this. Please reply to this email and tell us who can answer.",
        }[self.accepted]
        blocks: list[Block] = [
            Paragraph(
                f"{self.named_by} named {self.colleague} as the person who answers for {self.organization} about the "
                f"position “{self.title}”. {became}"
            ),
            Facts(tuple(self.about())),
            *self.own_link("If this is not right, reply to this email. You can read the text here:"),
            self.human(),
        ]
        subject = {
            None: f"Staff will review the colleague named for {self.organization}",
            1: f"A colleague now answers for {self.organization}",
            0: f"The colleague named for {self.organization} was not accepted",
        }[self.accepted]
        return Draft(f"{subject}: {self.title}", tuple(blocks))


@dataclass(frozen=True)
class ReferralToAcceptLetter(NoticeLetter):
    """To the publisher who asked: the colleague's address lies in another mail domain; accept it or not."""

    named_by: str
    colleague: str
    address: str
    made_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "ReferralToAcceptLetter":
        """With the colleague as they were named, unless that was erased."""
        referral = required(context.row.referral)
        if referral.accepted is not None:
            raise Obsolete("Someone has already decided about this colleague.")
        named_by, colleague = referral.link.contact.full_name, referral.full_name or "a colleague"
        return cls(*context.for_notice(), named_by, colleague, referral.email or "erased", referral.made_at)

    def compose(self) -> Draft:
        """Who named whom, and where to accept it."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.named_by} of {self.organization} named {self.colleague} to answer about the position "
                f"“{self.title}”. The email address is in another domain, so {self.colleague} can answer only after "
                "you or another publisher accepts this address."
            ),
            Facts(
                (
                    ("Colleague", self.colleague),
                    ("Email address", self.address),
                    ("Named", self.in_full(self.made_at)),
                    *self.about(),
                )
            ),
            *self.round_for_staff("Decide about the colleague here:"),
            self.human(),
        ]
        return Draft(f"Please decide: {self.colleague} for {self.organization}", tuple(blocks))


@dataclass(frozen=True)
class StepBackLetter(NoticeLetter):
    """To the publisher who asked: a contact asks to receive no more emails; change the partner's contacts."""

    person: str
    made_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "StepBackLetter":
        """Unless someone has seen to it."""
        asked = required(context.row.referral)
        if asked.accepted is not None:
            raise Obsolete("This has already been settled.")
        return cls(*context.for_notice(), asked.link.contact.full_name, asked.made_at)

    def compose(self) -> Draft:
        """Who asks, and what to do about it."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.person} of {self.organization} asked us to stop emailing them about its requests. Find "
                f"out who answers for {self.organization}, have an administrator change its contacts, and then mark "
                "this as settled. No answer of the organization has changed."
            ),
            Facts((("Asked", self.in_full(self.made_at)), *self.about())),
            *self.round_for_staff("Settle it here:"),
            self.human(),
        ]
        return Draft(f"Please decide: {self.person} of {self.organization} asks not to be emailed", tuple(blocks))


@dataclass(frozen=True)
class ReferralMadeLetter(NoticeLetter):
    """To the publisher who asked: a colleague in the partner's own mail domain answers now."""

    named_by: str
    colleague: str
    made_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "ReferralMadeLetter":
        """With the colleague as they were named, unless that was erased."""
        referral = required(context.row.referral)
        named_by, colleague = referral.link.contact.full_name, referral.full_name or "a colleague"
        return cls(*context.for_notice(), named_by, colleague, referral.made_at)

    def compose(self) -> Draft:
        """Who named whom; there is nothing to do."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.named_by} of {self.organization} named {self.colleague} as the person who answers about "
                f"“{self.title}”. {self.colleague} has been emailed a personal link. You do not need to do anything."
            ),
            Facts((("Colleague", self.colleague), ("Named", self.in_full(self.made_at)), *self.about())),
            *self.round_for_staff("The round:"),
            self.human(),
        ]
        return Draft(f"{self.colleague} will answer for {self.organization}", tuple(blocks))


def _answers_again(context: LetterContext) -> str:
    """Who took back naming a colleague; Obsolete once they named another."""
    referral = required(context.row.referral)
    if referral.link.referred_at is not None:
        raise Obsolete("Another colleague was named since.")
    return referral.link.contact.full_name


@dataclass(frozen=True)
class TakenBackLetter(NoticeLetter):
    """To the partner's contacts: who named a colleague has taken that back."""

    named_by: str
    colleague: str

    @classmethod
    def load(cls, context: LetterContext) -> "TakenBackLetter":
        """Unless the contact named another colleague since; a reader who was the colleague is “you”."""
        referral = required(context.row.referral)
        is_reader = referral.contact_id == required(context.row.contact).id
        colleague = "you" if is_reader else referral.full_name or "a colleague"
        return cls(*context.for_notice(), _answers_again(context), colleague)

    def compose(self) -> Draft:
        """Who takes back what, and who can answer now."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.named_by} named {self.colleague} to answer for {self.organization} about the position "
                f"“{self.title}” and has since taken that back. {self.named_by} can answer again."
            ),
            Facts(tuple(self.about())),
            *self.own_link("If this is not right, reply to this email. You can read the text here:"),
            self.human(),
        ]
        return Draft(f"{self.named_by} can answer for {self.organization} again: {self.title}", tuple(blocks))


@dataclass(frozen=True)
class TakenBackForStaffLetter(NoticeLetter):
    """To the publisher who asked: a contact took back naming a colleague."""

    named_by: str
    colleague: str

    @classmethod
    def load(cls, context: LetterContext) -> "TakenBackForStaffLetter":
        """Unless the contact named another colleague since."""
        colleague = required(context.row.referral).full_name or "a colleague"
        return cls(*context.for_notice(), _answers_again(context), colleague)

    def compose(self) -> Draft:
        """Who takes back what; there is nothing to do."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.named_by} of {self.organization} named {self.colleague} to answer about “{self.title}” "
                f"and has since taken that back. {self.named_by} can answer again. You do not need to do anything."
            ),
            Facts(tuple(self.about())),
            *self.round_for_staff("The round:"),
            self.human(),
        ]
        return Draft(f"{self.named_by} can answer for {self.organization} again", tuple(blocks))
