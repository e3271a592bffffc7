"""The public directory: the present partners, and what is said of them beside their names."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from signoff.models import Partner
from signoff.models.partners import is_present
from signoff.services.partners.particulars import loaded_particulars, working_in


def partner_directory(
    session: Session, *, place: str = "", expertise: str = "", after: int = 0, limit: int | None = None
) -> Sequence[Partner]:
    """The present partners: by name for a page, by id for the API's keyset pages.

    `place` is the code of a state, and `expertise` a word of the list; only partners that have them are given then.
    """
    query = select(Partner).where(is_present(), *working_in(place, expertise))
    query = query.options(selectinload(Partner.names), *loaded_particulars())
    if limit is None:
        return sorted(session.scalars(query), key=lambda partner: (partner.name.casefold(), partner.id))
    return session.scalars(query.where(Partner.id > after).order_by(Partner.id).limit(limit)).all()
