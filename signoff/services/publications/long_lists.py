"""Lists of signatories that are too long to be read at once: read in parts, while the first ones are on their way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import RowMapping, func, select, tuple_
from sqlalchemy.orm import Session

from signoff.models import Answer, Publication
from signoff.models.publications import signatory
from signoff.services.publications.public_queries import IN_ORDER

LONG = 2_000  # names; fewer are read together, and kept in memory as a whole
_AT_ONCE = 500
Reading = Callable[[], AbstractContextManager[Session]]  # a reader for one block


class ListEndedError(RuntimeError):
    """The publication ended while its list was sent: a reader must not take what it has for the whole."""


def is_long(session: Session, publication: Publication) -> bool:
    """Whether a publication names so many partners that its list is sent in parts; counts no further than that."""
    some = select(signatory.c.partner_id).where(signatory.c.publication_id == publication.id).limit(LONG + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) > LONG


def signatories_in_parts(reading: Reading, publication_id: int) -> Iterator[Sequence[RowMapping]]:
    """The partners named on a publication, by name, some hundreds at a time; ListEndedError when it ends meanwhile.

    Each part is the list at the moment in which it is read, and no connection waits for who reads slowly. No one is in
    two parts, and who approves under an earlier name meanwhile is in the last.
    """
    seen, before = set[int](), _newest_answer(reading)
    after: tuple[bytes, int] | None = None
    while rows := _part(reading, publication_id, after):
        after = (rows[-1]["order_key"], rows[-1]["partner_id"])
        yield [row for row in rows if row["partner_id"] not in seen]
        seen |= {row["partner_id"] for row in rows}
    yield [row for row in _since(reading, publication_id, before) if row["partner_id"] not in seen]


def _newest_answer(reading: Reading) -> int:
    with reading() as session:
        return session.scalar(select(func.max(Answer.id))) or 0


def _part(reading: Reading, publication_id: int, after: tuple[bytes, int] | None) -> Sequence[RowMapping]:
    query = select(signatory).where(signatory.c.publication_id == publication_id).order_by(*IN_ORDER).limit(_AT_ONCE)
    if after is not None:
        query = query.where(tuple_(*IN_ORDER) > tuple_(*after))
    with reading() as session:
        _ensure_live(session, publication_id)
        return session.execute(query).mappings().all()


def _since(reading: Reading, publication_id: int, answer_id: int) -> Sequence[RowMapping]:
    query = select(signatory).where(signatory.c.publication_id == publication_id).order_by(*IN_ORDER)
    with reading() as session:
        publication = _ensure_live(session, publication_id)
        # An answer that was stored late has a lower number; where it moved a name, it follows another.
        later = select(Answer.partner_id).where(Answer.version_id == publication.version_id, Answer.sequence > 1)
        wanted = signatory.c.answer_id > answer_id, signatory.c.partner_id.in_(later)
        rows = {row["partner_id"]: row for one in wanted for row in session.execute(query.where(one)).mappings()}
    return list(rows.values())


def _ensure_live(session: Session, publication_id: int) -> Publication:
    publication = session.get_one(Publication, publication_id)
    if publication.ended_at is not None:
        raise ListEndedError("the publication ended while its list was sent")
    return publication
