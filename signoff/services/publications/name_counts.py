"""How many names a long list has of each kind: counted once in each process, and corrected by what was answered since.

Answers are added and never changed. So the first answers that approve can be counted once, with the levels and states
of their partners; those that were followed by another answer are few, and are looked up each time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.domain.publications.name_groups import Grouping
from signoff.models import Answer, Partner, Publication
from signoff.models.answers import is_approval
from signoff.models.publications import signatory
from signoff.services.publications.kept_counts import kept_counts
from signoff.services.publications.public_queries import one_state, with_states

_Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Kind = tuple[str | None, str | None, bytes]  # level, state, and how the order key begins
_MOST_NEW = 1_000  # answers; where more were given since, all are counted again


@dataclass(frozen=True)
class _FirstAnswers:
    """How many first answers of a version approve it, and how many of them with a note, by kind.

    Counted up to the answer `newest`, whose MAC is `mac`, when `approvals` answers in all approved.
    """

    newest: int
    mac: str
    approvals: int
    numbers: Mapping[Kind, int]
    noted: Mapping[Kind, int]


def count_by_kind(session: Session, publication: Publication) -> list[dict[str, Any]]:
    """What `kinds_of_names` says of a live publication, from what was counted before and what has changed since."""
    # A database brought back can give the number of one publication to another.
    key = ("names by kind", publication.id, publication.version_id, publication.published_at, publication.grouping)
    firsts = kept_counts(session, key, lambda before: _first_answers(session, publication, before))
    numbers, noted = Counter(firsts.numbers), Counter(firsts.noted)
    followed = select(Answer.partner_id).where(Answer.version_id == publication.version_id, Answer.sequence > 1)
    before = session.execute(_firsts(publication).where(Answer.partner_id.in_(followed))).mappings()
    for row, kind in _with_kinds(session, publication, (row for row in before if row["counts"])):
        numbers[kind] -= 1
        noted[kind] -= row["noted"]
    for row, kind in _with_kinds(session, publication, session.execute(_standing(publication, followed)).mappings()):
        numbers[kind] += 1
        noted[kind] += row["noted"]
    found = sorted((kind for kind, number in numbers.items() if number > 0), key=lambda kind: kind[2])
    return [
        {"level": kind[0], "state": kind[1], "order_key": kind[2], "number": numbers[kind], "noted": noted[kind]}
        for kind in found
    ]


def _first_answers(session: Session, publication: Publication, before: _FirstAnswers | None) -> _FirstAnswers:
    newest, mac = session.execute(select(Answer.id, Answer.mac).order_by(Answer.id.desc()).limit(1)).one()
    grown = None
    if before is not None and _is_there(session, before):
        grown = _with_new(session, publication, before, newest, mac)
    return grown or _counted(session, publication, newest, mac)


def _is_there(session: Session, before: _FirstAnswers) -> bool:
    # An older state of the database, brought back, has another answer under this number, or none.
    return session.scalar(select(Answer.mac).where(Answer.id == before.newest)) == before.mac


def _with_new(
    session: Session, publication: Publication, before: _FirstAnswers, newest: int, mac: str
) -> _FirstAnswers | None:
    """With the answers given since; None where there are many, or where some were stored late, under lower numbers."""
    rows: list[Any] = []
    if newest > before.newest:
        since = select(Answer.id).where(Answer.id > before.newest, Answer.id <= newest).limit(_MOST_NEW + 1)
        rows = list(session.execute(_firsts(publication).where(Answer.id.in_(since))).mappings())
    # Only after the answers themselves: then none can be among them and not be counted here.
    own = Answer.version_id == publication.version_id, is_approval()
    approvals = session.scalar(select(func.count()).select_from(Answer).where(*own)) or 0
    if approvals != before.approvals + len(rows):
        return None
    numbers, noted = Counter(before.numbers), Counter(before.noted)
    for row, kind in _with_kinds(session, publication, (row for row in rows if row["counts"])):
        numbers[kind] += 1
        noted[kind] += row["noted"]
    return _FirstAnswers(newest, mac, approvals, numbers, noted)


def _counted(session: Session, publication: Publication, newest: int, mac: str) -> _FirstAnswers:
    names = _firsts(publication)
    state: ColumnElement[Any] = null()
    if publication.grouping == Grouping.STATE:
        names = names.outerjoin(one_state, one_state.c.partner_id == Answer.partner_id)
        state = func.coalesce(one_state.c.state, "")
    rows = names.add_columns(state.label("state")).where(Answer.id <= newest).subquery()
    kind = (rows.c.counts, rows.c.level, rows.c.state, rows.c.order_key)
    query = select(*kind, func.count().label("number"), func.sum(rows.c.noted).label("noted")).group_by(*kind)
    approvals, numbers, noted = 0, Counter[Kind](), Counter[Kind]()
    for counts, level, own_state, begins, number, with_note in session.execute(query):
        approvals += number
        if counts:
            numbers[level, own_state, bytes(begins)] += number
            noted[level, own_state, bytes(begins)] += with_note
    return _FirstAnswers(newest, mac, approvals, numbers, noted)


def _firsts(publication: Publication) -> Select[Any]:
    """All answers that approve; `counts` says which are first answers of partners that are there."""
    is_there = or_(Partner.left_at.is_(None), Partner.left_at >= publication.published_at)
    query: Select[Any] = select(
        Answer.partner_id,
        Partner.level.label("level"),
        *_of_kind(Answer.order_key, Answer.public_note),
        case((and_(Answer.sequence == 1, is_there), 1), else_=0).label("counts"),
    ).join(Partner, Partner.id == Answer.partner_id)
    return query.where(Answer.version_id == publication.version_id, is_approval())


def _standing(publication: Publication, partners: Select[Any]) -> Select[Any]:
    own = signatory.c.publication_id == publication.id, signatory.c.version_id == publication.version_id
    query = select(
        signatory.c.partner_id,
        signatory.c.level,
        *_of_kind(signatory.c.order_key, signatory.c.public_note),
    )
    return query.where(*own, signatory.c.partner_id.in_(partners))


def _of_kind(order_key: _Column, note: _Column) -> tuple[ColumnElement[Any], ...]:
    return func.substr(order_key, 1, 2).label("order_key"), case((note != "", 1), else_=0).label("noted")


def _with_kinds(
    session: Session, publication: Publication, rows: Iterable[Mapping[Any, Any]]
) -> Iterable[tuple[Mapping[Any, Any], Kind]]:
    some: Sequence[Mapping[Any, Any]] = list(rows)
    if publication.grouping == Grouping.STATE and some:
        some = with_states(session, some)
    return ((row, (row["level"], row.get("state"), bytes(row["order_key"]))) for row in some)
