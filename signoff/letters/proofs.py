"""The file that proves an answer: how letters bring it and speak of it, and the letter that brings it later."""

from dataclasses import dataclass

from signoff.domain.answers.answers import VERDICT_WORDS, Verdict
from signoff.domain.letters import LetterKind
from signoff.letters.base import PartnerLetter, letter
from signoff.letters.blocks import Attachment, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, required
from signoff.models import Answer

FILE_NAME = "signoff-proof.json"


def about_proof(proof: str, organization: str) -> Paragraph:
    """What the attached file is for; or, while there is none, that it follows."""
    if not proof:
        return Paragraph("The file that proves this could not be made yet. It will follow in an email of its own.")
    return Paragraph(
        f"Keep the attached file {FILE_NAME}. It proves what was recorded for {organization} and when, if a published "
        "list ever says otherwise."
    )


def proof_attachments(proof: str) -> tuple[Attachment, ...]:
    """A partner's proof as letters bring it, if there is one."""
    return (Attachment(FILE_NAME, "application/json", proof.encode()),) if proof else ()


@letter(LetterKind.PROOF, "proof of an answer")
@dataclass(frozen=True)
class ProofLetter(PartnerLetter):
    """To a contact whose letter about an answer left before its proof could be made: the proof."""

    answer: Answer
    proof: str

    @classmethod
    def load(cls, context: LetterContext) -> "ProofLetter":
        """It waits until there is a proof; without one it cannot be written."""
        return cls(*context.for_partner(), required(context.row.answer), required(context.proof or None))

    def compose(self) -> Draft:
        """Which letter lacked the file, and what the file is for."""
        recorded = (("Recorded", VERDICT_WORDS[Verdict(self.answer.verdict)]), ("When", self.in_full(self.answer.at)))
        blocks: list[Block] = [
            Paragraph(
                f"We wrote to you about what was recorded for {self.organization} on the position “{self.title}”. "
                "The file that proves it could not be made then. It is attached to this email."
            ),
            Facts((*recorded, *self.the_text())),
            about_proof(self.proof, self.organization),
            *self.own_link("You can see the text and what was recorded here:"),
            self.human(),
        ]
        return Draft(
            f"Proof of an answer from {self.organization}: {self.title}", tuple(blocks), proof_attachments(self.proof)
        )
