"""Finds what the readers of news in a batch of letters are told: each round of news and each newsletter once."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from signoff.models import Letter, NewsDigest, Newsletter
from signoff.services.partners.newsletter_contents import ToldNews, contents_of
from signoff.services.publications.news import PositionNews, news_within
from signoff.services.publications.subscriptions import followed_by


class SubscriberNews:
    """The news for the subscribers among the readers of some letters."""

    def __init__(self, session: Session, letters: Sequence[Letter]) -> None:
        self._session = session
        self._emails = {letter.subscription.email for letter in letters if letter.subscription}
        self._within: dict[int, list[PositionNews]] = {}

    @cached_property
    def _followed(self) -> dict[str, set[int | None]]:
        return followed_by(self._session, {email for email in self._emails if email is not None})

    def told_to(self, email: str | None, digest: NewsDigest) -> list[PositionNews]:
        """What an address is told of a round of news: of the positions that it follows now."""
        if digest.id not in self._within:
            self._within[digest.id] = news_within(self._session, digest.since, digest.until)
        followed = self._followed.get(email or "", set())
        news = self._within[digest.id]
        return [item for item in news if None in followed or item.publication.position_id in followed]


class NewsletterNews:
    """What the newsletters of some letters tell all partners."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: dict[int, list[ToldNews]] = {}

    def told_in(self, newsletter: Newsletter, *, at: datetime) -> list[ToldNews]:
        """The parts of a newsletter that hold at the moment of the batch."""
        if newsletter.id not in self._told:
            self._told[newsletter.id] = contents_of(self._session, newsletter, at=at)
        return self._told[newsletter.id]
