"""The letter about a publication."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.phrasing import counted
from signoff.letters.base import NoticeLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.snippets import human


@letter(LetterKind.PUBLISHED)
@dataclass(frozen=True)
class PublishedLetter(NoticeLetter):
    """To the contacts of each signatory: the position is public, with their organization's name."""

    published_at: datetime
    named_as: str
    signatory_count: int

    @classmethod
    def load(cls, context: LetterContext) -> "PublishedLetter":
        """While the partner is named."""
        if not context.named_as:
            raise Obsolete("The partner is no longer named.")
        published_at = required(context.publication).published_at
        return cls(*context.for_notice(), published_at, context.named_as, context.signatory_count)

    def compose(self) -> Draft:
        """Under which name, among how many, and how to withdraw."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.who} has published the position “{self.title}”. {self.named_as} is listed on it, as approved. "
                f"It has {counted(self.signatory_count, 'signatory', 'signatories')}."
            ),
            Facts((("Published", self.in_full(self.published_at)), *self.about())),
            *self.own_link("You can withdraw at any time. The name is then removed at once:"),
            human(),
        ]
        return Draft(f"Published with the name of {self.organization}: {self.title}", tuple(blocks))
