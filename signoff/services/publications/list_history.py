"""How the list of a live publication came to be, day by day; it names only those who are on it now."""

from collections.abc import Sequence
from datetime import tzinfo

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from signoff.domain.publications.list_days import ListDay, Listing, list_days
from signoff.models import Publication
from signoff.models.publications import listing


def list_history(
    session: Session, publication: Publication, named: Sequence[RowMapping], *, zone: tzinfo
) -> list[ListDay]:
    """The days of a zone on which the list of a live publication changed, oldest first; `named` are its signatories."""
    rows = session.execute(
        select(listing.c.partner_id, listing.c.listed_from, listing.c.listed_until).where(
            listing.c.publication_id == publication.id
        )
    )
    names = {row["partner_id"]: row["public_name"] for row in named}
    return list_days((Listing(*row) for row in rows), names, zone)
