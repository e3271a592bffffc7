"""Lists of signatories that are too long to be read at once: read in parts, while the first ones are on their way."""

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from signoff.models import Publication
from signoff.models.publications import signatory

LONG = 2_000  # names; fewer are sorted as they are read, and kept in memory as a whole
_AT_ONCE = 500


def is_long(session: Session, publication: Publication) -> bool:
    """Whether a publication names so many partners that its list is sent in parts; counts no further than that."""
    some = select(signatory.c.partner_id).where(signatory.c.publication_id == publication.id).limit(LONG + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) > LONG


def signatories_in_parts(session: Session, publication: Publication) -> Iterator[Sequence[RowMapping]]:
    """The partners named on a publication now, in the order in which they were registered, some hundreds at a time.

    All are read by one statement, so that the list is one that stood at one moment. Sorting them by name would need
    the last name before the first could be sent.
    """
    query = select(signatory).where(signatory.c.publication_id == publication.id).order_by(signatory.c.partner_id)
    rows = session.execute(query.execution_options(yield_per=_AT_ONCE))
    yield from rows.mappings().partitions(_AT_ONCE)
