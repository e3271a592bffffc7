"""What the feed tells: each position that is or was public once, by when anything in its list changed last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session, joinedload

from signoff.models import Publication
from signoff.models.publications import listing, signatory
from signoff.services.publications.public_queries import Departure, departures_of_all, signatories_of_all


@dataclass(frozen=True)
class FeedEntry:
    """A position by its newest publication: which one was its first, and when anything in its list changed last.

    `signatories` and `departures` are empty once it has ended.
    """

    publication: Publication
    first: Publication
    changed_at: datetime
    signatories: Sequence[RowMapping]
    departures: Sequence[Departure]

    @property
    def is_gone(self) -> bool:
        """Whether the position is no longer public."""
        return self.publication.ended_at is not None


@dataclass(frozen=True)
class FeedPage:
    """Some of the feed's entries, the last change first; when anything in the feed changed last, and how many pages."""

    entries: Sequence[FeedEntry]
    changed_at: datetime | None
    last_page: int


@dataclass(frozen=True)
class _Place:
    changed_at: datetime
    newest: int
    first: int


def feed_page(session: Session, *, number: int, size: int) -> FeedPage:
    """One page of the feed, counted from 1; without entries past its end.

    A position moves to the front whenever a name joins or goes, so who reads on from page to page misses none.
    """
    places = _places(session)
    shown = places[(number - 1) * size : number * size]
    publications = _publications(session, {one for place in shown for one in (place.newest, place.first)})
    live = [place.newest for place in shown if publications[place.newest].ended_at is None]
    named, departed = signatories_of_all(session, live), departures_of_all(session, live)
    entries = [
        FeedEntry(
            publications[place.newest],
            publications[place.first],
            place.changed_at,
            named.get(place.newest, []),
            departed.get(place.newest, []),
        )
        for place in shown
    ]
    return FeedPage(entries, places[0].changed_at if places else None, max(1, -(-len(places) // size)))


def _places(session: Session) -> list[_Place]:
    ends = func.max(Publication.id).label("newest"), func.min(Publication.id).label("first")
    of_position = select(*ends).group_by(Publication.position_id).subquery()
    query = select(of_position.c.newest, of_position.c.first, Publication.published_at, Publication.ended_at)
    rows = session.execute(query.join(Publication, Publication.id == of_position.c.newest)).all()
    lists = _list_changes(session)
    places = [
        _Place(ended or max([published, *lists.get(newest, [])]), newest, first)
        for newest, first, published, ended in rows
    ]
    return sorted(places, key=lambda place: (place.changed_at, place.newest), reverse=True)


def _list_changes(session: Session) -> dict[int, list[datetime]]:
    """Of each live publication when a name last joined, went, or was marked as having left the Coalition."""
    times = func.max(listing.c.listed_from), func.max(listing.c.listed_until)
    live = select(Publication.id).where(Publication.ended_at.is_(None))
    rows = session.execute(
        select(listing.c.publication_id, *times)
        .where(listing.c.publication_id.in_(live))
        .group_by(listing.c.publication_id)
    )
    changes = {number: [at for at in found if at] for number, *found in rows}
    left = select(signatory.c.publication_id, func.max(signatory.c.left_at)).where(signatory.c.left_at.is_not(None))
    for number, at in session.execute(left.group_by(signatory.c.publication_id)):
        changes.setdefault(number, []).append(at)
    return changes


def _publications(session: Session, numbers: set[int]) -> dict[int, Publication]:
    query = select(Publication).where(Publication.id.in_(numbers)).options(joinedload(Publication.position))
    return {publication.id: publication for publication in session.scalars(query)}
