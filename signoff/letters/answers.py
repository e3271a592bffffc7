"""The letters about an answer: its receipt, and what staff are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.domain.answers.answers import AUTHORITY_WORDS, Authority, Verdict
from signoff.domain.letters import LetterKind
from signoff.letters.asked_text import asked_text
from signoff.letters.base import FactRow, NoticeLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.proofs import about_proof, proof_attachments
from signoff.models import Answer


@letter(LetterKind.RECEIPT, "receipt")
@dataclass(frozen=True)
class ReceiptLetter(NoticeLetter):
    """To all contacts of a partner: what was just said for it; the contact who said it reads their private note too."""

    answer: Answer
    is_by_reader: bool
    is_overtaken: bool
    proof: str

    @classmethod
    def load(cls, context: LetterContext) -> "ReceiptLetter":
        """Also for an answer that another one has overtaken; the letter then says so."""
        answer = required(context.row.answer)
        return cls(*context.for_notice(), answer, context.is_by_reader, context.is_overtaken, context.proof)

    def compose(self) -> Draft:
        """What was said, and what follows from it."""
        did = {
            Verdict.APPROVE: "approved",
            Verdict.DECLINE: "declined",
            Verdict.ABSTAIN: "abstained on",
        }[Verdict(self.answer.verdict)]
        blocks: list[Block] = [
            Paragraph(self._opening(did)),
            Facts((*self._what_was_said(), *self.about())),
            Paragraph(f"{self._what_follows()} The text is attached, for when your link no longer works."),
            about_proof(self.proof, self.organization),
            *self.own_link(self._lead()),
            self.human(),
        ]
        return Draft(self._subject(did), tuple(blocks), (asked_text(self), *proof_attachments(self.proof)))

    def _subject(self, did: str) -> str:
        if self.is_overtaken:
            return f"Receipt for an earlier answer from {self.organization}: {self.title}"
        return f"Receipt: {self.organization} {did} “{self.title}”"

    def _lead(self) -> str:
        if self.is_overtaken:
            return "To read the text again, or to tell us that it was not you:"
        change = "change or withdraw" if self.answer.verdict == Verdict.APPROVE else "change"
        return f"To read the text again, to {change} this answer, or to tell us that it was not you:"

    def _opening(self, did: str) -> str:
        if not self.is_overtaken:
            return f"{self.organization} {did} the position “{self.title}”. This email is your receipt."
        return (
            f"{self.organization} {did} the position “{self.title}”. That answer has since been replaced and no longer "
            "counts. This email is the receipt for it."
        )

    def _what_was_said(self) -> list[FactRow]:
        answer, person = self.answer, self.answer.person
        rows = [
            ("Public name", answer.public_name),
            ("Public note", answer.public_note),
            ("Authority", AUTHORITY_WORDS[Authority(answer.authority)] if answer.authority else ""),
            ("Decided on", self.formats.calendar_day(answer.board_decided_on) if answer.board_decided_on else ""),
            ("Reason", person.reason),
            ("Private note to the Coalition's staff", person.note if self.is_by_reader else ""),
            ("Signed by", person.full_name or "erased"),
            ("Recorded", self.in_full(answer.at)),
        ]
        return [(label, " ".join(value.split())) for label, value in rows if value]

    def _what_follows(self) -> str:
        if self.is_overtaken:
            return "A separate email says what has happened since."
        if self.answer.verdict != Verdict.APPROVE:
            return (
                f"{self.organization} will not be named. Only its contacts and the Coalition's staff can see this "
                "answer."
            )
        if self.is_public:
            return "The position is already public, so the name is listed on it now."
        return (
            "The name will be listed when the position is published. If one word of it changes, we will ask you again."
        )


@letter(LetterKind.DECLINED, "declined request")
@dataclass(frozen=True)
class DeclinedLetter(NoticeLetter):
    """To the publisher who asked: a partner declined, and why."""

    answer: Answer
    spelled: Sequence[str]

    @classmethod
    def load(cls, context: LetterContext) -> "DeclinedLetter":
        """Unless the partner has answered again; with the words that read like its name, if the text is public."""
        if context.is_overtaken:
            raise Obsolete("The partner has answered again.")
        return cls(*context.for_notice(), required(context.row.answer), context.spelled)

    def compose(self) -> Draft:
        """The reason, and who gave it."""
        person = self.answer.person
        blocks: list[Block] = [
            Paragraph(f"{self.organization} declined the position “{self.title}”. Its reason:"),
            Quoted(person.reason or "The reason was erased."),
            Facts((("Signed by", person.full_name or "erased"), ("When", self.in_full(self.answer.at)), *self.about())),
            *_still_spelled(self.spelled, is_public=self.is_public),
            *self.for_staff("Only that organization and the Coalition's staff can see this. The position's page:"),
            self.human(),
        ]
        return Draft(f"{self.organization} declined: {self.title}", tuple(blocks))


@dataclass(frozen=True)
class _EndedLetter(NoticeLetter):
    """To the partner's contacts and the publisher: an approval does not count anymore."""

    answer: Answer
    round_is_over: bool
    is_overtaken: bool
    spelled: Sequence[str]
    proof: str

    @classmethod
    def load(cls, context: LetterContext) -> "_EndedLetter":
        """With whether the partner could approve again, and whether it has answered since."""
        is_over, answer = context.round.ended_as in ("recalled", "replaced"), required(context.row.answer)
        return cls(*context.for_notice(), answer, is_over, context.is_overtaken, context.spelled, context.proof)

    def ended(self, subject: str, opening: str, way_back: str) -> Draft:
        """The whole letter: what happened, who signed, why, and how the partner could be named again."""
        person = self.answer.person
        signed = (("Signed by", person.full_name),) if person.full_name else ()
        if self.round_is_over:
            way_back = "It can no longer be named on this version. The Coalition would have to ask about a later one."
        if self.is_overtaken:
            way_back = f"{self.organization} has answered again since. That later answer is the one that counts."
        blocks: list[Block] = [
            Paragraph(opening),
            Facts((*signed, ("When", self.in_full(self.answer.at)), *self.about())),
            *_reason_given(person.reason),
            Paragraph(way_back),
            *_still_spelled(self.spelled, is_public=self.is_public),
            *([] if self.envelope.to_staff else [about_proof(self.proof, self.organization)]),
            *self._page(),
            self.human(),
        ]
        return Draft(f"{subject}: {self.title}", tuple(blocks), proof_attachments(self.proof))

    def _page(self) -> list[Block]:
        if self.envelope.to_staff:
            return self.for_staff("The position's page:")
        return self.own_link("You can see the text and what was recorded here:")


