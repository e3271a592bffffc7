"""The letters of a consultation: comments invited, made and settled."""

from dataclasses import dataclass

from signoff.domain.letters import LetterKind
from signoff.domain.positions.comments import OUTCOME_WORDS, CommentOutcome
from signoff.domain.positions.sheets import EMAIL
from signoff.letters.base import PartnerLetter, letter
from signoff.letters.blocks import Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterContext, required
from signoff.models import Comment


@letter(LetterKind.INVITED, "invitation to comment")
@dataclass(frozen=True)
class InvitedLetter(PartnerLetter):
    """To a contact: please say what you think of a draft; no one asks for approval yet."""

    summary: str

    @classmethod
    def load(cls, context: LetterContext) -> "InvitedLetter":
        """With the summary as it reads now."""
        return cls(*context.for_partner(), summary=context.summary)

    def compose(self) -> Draft:
        """Who would like to hear about what, and what happens to comments."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.who} would like to know what {self.organization} thinks of a draft of the position "
                f"“{self.title}”. We are not asking for approval now."
            ),
            Quoted(self.summary),
            *self.own_link(
                f"{EMAIL.says} You can comment on any passage there. You do not need an account:", "Read and comment"
            ),
            Paragraph("Comments go to the Coalition's staff and are never public. We will tell you what we did."),
            Facts(tuple(self.the_text())),
            self.human(),
        ]
        return Draft(f"Please comment for {self.organization}: {self.title}", tuple(blocks))


@dataclass(frozen=True)
class _AboutCommentLetter(PartnerLetter):
    """A letter about one comment, which may have been erased."""

    comment: Comment

    @classmethod
    def load(cls, context: LetterContext) -> "_AboutCommentLetter":
        """With the comment as it is now."""
        return cls(*context.for_partner(), comment=required(context.row.comment))

    @property
    def words(self) -> Quoted:
        """The comment's words."""
        return Quoted(self.comment.words or "The comment was erased.")


@letter(LetterKind.COMMENT, "new comment")
@dataclass(frozen=True)
class CommentLetter(_AboutCommentLetter):
    """To the drafter: someone commented."""

    def compose(self) -> Draft:
        """Who said what about which words, and where to settle it."""
        blocks: list[Block] = [
            Paragraph(
                f"{self.comment.contact.full_name} of {self.organization} commented on the position “{self.title}”."
            ),
            *self._passage(),
            self.words,
            Facts((("When", self.in_full(self.comment.made_at)), *self.the_text())),
            *self.for_staff("Reply to the comment and settle it here:", "/comments", "Open the comments"),
            self.human(),
        ]
        return Draft(f"{self.organization} commented: {self.title}", tuple(blocks))

    def _passage(self) -> list[Block]:
        quote = self.comment.quote
        return [Paragraph("On these words:"), Quoted(quote), Paragraph("The comment:")] if quote else []


@letter(LetterKind.COMMENT_SETTLED, "reply to a comment")
@dataclass(frozen=True)
class CommentSettledLetter(_AboutCommentLetter):
    """To the commenter: what became of the comment."""

    def compose(self) -> Draft:
        """Outcome, and why."""
        made = self.comment
        became = OUTCOME_WORDS[CommentOutcome(required(made.outcome))]
        note = f"From the Coalition's staff: {made.outcome_note}"
        blocks: list[Block] = [
            Paragraph(f"Thank you for your comment on the position “{self.title}”. It was {became}."),
            self.words,
            *([Paragraph(note)] if made.outcome_note else []),
            Facts((("Commented", self.in_full(made.made_at)), *self.the_text())),
            self.human(),
        ]
        return Draft(f"Your comment for {self.organization} was {became}: {self.title}", tuple(blocks))
