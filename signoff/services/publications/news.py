"""The daily news for subscribers: begun once a day, and what it says is what is the case when it leaves.

It names who joined and stands. Departures are no news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.letters import LetterKind
from signoff.domain.time import Clock
from signoff.models import NewsDigest, Publication
from signoff.models.publications import listing
from signoff.services.outbox import daily
from signoff.services.outbox.letter_queue import queue_subscriber_letters
from signoff.services.publications.public_queries import joined_between
from signoff.services.publications.subscriptions import readers_of


@dataclass(frozen=True)
class PositionNews:
    """What happened to one position that is public now.

    `is_published` says that this version was made public, `is_update` that an earlier one was public before it, and
    `names` are those who joined, as they are named now, by name.
    """

    publication: Publication
    is_published: bool
    is_update: bool
    names: Sequence[str]


def news_is_due(session: Session, *, zone: tzinfo, clock: Clock) -> bool:
    """Whether the hour of the news has passed since the last round."""
    return daily.is_due(session, NewsDigest, zone=zone, clock=clock)


def begin_news(session: Session, *, zone: tzinfo, clock: Clock) -> int:
    """Queue today's news for subscribers; returns how many letters, none when nothing happened."""
    round_ = daily.begin(session, NewsDigest, zone=zone, clock=clock)
    if round_ is None:
        return 0
    positions = {item.publication.position_id for item in news_within(session, round_.since, round_.until)}
    readers = readers_of(session, positions) if positions else ()
    whom = ({"subscription_id": number, "news_id": round_.id} for number in readers)
    return queue_subscriber_letters(session, LetterKind.NEWS, whom, at=clock())


def news_within(session: Session, since: datetime, until: datetime) -> list[PositionNews]:
    """What happened after `since`, up to `until` (aware UTC), and still is the case, oldest publication first."""
    appeared = select(listing.c.publication_id).where(listing.c.listed_from > since, listing.c.listed_from <= until)
    query = select(Publication).where(
        Publication.ended_at.is_(None),
        Publication.published_at <= until,
        or_(Publication.published_at > since, Publication.id.in_(appeared)),
    )
    found = session.scalars(query.options(joinedload(Publication.position)).order_by(Publication.id)).all()
    news = (news_of(session, publication, since, until) for publication in found)
    return [item for item in news if item is not None]


def news_of(session: Session, publication: Publication, since: datetime, until: datetime) -> PositionNews | None:
    """What happened to a publication in this time and still is the case; None when nothing, or once it has ended."""
    if publication.ended_at is not None or publication.published_at > until:
        return None
    earlier = Publication.position_id == publication.position_id, Publication.id < publication.id
    joined = joined_between(session, publication, since, until)
    news = PositionNews(
        publication,
        is_published=publication.published_at > since,
        is_update=session.scalar(select(Publication.id).where(*earlier).limit(1)) is not None,
        names=[row["public_name"] for row in joined],
    )
    return news if news.is_published or news.names else None