@letter(LetterKind.WITHDRAWN, "withdrawal")
@dataclass(frozen=True)
class WithdrawnLetter(_EndedLetter):
    """An approval was withdrawn, or staff removed the name."""

    def compose(self) -> Draft:
        """Who ended it."""
        way_back = f"{self.organization} is not named on the position unless it approves again through its own link."
        if self.answer.verdict == Verdict.WITHDRAW:
            opening = f"{self.organization} withdrew its approval of the position “{self.title}”."
            return self.ended(f"{self.organization} withdrew its approval", opening, way_back)
        opening = f"The Coalition's staff removed the name of {self.organization} from the position “{self.title}”."
        return self.ended(f"The name of {self.organization} was removed", opening, way_back)


@letter(LetterKind.CONTESTED, "contested answer")
@dataclass(frozen=True)
class ContestedLetter(_EndedLetter):
    """Someone says that an answer was not the partner's."""

    def compose(self) -> Draft:
        """That the partner is not named."""
        opening = (
            f"{self.organization} told us that the answer recorded for it on the position “{self.title}” was not its "
            "own."
        )
        way_back = f"{self.organization} is not named on the position unless it approves again through a new link."
        return self.ended(f"{self.organization} contested an answer", opening, way_back)


def _reason_given(reason: str | None) -> list[Block]:
    return [Paragraph("The reason given:"), Quoted(reason)] if reason else []


def _still_spelled(spelled: Sequence[str], *, is_public: bool) -> list[Block]:
    """For staff: that the published text holds the partner's name, and what came of that."""
    if not spelled:
        return []
    lead = (
        "The published text has words that read like this name. The name is no longer on its list, but the text is "
        "still public. Please decide whether the words mean this partner, and retire the position if they do:"
        if is_public
        else "The position was retired because its text has this name in it:"
    )
    return [Paragraph(lead), *(Quoted(words) for words in spelled[:5])]
