"""The letters about the Coalition's commitments: please accept them, and what was said."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.principles.commitments import commitments_digest
from signoff.letters.base import BaseLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.models import Acceptance, PrinciplesEdition
from signoff.services.partners.acceptance_status import last_acceptances
from signoff.services.principles.editions import latest_edition


@dataclass(frozen=True)
class _CommitmentsLetter(BaseLetter):
    """A letter about the commitments of an edition and one organization."""

    organization: str
    edition: PrinciplesEdition

    def which(self) -> Facts:
        """Which commitments the letter is about."""
        rows = [
            ("Edition", f"{self.edition.number}, adopted {self.formats.calendar_day(self.edition.adopted_on)}"),
            ("Document", self.edition.source),
            ("Digest", commitments_digest(self.edition.commitments)),
        ]
        return Facts(tuple(row for row in rows if row[1]))


@letter(LetterKind.COMMITMENTS, "request to accept the commitments")
@dataclass(frozen=True)
class CommitmentsLetter(_CommitmentsLetter):
    """To a contact: please read the commitments, and accept them for your organization."""

    @classmethod
    def load(cls, context: LetterContext) -> "CommitmentsLetter":
        """Unless the link has ended, a newer edition is in force, the partner left, or it has answered since."""
        link, partner, session = required(context.row.acceptance_link), context.partner.whole, context.batch.session
        if link.revoked_at is not None:
            raise Obsolete("A newer link was sent, or this one no longer works.")
        if latest_edition(session).id != link.edition_id:
            raise Obsolete("A newer edition of the principles was adopted.")
        if partner.left_at is not None:
            raise Obsolete("The partner has left the Coalition.")
        said = last_acceptances(session, link.edition, [partner.id]).get(partner.id)
        if said is not None and said.at >= link.asked_at:
            raise Obsolete("The partner has answered.")
        return cls(context.envelope, partner.name, link.edition)

    def compose(self) -> Draft:
        """Who asks what, that it approves no position, and where to answer."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.who} asks {self.organization} to accept the commitments that all partners of the Coalition "
                "share."
            ),
            *self.own_link(
                "Read them and answer here. You do not need an account. The link is for you alone, so please do not "
                "forward it:",
                "Read the commitments",
            ),
            Paragraph(
                f"Accepting them does not approve any position. {self.organization} is still asked about each one. "
                "Your answer is not public."
            ),
            self.which(),
            self.human(),
        ]
        return Draft(f"Please accept the Coalition's commitments for {self.organization}", tuple(blocks))


@letter(LetterKind.COMMITMENTS_ANSWERED, "answer about the commitments")
@dataclass(frozen=True)
class CommitmentsAnsweredLetter(_CommitmentsLetter):
    """To every contact of the partner: what was said in its name, and by whom."""

    said: Acceptance

    @classmethod
    def load(cls, context: LetterContext) -> "CommitmentsAnsweredLetter":
        """As it was said."""
        said = required(context.row.acceptance)
        edition = context.batch.session.get_one(PrinciplesEdition, said.edition_id)
        return cls(context.envelope, context.partner.whole.name, edition, said)

    def compose(self) -> Draft:
        """Who said what, and how to change it."""
        what = "accepted" if self.said.accepted else "did not accept"
        blocks: list[Block] = [
            Paragraph(f"{self.organization} {what} the commitments of the {self.asker}."),
            Facts((("Signed", self._signed), ("At", self.in_full(self.said.at)))),
            *self.own_link("If this is not right, or has changed, answer again here:"),
            Paragraph("This answer is not public, and it does not approve any position."),
            self.which(),
            self.human(),
        ]
        return Draft(f"{self.organization} {what} the Coalition's commitments", tuple(blocks))

    @property
    def _signed(self) -> str:
        name = self.said.full_name or "erased"
        return f"{name}, {self.said.job_title}" if self.said.job_title else name
