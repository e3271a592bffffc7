"""The life of a position as staff see it: the state of each version, its round, and what came of each request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.states import VersionState, version_state
from signoff.models import Answer, AnswerPerson, Partner, Position, Publication, Request, Round, Version, VersionCheck
from signoff.models.views import request_state
from signoff.services.checks import checks_that_count
from signoff.services.rounds import Delivered, delivery_of
from signoff.services.undeliverable import unreached


@dataclass(frozen=True)
class VersionLife:
    """One version with what happened to it."""

    version: Version
    state: VersionState
    check: VersionCheck | None
    round: Round | None
    publication: Publication | None


def lives(session: Session, positions: Sequence[Position]) -> dict[int, list[VersionLife]]:
    """The versions of these positions, newest first, each with its state; four queries however many."""
    ids = [position.id for position in positions]
    versions = session.scalars(
        select(Version)
        .where(Version.position_id.in_(ids))
        .order_by(Version.number.desc())
        .options(joinedload(Version.position))
    ).all()
    checks = checks_that_count(session, versions)
    rounds = {found.version_id: found for found in session.scalars(select(Round).where(Round.position_id.in_(ids)))}
    publications = {
        found.version_id: found
        for found in session.scalars(select(Publication).where(Publication.position_id.in_(ids)))
    }
    found: dict[int, list[VersionLife]] = {position.id: [] for position in positions}
    for version in versions:
        check = checks.get(version.id)
        asked, publication = rounds.get(version.id), publications.get(version.id)
        state = version_state(
            check_completed=check is not None,
            round_open=asked is not None and asked.ended_at is None,
            published=publication is not None,
            ended_as=publication.ended_as if publication else None,
        )
        found[version.position_id].append(VersionLife(version, state, check, asked, publication))
    return found


def life_of(session: Session, version: Version) -> VersionLife:
    """One version with its state."""
    versions = lives(session, [version.position])[version.position_id]
    return next(life for life in versions if life.version.id == version.id)


@dataclass(frozen=True)
class BoardRow:
    """What came of the question to one partner."""

    partner: Partner
    status: str
    letter: Delivered | None
    answer: Answer | None
    person: AnswerPerson | None
    dropped_at: datetime | None


def board(session: Session, version: Version) -> list[BoardRow]:
    """One row for each partner asked about this version, by name."""
    rows = session.execute(
        select(Partner, request_state.c.status, Answer, Request.dropped_at)
        .join(request_state, request_state.c.partner_id == Partner.id)
        .join(Request, Request.id == request_state.c.request_id)
        .outerjoin(Answer, Answer.id == request_state.c.answer_id)
        .where(request_state.c.version_id == version.id)
        .order_by(func.lower(Partner.name), Partner.id)
    )
    letters, lost = delivery_of(session, version), unreached(session, version.id)
    return [
        BoardRow(
            partner,
            _shown(status, partner.id in lost),
            letters.get(partner.id),
            answer,
            answer.person if answer else None,
            dropped_at,
        )
        for partner, status, answer, dropped_at in rows
    ]


def tally(session: Session, version: Version) -> dict[str, int]:
    """How many requests about this version are in each state; whom no letter reached is no silent partner."""
    asked = select(request_state.c.status, func.count()).where(request_state.c.version_id == version.id)
    counts: dict[str, int] = dict(session.execute(asked.group_by(request_state.c.status)).all())
    lost = unreached(session, version.id)
    if lost:
        of_lost = asked.where(request_state.c.partner_id.in_(lost), request_state.c.status.in_(_SILENT))
        for status, number in session.execute(of_lost.group_by(request_state.c.status)):
            counts[status] -= number
            counts["undeliverable"] = counts.get("undeliverable", 0) + number
    return {status: number for status, number in counts.items() if number}


_SILENT = ("waiting", "unanswered")


def _shown(status: str, is_lost: bool) -> str:
    return "undeliverable" if is_lost and status in _SILENT else status
