"""The board of a round: one row for each partner asked, filtered, sorted and a page at a time; and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.domain.as_shown import shown_digest
from signoff.domain.letters import CARRY_LINK, UNDELIVERED, LetterKind, LetterState
from signoff.domain.partners.folding import name_key
from signoff.models import Answer, AnswerPerson, Base, Contact, Letter, Link, Partner, PartnerName, Request, Version
from signoff.models.rounds import request_state
from signoff.services.rounds.rounds import DeliveryProgress, delivery_of

_SILENT = ("waiting", "unanswered")
_ASK = (*CARRY_LINK, LetterKind.REFERRED)
_LOST = (*UNDELIVERED, LetterState.CANCELED)
_OTHER, _ITS_LINK = (Base.metadata.tables[name].alias() for name in ("letter", "link"))
_HOPE = tuple(state for state in LetterState if state not in _LOST)
_ANSWERED = frozenset({"approved", "declined", "abstained", "withdrawn", "contested"})
SORTS = ("name", "-name", "answered", "-answered", "status")


@dataclass(frozen=True)
class BoardFilter:
    """Which rows, and in which order; empty means all, by name. The status “noted” is an approval with a note."""

    status: str = ""
    words: str = ""
    sort: str = "name"


@dataclass(frozen=True)
class BoardRow:
    """What came of the question to one partner; `address` is the contact whose address changed last."""

    partner: Partner
    status: str
    letter: DeliveryProgress | None
    answer: Answer | None
    person: AnswerPerson | None
    dropped_at: datetime | None
    address: Contact | None = None


def board(
    session: Session,
    version: Version,
    board_filter: BoardFilter = BoardFilter(),
    *,
    only: Collection[int] | None = None,
    offset: int = 0,
    limit: int | None = None,  # noqa: B008 - frozen
) -> list[BoardRow]:
    """The rows for the partners asked about this version, or `only` some; first which, then all about them."""
    ids = session.scalars(_partner_ids(version, board_filter).offset(offset).limit(limit)).all()
    if only is not None:
        ids = [number for number in ids if number in only]
    # A list of all ids is no condition anymore.
    is_all = limit is None and only is None
    rows = {row.partner.id: row for row in _rows(session, version, None if is_all else ids)}
    return [rows[number] for number in ids]


def ids_on_board(session: Session, version: Version, board_filter: BoardFilter) -> list[int]:
    """The ids of all partners on the board that are wanted, in their order."""
    return list(session.scalars(_partner_ids(version, board_filter)))


def digest_of_approvals(session: Session, version: Version) -> str:
    """Who approved this version, as a page shows it before the round is recalled."""
    return shown_digest(map(str, ids_on_board(session, version, BoardFilter(status="approved"))))


def asked_still(session: Session, version: Version, ids: Collection[int]) -> list[BoardRow]:
    """The rows of those among some partners that are asked about this version still."""
    return [row for row in board(session, version, only=ids) if row.dropped_at is None]


def digest_of_rows(rows: Sequence[BoardRow]) -> str:
    """What came of the question to some partners, as a page shows it before they are asked no more."""
    return shown_digest(f"{row.partner.id}:{row.status}" for row in rows)


def count_on_board(session: Session, version: Version, board_filter: BoardFilter) -> int:
    """How many partners on the board are wanted."""
    ids = _partner_ids(version, board_filter).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def _partner_ids(version: Version, board_filter: BoardFilter) -> Select[Any]:
    query = select(Partner.id).join(Request, Request.partner_id == Partner.id).where(Request.version_id == version.id)
    if board_filter.status or board_filter.sort in ("answered", "-answered", "status"):
        query = query.join(request_state, request_state.c.request_id == Request.id)
    if board_filter.status:
        query = query.where(_has_status(version.id, board_filter.status))
    for key in filter(None, map(name_key, board_filter.words.split()[:8])):
        named = select(PartnerName.partner_id).where(PartnerName.key.contains(key, autoescape=True))
        query = query.where(Partner.id.in_(named))
    return query.order_by(*_order(board_filter.sort))


def has_note() -> ColumnElement[bool]:
    """Of the rows of `request_state`: those that approved and left a note, public or private."""
    noted = (
        exists()
        .where(Answer.id == request_state.c.answer_id, AnswerPerson.answer_id == Answer.id)
        .where(or_(Answer.public_note != "", AnswerPerson.note != ""))
    )
    return and_(request_state.c.status == "approved", noted)


def _has_status(version_id: int, status: str) -> ColumnElement[bool]:
    state, lost = request_state.c.status, Partner.id.in_(_unreached(version_id))
    if status == "noted":
        return has_note()
    if status == "undeliverable":
        return and_(state.in_(_SILENT), lost)
    return and_(state == status, ~lost) if status in _SILENT else state == status


def _order(sort: str) -> tuple[Any, ...]:
    name, at = func.lower(Partner.name), request_state.c.answered_at
    orders: dict[str, tuple[Any, ...]] = {
        "-name": (name.desc(), Partner.id.desc()),
        "answered": (case((at.is_(None), 1), else_=0), at, name, Partner.id),
        "-answered": (case((at.is_(None), 1), else_=0), at.desc(), name, Partner.id),
        "status": (request_state.c.status, name, Partner.id),
    }
    return orders.get(sort, (name, Partner.id))


def _rows(session: Session, version: Version, ids: Collection[int] | None) -> list[BoardRow]:
    query = (
        select(Partner, request_state.c.status, Answer, Request.dropped_at)
        .join(request_state, request_state.c.partner_id == Partner.id)
        .join(Request, Request.id == request_state.c.request_id)
        .outerjoin(Answer, Answer.id == request_state.c.answer_id)
        .where(request_state.c.version_id == version.id)
    )
    if ids is not None:
        query = query.where(Partner.id.in_(ids), Request.partner_id.in_(ids))
    letters, lost = delivery_of(session, version, ids), _lost(session, version.id, ids)
    addresses = _newest_addresses(session, version, ids)
    return [
        BoardRow(
            partner,
            "undeliverable" if partner.id in lost and status in _SILENT else status,
            letters.get(partner.id),
            answer,
            answer.person if answer else None,
            dropped_at,
            addresses.get(partner.id),
        )
        for partner, status, answer, dropped_at in session.execute(query)
    ]


def _newest_addresses(session: Session, version: Version, ids: Collection[int] | None) -> dict[int, Contact]:
    query = (
        select(Contact)
        .join(Request, Request.partner_id == Contact.partner_id)
        .where(Request.version_id == version.id, Contact.removed_at.is_(None), Contact.address_changed_at.is_not(None))
        .order_by(Contact.address_changed_at)
    )
    if ids is not None:
        query = query.where(Contact.partner_id.in_(ids))
    return {contact.partner_id: contact for contact in session.scalars(query)}


def _unreached(version_id: int) -> Select[Any]:
    # A letter that left counts as having arrived until it comes back; one that waits may still arrive. Looked for from
    # the few that failed, not from all that left.
    hope = (
        exists()
        .where(_ITS_LINK.c.partner_id == Link.partner_id, _ITS_LINK.c.request_id == Link.request_id)
        .where(_OTHER.c.link_id == _ITS_LINK.c.id, _OTHER.c.kind.in_(_ASK), _OTHER.c.state.in_(_HOPE))
    )
    return (
        select(Link.partner_id)
        .join(Letter, Letter.link_id == Link.id)
        .where(Letter.version_id == version_id, Letter.state.in_(_LOST), Letter.kind.in_(_ASK), ~hope)
        .distinct()
    )


def _lost(session: Session, version_id: int, ids: Collection[int] | None) -> set[int]:
    query = _unreached(version_id)
    return set(session.scalars(query if ids is None else query.where(Link.partner_id.in_(ids))))


def tally(session: Session, version: Version) -> dict[str, int]:
    """How many requests about this version are in each state; whom no letter reached is no silent partner."""
    asked = select(request_state.c.status, func.count()).where(request_state.c.version_id == version.id)
    counts: dict[str, int] = dict(session.execute(asked.group_by(request_state.c.status)).all())
    of_lost = asked.where(request_state.c.partner_id.in_(_unreached(version.id)), request_state.c.status.in_(_SILENT))
    for status, number in session.execute(of_lost.group_by(request_state.c.status)):
        counts[status] -= number
        counts["undeliverable"] = counts.get("undeliverable", 0) + number
    return {status: number for status, number in counts.items() if number}


def answered(counts: dict[str, int]) -> int:
    """How many of the partners in a tally have answered."""
    return sum(number for status, number in counts.items() if status in _ANSWERED)


def asked_now(counts: dict[str, int]) -> int:
    """How many of the partners in a tally are being asked: those dropped without an answer are not."""
    return sum(counts.values()) - counts.get("dropped", 0)


def answers_by_day(session: Session, version: Version, zone: tzinfo) -> list[tuple[Any, int]]:
    """How many partners gave their first answer on each day, in the zone's days, oldest first; whole days only."""
    hour = _hour_of(session, Answer.at)
    first = select(hour, func.count()).where(Answer.version_id == version.id, Answer.sequence == 1)
    counts: dict[Any, int] = {}
    for at, number in session.execute(first.group_by(hour)):
        day = datetime.fromisoformat(f"{at}:00:00+00:00").astimezone(zone).date()
        counts[day] = counts.get(day, 0) + number
    return sorted(counts.items())


def _hour_of(session: Session, moment: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
    # UTC hours as text; a zone's days are made of them afterwards.
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(moment, 1, 13)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24")
