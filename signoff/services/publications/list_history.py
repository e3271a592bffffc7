"""How the list of a live publication came to be, day by day; it names only those who are on it now."""

from datetime import tzinfo
from typing import Any

from sqlalchemy import CompoundSelect, select
from sqlalchemy.orm import Session

from signoff.domain.publications.list_days import ListDay, Listing, list_days
from signoff.models import Answer, Publication
from signoff.models.answers import is_approval
from signoff.models.publications import listing, signatory
from signoff.services.publications.public_queries import IN_ORDER

_MOST_NAMED = 12  # of those who stood when it was published; more are a crowd
_MOST_READ = 500  # names that are read to find out how many those are


def list_history(session: Session, publication: Publication, *, zone: tzinfo, number: int) -> list[ListDay]:
    """The days of a zone on which the list of a live publication changed, oldest first; `number` names stand on it now.

    Many names that stood when it was published and ever since are only counted; of a long list they are not read.
    """
    own = listing.c.publication_id == publication.id
    stays = select(listing.c.partner_id, listing.c.listed_from, listing.c.listed_until).where(own)
    changed = _with_changes(publication)
    has_changed = signatory.c.partner_id.in_(changed)
    named = select(signatory.c.partner_id, signatory.c.public_name, has_changed).order_by(*IN_ORDER)
    named = named.where(signatory.c.publication_id == publication.id, signatory.c.version_id == publication.version_id)
    found = session.execute(named if number <= _MOST_READ else named.where(has_changed)).all()
    crowd = number - sum(row[2] for row in found)
    if number <= _MOST_READ and crowd <= _MOST_NAMED:
        crowd = 0
    else:
        stays = stays.where(listing.c.partner_id.in_(changed))
    names = {partner_id: name for partner_id, name, is_changed in found if is_changed or not crowd}
    return list_days(
        (Listing(*row) for row in session.execute(stays)),
        names,
        zone,
        crowd={publication.published_at: crowd} if crowd else None,
    )


def _with_changes(publication: Publication) -> CompoundSelect[Any]:
    """The partners that approved after the publication, or whose stay on its list ended."""
    # Compared with something: SQLite then knows that there is an answer, and looks it up among the few that follow one.
    ended = select(listing.c.partner_id).where(listing.c.publication_id == publication.id, listing.c.ended_by != "")
    approved = Answer.version_id == publication.version_id, is_approval()
    return ended.union(select(Answer.partner_id).where(*approved, Answer.at > publication.published_at))
