"""The letter about a publication."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.positions.status import PublicationEnd
from signoff.letters.base import NoticeLetter, PartnerLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph, Quoted
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
                f"{self.who} has published the position “{self.title}”. {self.named_as} is listed on it, as approved."
            ),
            Facts(
                (
                    ("Published", self.in_full(self.published_at)),
                    ("Signatories", self.formats.number(self.signatory_count)),
                    *self.about(),
                )
            ),
            *self.own_link("You can withdraw at any time. The name is then removed at once:"),
            human(),
        ]
        return Draft(f"Published with the name of {self.organization}: {self.title}", tuple(blocks))


@letter(LetterKind.NO_LONGER_NAMED)
@dataclass(frozen=True)
class NoLongerNamedLetter(PartnerLetter):
    """To the contacts of a partner that was named on a version until its publication ended.

    `reason` is empty unless the position was retired; `later` is the number of the version that is public now, if any.
    """

    named_as: str
    ended_at: datetime
    reason: str
    later: int | None

    @classmethod
    def load(cls, context: LetterContext) -> "NoLongerNamedLetter":
        """Unless the partner is named on a later version of the position by now."""
        if context.is_named_on_position:
            raise Obsolete("The partner is named on a later version.")
        publication, answer = required(context.publication), required(context.row.answer)
        retired = publication.ended_as == PublicationEnd.RETIRED
        reason = publication.ended_reason if retired else ""
        ended_at = required(publication.ended_at)
        return cls(*context.for_partner(), required(answer.public_name), ended_at, reason, context.public_version)

    def compose(self) -> Draft:
        """That the name is gone with the text that it approved, and why."""
        blocks: list[Block] = [
            *self._what_happened(),
            Facts((("Ended", self.in_full(self.ended_at)), *self.the_text())),
            *self.own_link("You can still see here what was asked and recorded:"),
            human(),
        ]
        return Draft(f"No longer named, {self.organization}: {self.title}", tuple(blocks))

    def _what_happened(self) -> list[Block]:
        number = self.version.number
        if self.reason:
            return [
                Paragraph(
                    f"The {self.asker} has retired the position “{self.title}”. {self.named_as} is no longer named on "
                    "it. The reason:"
                ),
                Quoted(self.reason),
            ]
        if self.later is None:
            return [
                Paragraph(
                    f"Version {number} of the position “{self.title}” is no longer public. {self.named_as} was named "
                    "on it and is no longer named."
                )
            ]
        return [
            Paragraph(
                f"The {self.asker} has published version {self.later} of the position “{self.title}”. {self.named_as} "
                f"was named on version {number}, which is no longer in force. It is not named on version {self.later}, "
                f"because {self.organization} has not approved that version."
            )
        ]
