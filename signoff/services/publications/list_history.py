"""How the list of a live publication came to be, day by day; it names only those who are on it now."""

from datetime import tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.publications.list_days import ListDay, Listing, list_days
from signoff.models import Publication
from signoff.models.publications import listing, signatory
from signoff.services.publications.public_queries import IN_ORDER


def list_history(session: Session, publication: Publication, *, zone: tzinfo) -> list[ListDay]:
    """The days of a zone on which the list of a live publication changed, oldest first."""
    rows = session.execute(
        select(listing.c.partner_id, listing.c.listed_from, listing.c.listed_until).where(
            listing.c.publication_id == publication.id
        )
    )
    named = select(signatory.c.partner_id, signatory.c.public_name)
    named = named.where(signatory.c.publication_id == publication.id).order_by(*IN_ORDER)
    return list_days((Listing(*row) for row in rows), dict(session.execute(named).all()), zone)
