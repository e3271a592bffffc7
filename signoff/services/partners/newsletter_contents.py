"""What newsletters tell of: proposed to staff, and looked for again as each email leaves.

Names, titles and dates are never kept in a newsletter. They come from what the public and partners may read then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.partners.newsletters import LONGEST_WORDS, Topic, TopicKind, read_parts
from signoff.domain.positions.placeholders import has_computed
from signoff.models import Meeting, Newsletter, Publication, Round
from signoff.services.partners.directory import expertise_within, joined_within
from signoff.services.partners.meetings import meetings_ahead
from signoff.services.partners.public_words import words_naming_others
from signoff.services.publications.news import PositionNews, news_of, news_within
from signoff.services.rounds.partner_requests import requests_to


@dataclass(frozen=True)
class NewPartners:
    """The names of partners that joined, as the directory has them."""

    names: Sequence[str]


@dataclass(frozen=True)
class NewExpertise:
    """The names of partners, each with the expertise that it added."""

    partners: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class OpenQuestions:
    """That partners are asked about positions; each reads which ones it is asked about itself."""


News = PositionNews | Meeting | NewPartners | NewExpertise | OpenQuestions


def news_about(session: Session, topic: Topic, since: datetime, until: datetime, *, at: datetime) -> News | None:
    """What is to be told of a topic at this moment, of what happened in this time; None when nothing holds."""
    match topic.kind:
        case TopicKind.PUBLICATION:
            publication = session.get(Publication, topic.number)
            return news_of(session, publication, since, until) if publication else None
        case TopicKind.MEETING:
            return next((one for one in meetings_ahead(session, at=at) if one.id == topic.number), None)
        case TopicKind.PARTNERS:
            names = joined_within(session, since, until)
            return NewPartners(names) if names else None
        case TopicKind.EXPERTISE:
            partners = expertise_within(session, since, until)
            return NewExpertise(partners) if partners else None
        case TopicKind.QUESTIONS:
            is_open = Round.ended_at.is_(None), Round.deadline >= at
            return OpenQuestions() if session.scalar(select(Round.id).where(*is_open).limit(1)) is not None else None


def proposed_topics(session: Session, since: datetime, until: datetime, *, at: datetime) -> dict[Topic, News]:
    """Everything that a newsletter about this time could tell of now, in the order in which it is told."""
    topics = [
        *(Topic(TopicKind.PUBLICATION, news.publication.id) for news in news_within(session, since, until)),
        *map(Topic, (TopicKind.PARTNERS, TopicKind.EXPERTISE)),
        *(Topic(TopicKind.MEETING, meeting.id) for meeting in meetings_ahead(session, at=at)),
        Topic(TopicKind.QUESTIONS),
    ]
    found = {topic: news_about(session, topic, since, until, at=at) for topic in topics}
    return {topic: news for topic, news in found.items() if news is not None}


def proposed_words(session: Session, proposed: Mapping[Topic, News]) -> dict[Topic, str]:
    """Words to begin with about these topics: of a position its summary, where it can be used as it is."""
    summaries = {
        topic: news.publication.version.summary for topic, news in proposed.items() if isinstance(news, PositionNews)
    }
    usable = {topic: words for topic, words in summaries.items() if not has_computed(words)}
    naming = words_naming_others(session, usable.values())
    short = {topic: words for topic, words in usable.items() if len(words.encode()) <= LONGEST_WORDS}
    own = {topic: words for topic, words in short.items() if words not in naming}
    return {topic: own.get(topic, _TO_BEGIN_WITH.get(topic.kind, "")) for topic in proposed}


_TO_BEGIN_WITH = {
    TopicKind.PARTNERS: "Please welcome the organizations that became partners of the Coalition.",
    TopicKind.EXPERTISE: "These partners have added areas of expertise. Please ask them when you need advice.",
    TopicKind.MEETING: "Please save the date.",
    TopicKind.QUESTIONS: "Please tell us whether your organization approves these positions.",
}


@dataclass(frozen=True)
class ToldNews:
    """One part of a newsletter: what it tells of, and what staff wrote about it."""

    news: News
    words: str


def contents_of(session: Session, newsletter: Newsletter, *, at: datetime) -> list[ToldNews]:
    """The parts of a newsletter that hold at this moment, in their order."""
    parts = []
    for topic, words in read_parts(newsletter.parts):
        news = news_about(session, topic, newsletter.since, newsletter.until, at=at)
        if news is not None:
            parts.append(ToldNews(news, words))
    return parts


def questions_to(session: Session, partner_id: int, *, at: datetime) -> list[tuple[str, datetime]]:
    """The titles that a partner is asked about now, each with its deadline, whether or not it has answered.

    An email that is passed on must not tell who has been silent.
    """
    return [(one.version.title, one.round.deadline) for one in requests_to(session, partner_id, at=at) if one.is_open]
