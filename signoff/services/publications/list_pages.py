"""Pages of a list of names: how many stand under each heading, by one query, and only the rows of the page asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session

from signoff.domain.publications.name_groups import Grouping, NameGroup
from signoff.models import Publication
from signoff.models.publications import signatory
from signoff.services.publications.long_lists import is_long
from signoff.services.publications.name_counts import count_by_kind
from signoff.services.publications.public_queries import IN_ORDER, one_state, with_states

Kind = Mapping[Any, Any]


def kinds_of_names(session: Session, publication: Publication) -> list[dict[str, Any]]:
    """What the names on a publication are like, as far as its grouping asks, in their order.

    Each kind has the `level` and `state` of its names, as `order_key` the two bytes that their keys begin with, and
    says how many there are (`number`), and how many of them with a note (`noted`). In groups it stands for its names.
    """
    if is_long(session, publication):
        return count_by_kind(session, publication)
    names, state = _with_state(publication)
    begins = func.substr(signatory.c.order_key, 1, 2)
    columns = (signatory.c.level.label("level"), state.label("state"), begins.label("order_key"))
    noted = case((signatory.c.public_note != "", 1), else_=0).label("noted")
    rows = _of(publication, select(*columns, noted).select_from(names)).subquery()
    kind = (rows.c.level, rows.c.state, rows.c.order_key)
    query = select(*kind, func.count().label("number"), func.sum(rows.c.noted).label("noted"))
    found = session.execute(query.group_by(*kind).order_by(rows.c.order_key)).mappings()
    return [{**row, "order_key": bytes(row["order_key"])} for row in found]


def count_signatories(session: Session, publication: Publication) -> int:
    """How many partners are named on a publication now."""
    if is_long(session, publication):
        return sum(kind["number"] for kind in count_by_kind(session, publication))
    return session.scalar(_of(publication, select(func.count()).select_from(signatory))) or 0


def names_on_page(
    session: Session, publication: Publication, groups: Iterable[NameGroup], *, begins: int, size: int
) -> list[NameGroup]:
    """The groups of one page, with so many names from this one on; given are the groups of all kinds of names."""
    result, before = [], 0
    for group in groups:
        first, last = max(0, begins - before), min(group.number, begins + size - before)
        if first < last:
            rows = _names_of(session, publication, group.rows, first, last - first)
            result.append(NameGroup(group.heading, tuple(rows), group.number, continues=first > 0))
        before += group.number
    return result


def _names_of(
    session: Session, publication: Publication, kinds: Sequence[Kind], first: int, count: int
) -> list[dict[str, Any]]:
    key, passed = _where_to_begin(kinds, first)
    names, state = _with_state(publication)
    query = _of(publication, select(signatory).select_from(names)).where(
        _is_of(kinds, state), signatory.c.order_key >= key
    )
    rows = session.execute(query.order_by(*IN_ORDER).offset(first - passed).limit(count)).mappings().all()
    return with_states(session, rows)


def _where_to_begin(kinds: Sequence[Kind], first: int) -> tuple[bytes, int]:
    """The beginning of the key of the name that has so many before it, and how many names are before that beginning."""
    numbers = Counter[bytes]()
    for kind in kinds:
        numbers[kind["order_key"]] += kind["number"]
    passed = 0
    for begins in sorted(numbers):
        if passed + numbers[begins] > first:
            return begins, passed
        passed += numbers[begins]
    raise LookupError(f"there is no name after {passed}")


def _is_of(kinds: Sequence[Kind], state: ColumnElement[Any]) -> ColumnElement[bool]:
    places = {(kind["level"], kind["state"]) for kind in kinds}
    begins = {kind["order_key"] for kind in kinds}
    placed = or_(*(and_(_is(signatory.c.level, level), _is(state, code)) for level, code in places))
    return and_(placed, func.substr(signatory.c.order_key, 1, 2).in_(begins))


def _is(column: ColumnElement[Any], value: str | None) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _with_state(publication: Publication) -> tuple[FromClause, ColumnElement[Any]]:
    if publication.grouping != Grouping.STATE:
        return signatory, null()
    placed = signatory.outerjoin(one_state, one_state.c.partner_id == signatory.c.partner_id)
    return placed, func.coalesce(one_state.c.state, "")


def _of(publication: Publication, query: Select[Any]) -> Select[Any]:
    # The version is said too: SQLite then reads names in the order of their index, no further than the page goes.
    return query.where(signatory.c.publication_id == publication.id, signatory.c.version_id == publication.version_id)
