"""The letters about a partner's own public words: to staff when proposed, to the partner when decided about."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.partners.postings import PostingKind
from signoff.domain.permissions import Role
from signoff.domain.positions.slugs import encoded
from signoff.letters.base import BaseLetter, FactRow, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.turns import ensure_still, switch_off
from signoff.models import PartnerPosting


@letter(LetterKind.POSTING_PROPOSED, "proposal for a public page")
@dataclass(frozen=True)
class PostingProposedLetter(BaseLetter):
    """To publishers: decide whether it is shown. The words stay on the page, where they can be erased."""

    posting: PartnerPosting

    @classmethod
    def load(cls, context: LetterContext) -> "PostingProposedLetter":
        """While it waits, and the reader is a publisher."""
        posting = required(context.row.posting)
        if not posting.is_waiting:
            raise Obsolete("Someone has already decided, or the partner has taken it back.")
        ensure_still(context, Role.PUBLISHER)
        return cls(context.envelope, posting)

    def compose(self) -> Draft:
        """Of which partner, and where to decide."""
        partner = self.posting.partner.whole
        page = f"{self.base_url}/staff/partners/{encoded(partner.slug)}/profile"
        blocks: list[Block] = [
            Paragraph(
                f"{partner.name} has proposed a {self.posting.kind} for its public page. Please decide whether to "
                "show it. The public cannot see it until you do."
            ),
            Paragraph("Review it and decide:"),
            Address(page, "Open the proposal"),
            switch_off(),
            self.human(),
        ]
        return Draft(f"Please decide: a {self.posting.kind} proposed by {partner.name}", tuple(blocks))


@letter(LetterKind.POSTING_SETTLED, "decision about a proposal")
@dataclass(frozen=True)
class PostingSettledLetter(BaseLetter):
    """To the partner's contacts: what became of something that is, was or would have been on its public page."""

    posting: PartnerPosting

    @classmethod
    def load(cls, context: LetterContext) -> "PostingSettledLetter":
        """Unless the partner has taken it back since, or another one followed."""
        posting = required(context.row.posting)
        if posting.accepted and posting.until is not None and posting.ended_by is None:
            raise Obsolete("It is no longer on the partner's public page.")
        return cls(context.envelope, posting)

    def compose(self) -> Draft:
        """Whether it is public, where or why not, and how to change it."""
        name = self.posting.partner.name
        blocks: list[Block] = [
            Paragraph(self._what_happened),
            Facts(tuple(self._facts())),
            Paragraph(
                "To propose another or take one back, open the link in our latest email that asked you about a "
                "position, then choose “Your public page”. You can also reply to this email."
            ),
            self.human(),
        ]
        return Draft(f"{self._subject}: {name}", tuple(blocks))

    @property
    def _what(self) -> str:
        return f"{self.posting.kind} of {self.posting.partner.name}"

    @property
    def _subject(self) -> str:
        became = "shown" if self.posting.is_shown else "removed" if self.posting.accepted else "not accepted"
        return f"{self.posting.kind.capitalize()} {became}"

    @property
    def _what_happened(self) -> str:
        if self.posting.is_shown:
            return f"The {self._what} is now on its page on the website of the {self.asker}."
        if self.posting.accepted:
            return f"The {self.asker} has taken the {self._what} off its website."
        return f"The {self.asker} has not put the {self._what} on its website."

    def _facts(self) -> list[FactRow]:
        posting = self.posting
        rows = [("Text", posting.words or "")]
        if posting.kind == PostingKind.NOTICE and posting.month:
            rows = [("Place", posting.place.words), ("Month", self.formats.month(posting.month)), *rows]
        page = f"{self.base_url}/partners/{encoded(posting.partner.slug)}" if posting.is_shown else ""
        rows += [("Reason", posting.ended_reason or posting.reason or ""), ("Public page", page)]
        return [(label, value) for label, value in rows if value]
