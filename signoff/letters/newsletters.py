"""The newsletter to partners, the test of it that staff send to themselves, and the letter that it was not sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.positions.markdown import blocks_of, links_in
from signoff.letters.base import BaseLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Heading, Paragraph, Quoted
from signoff.letters.context import LetterContext, Obsolete, required
from signoff.letters.position_news import PositionNewsLetter, list_of_names
from signoff.models import Meeting, Newsletter
from signoff.services.partners.newsletter_contents import NewExpertise, NewPartners, News, OpenQuestions, ToldNews
from signoff.services.publications.news import PositionNews

_HEADINGS: dict[type[News], str] = {
    PositionNews: "Positions",
    NewPartners: "New partners",
    NewExpertise: "New expertise",
    Meeting: "Meetings",
    OpenQuestions: "Your approval is requested",
}


@letter(LetterKind.NEWSLETTER, "newsletter")
@dataclass(frozen=True)
class NewsletterLetter(PositionNewsLetter):
    """To a partner's contact: what staff wrote, and what holds now of what it tells of.

    `questions` are the titles that this partner alone is asked about, with their deadlines; None for a reader of no
    partner.
    """

    newsletter: Newsletter
    parts: Sequence[ToldNews]
    questions: Sequence[tuple[str, datetime]] | None

    @classmethod
    def load(cls, context: LetterContext) -> "NewsletterLetter":
        """Unless no one sent it, the partner has left, or nothing is left to be told."""
        newsletter = required(context.row.newsletter)
        if newsletter.sent_at is None:
            raise Obsolete("The newsletter was not sent.")
        if context.partner.left_at is not None:
            raise Obsolete("The partner has left.")
        made = cls(context.envelope, newsletter, context.newsletter_parts, context.questions)
        if not made.news:
            raise Obsolete("None of this news is current anymore.")
        return made

    def compose(self) -> Draft:
        """The opening, each part under the heading of its kind, and how to get no more of these."""
        unsubscribe = f"{self.envelope.link}/unsubscribe" if self.envelope.link else ""
        blocks = [*self.news, *self._why, self.human()]
        return Draft(self.newsletter.subject, tuple(blocks), unsubscribe=unsubscribe)

    @property
    def news(self) -> list[Block]:
        """What there is to tell this reader; nothing when none of it is true anymore."""
        blocks, before = written(self.newsletter.opening), None
        for part in self.parts:
            told = self._told(part.news)
            if told:
                heading = _HEADINGS[type(part.news)]
                blocks += [*([Heading(heading)] if heading != before else []), *self._part(part, told)]
                before = heading
        return blocks

    def _part(self, part: ToldNews, told: list[Block]) -> list[Block]:
        words = written(part.words)
        # Of a position or a meeting it is said first what it is.
        return [*told, *words] if isinstance(part.news, PositionNews | Meeting) else [*words, *told]

    def _told(self, news: News) -> list[Block]:
        match news:
            case PositionNews():
                return [*self.about_position(news), Facts((("Page", self.page_of(news)),))]
            case NewPartners(names):
                return list_of_names(names)
            case NewExpertise(partners):
                return list_of_names([f"{name}: {', '.join(words)}" for name, words in partners])
            case Meeting():
                return self._meeting(news)
            case OpenQuestions():
                return self._questions()

    def _meeting(self, meeting: Meeting) -> list[Block]:
        rows = [("Begins", self.in_full(meeting.begins_at)), ("Ends", self.in_full(meeting.ends_at))]
        rows += [("Place", meeting.place)] if meeting.place else []
        rows += [("Join", meeting.link)] if meeting.link else []
        return [Paragraph(meeting.title), Facts(tuple(rows))]

    def _questions(self) -> list[Block]:
        if self.questions is None:
            return [Paragraph("(Each partner reads here which positions it is asked about, and until when.)")]
        if not self.questions:
            return []
        lines = (f"{title}: {self.in_full(deadline)}" for title, deadline in self.questions)
        return [
            Quoted("\n".join(lines)),
            Paragraph(
                "Until these deadlines you can answer, or change your answer, with the link in the email that asked "
                "you. The link is not in this newsletter, so you can forward it."
            ),
        ]

    @property
    def _why(self) -> list[Block]:
        why = "You get this newsletter because you are a contact of a partner."
        if not self.envelope.link:
            return [Paragraph(why)]
        return [
            Paragraph(
                f"{why} You can unsubscribe from newsletters and from emails about meetings here. Requests to approve "
                "a position will still reach you."
            ),
            Address(self.envelope.link),
        ]


@letter(LetterKind.NEWSLETTER_TEST, "test of a newsletter")
@dataclass(frozen=True)
class NewsletterTestLetter(NewsletterLetter):
    """To a member of staff, who asked for it: the newsletter as it is now."""

    @classmethod
    def load(cls, context: LetterContext) -> "NewsletterTestLetter":
        """As it reads now, without questions to any partner."""
        return cls(context.envelope, required(context.row.newsletter), context.newsletter_parts, None)

    def compose(self) -> Draft:
        """The same, with a subject that says that it is a test."""
        draft = super().compose()
        return Draft(f"Test: {draft.subject}", draft.blocks)


@letter(LetterKind.NEWSLETTER_NOT_SENT, "newsletter not sent")
@dataclass(frozen=True)
class NewsletterNotSentLetter(BaseLetter):
    """To who scheduled a newsletter, or to all publishers: it was not sent, and why."""

    newsletter: Newsletter

    @classmethod
    def load(cls, context: LetterContext) -> "NewsletterNotSentLetter":
        """Unless it was dealt with in the meantime."""
        newsletter = required(context.row.newsletter)
        if not newsletter.problem:
            raise Obsolete("The newsletter was changed, scheduled again or sent.")
        return cls(context.envelope, newsletter)

    def compose(self) -> Draft:
        """Why, and where it can be sent."""
        subject = self.newsletter.subject
        blocks: list[Block] = [
            Paragraph(f"The newsletter “{subject}” was scheduled, but it was not sent. No partner got it."),
            Paragraph("Why:"),
            Quoted(self.newsletter.problem),
            Paragraph("Signoff will not try again. You can change it, send it, or schedule it again here:"),
            Address(f"{self.base_url}/staff/newsletters/{self.newsletter.id}", "Open the newsletter"),
            self.human(),
        ]
        return Draft(f"Not sent: {subject}", tuple(blocks))


def written(words: str) -> list[Block]:
    """Words in the dialect of texts as an email shows them: paragraphs and items, then the addresses of its links."""
    paragraphs: list[Block] = [Paragraph("\n".join(blocks_of(words, bullet="• ")))] if words else []
    links = tuple(("Link", address) for address in links_in(words)) if words else ()
    return [*paragraphs, *([Facts(links)] if links else [])]
