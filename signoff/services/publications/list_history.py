"""How the list of a live publication came to be, day by day; it names only those who are on it now."""

from datetime import tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.publications.list_days import ListDay, Listing, list_days
from signoff.models import Publication
from signoff.models.publications import listing, signatory
from signoff.services.publications.public_queries import IN_ORDER

_MOST_NAMED = 12  # of those who stood when it was published; more are a crowd


def list_history(session: Session, publication: Publication, *, zone: tzinfo) -> list[ListDay]:
    """The days of a zone on which the list of a live publication changed, oldest first.

    Many names that stood when it was published and ever since are counted by the database, and not read.
    """
    own = listing.c.publication_id == publication.id
    # Compared with something: SQLite then knows that there is an answer, and looks it up among the few that follow one.
    followed = select(listing.c.partner_id).where(own, listing.c.ended_by != "")
    from_the_start = own, listing.c.listed_from == publication.published_at, listing.c.partner_id.not_in(followed)
    crowd = session.scalar(select(func.count()).select_from(listing).where(*from_the_start)) or 0
    stays = select(listing.c.partner_id, listing.c.listed_from, listing.c.listed_until).where(own)
    named = select(signatory.c.partner_id, signatory.c.public_name)
    named = named.where(signatory.c.publication_id == publication.id).order_by(*IN_ORDER)
    if crowd <= _MOST_NAMED:
        crowd = 0
    else:
        later = (listing.c.listed_from > publication.published_at) | listing.c.partner_id.in_(followed)
        stays = stays.where(later)
        later_approved = signatory.c.approved_at > publication.published_at
        named = named.where(later_approved | signatory.c.partner_id.in_(followed))
    return list_days(
        (Listing(*row) for row in session.execute(stays)),
        dict(session.execute(named).all()),
        zone,
        crowd={publication.published_at: crowd} if crowd else None,
    )
