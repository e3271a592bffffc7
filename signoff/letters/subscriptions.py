"""The letters to subscribers: confirm that you asked for news, and the news of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.letters import LetterKind
from signoff.domain.phrasing import counted
from signoff.letters.base import BaseLetter, letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, Obsolete
from signoff.letters.position_news import PositionNewsLetter
from signoff.services.publications.news import PositionNews

_MOST_POSITIONS = 10


@letter(LetterKind.SUBSCRIPTION_CONFIRM, "request to confirm a subscription")
@dataclass(frozen=True)
class ConfirmSubscriptionLetter(BaseLetter):
    """To the address that was typed: confirm that you want news. `title` is empty for news of all positions."""

    title: str
    until: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "ConfirmSubscriptionLetter":
        """While it can be confirmed, and the position is public."""
        asked = context.subscription
        if asked.confirmed_at is not None:
            raise Obsolete("The subscription has already been confirmed.")
        if asked.expires_at < context.at:
            raise Obsolete("It is too late to confirm the subscription.")
        title = context.batch.public_titles.get(asked.position_id, "") if asked.position_id else ""
        if asked.position_id and not title:
            raise Obsolete("The position is no longer public.")
        return cls(context.envelope, title, asked.expires_at)

    def compose(self) -> Draft:
        """What was asked for, and where to confirm it."""
        what = f"the position “{self.title}”" if self.title else "its positions"
        blocks: list[Block] = [
            Paragraph(
                f"You, or someone who typed your email address, asked the {self.asker} to email you news of {what}. "
                f"Please confirm this by {self.in_full(self.until)}. If you did not ask for this, you can ignore this "
                "email."
            ),
            Address(self.envelope.link, "Confirm your subscription"),
            Paragraph(
                "We email you at most once a day, and only when a position is published or updated or when "
                "organizations sign it. Every email has a link to unsubscribe. We use your address for nothing else."
            ),
            self.human(),
        ]
        return Draft("Please confirm your subscription", tuple(blocks))


@letter(LetterKind.NEWS, "news")
@dataclass(frozen=True)
class NewsLetter(PositionNewsLetter):
    """To a subscriber, at most once a day: what was published or updated, and who joined, as it stands now."""

    news: Sequence[PositionNews]

    @classmethod
    def load(cls, context: LetterContext) -> "NewsLetter":
        """Unless none of it is true anymore."""
        if not context.news:
            raise Obsolete("None of this news is current anymore.")
        return cls(context.envelope, context.news)

    def compose(self) -> Draft:
        """Each position with what happened to it, and how to unsubscribe."""
        more = len(self.news) - _MOST_POSITIONS
        blocks: list[Block] = [
            *(block for item in self.news[:_MOST_POSITIONS] for block in self._about(item)),
            *([Paragraph(f"There is news of {counted(more, 'more position')}.")] if more > 0 else []),
            Address(*self._where),
            Paragraph("You get this email because you subscribed. Unsubscribe or change your subscription here:"),
            Address(self.envelope.link),
            self.human(),
        ]
        return Draft(self._subject, tuple(blocks), unsubscribe=f"{self.envelope.link}/unsubscribe")

    @property
    def _subject(self) -> str:
        first = self.news[0]
        if len(self.news) > 1:
            return f"News of {counted(len(self.news), 'position')}"
        if not first.is_published:
            return f"{counted(len(first.names), 'organization').capitalize()} joined: {first.publication.version.title}"
        return f"{'Updated' if first.is_update else 'Published'}: {first.publication.version.title}"

    @property
    def _where(self) -> tuple[str, str]:
        if len(self.news) > 1:
            return f"{self.base_url}/positions/", "See all positions"
        return self.page_of(self.news[0]), "Read the position"

    def _about(self, item: PositionNews) -> list[Block]:
        page = [Facts((("Page", self.page_of(item)),))] if len(self.news) > 1 else []
        return [*self.about_position(item), *page]
