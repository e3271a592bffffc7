"""Positions moved to a newer principles edition; their versions need a new check there."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from signoff.domain.errors import Missing, Reason
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Position, PrinciplesEdition, Publication, Round, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_position
from signoff.services.positions.positions import latest_version
from signoff.services.record.record import record


@dataclass(frozen=True)
class MovablePosition:
    """A position under an older edition, its newest version, and why it cannot move now; empty when it can."""

    position: Position
    newest: Version
    is_published: bool
    reason: str


def movable_to(session: Session, edition: PrinciplesEdition) -> list[MovablePosition]:
    """The positions under older editions, by title."""
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    rows = session.execute(
        select(Position, Version, Publication.id)
        .join(Version, Version.position_id == Position.id)
        .outerjoin(Publication, (Publication.version_id == Version.id) & Publication.ended_at.is_(None))
        .join(PrinciplesEdition, PrinciplesEdition.id == Position.edition_id)
        .where(PrinciplesEdition.number < edition.number, Version.id.in_(newest))
        .order_by(func.lower(Version.title), Position.id)
    ).all()
    asking = _asking(session)
    return [
        MovablePosition(position, version, public is not None, _reason(asking.get(position.id)))
        for position, version, public in rows
    ]


def count_under(session: Session) -> dict[int, int]:
    """How many positions are under each edition, by the edition's id."""
    rows = session.execute(select(Position.edition_id, func.count()).group_by(Position.edition_id))
    return dict(rows.all())


def move_positions(act: ActContext, positions: Sequence[Position], edition: PrinciplesEdition) -> list[Position]:
    """Move positions to a newer edition, all of them or none; returns those that were not there already.

    Missing with a reason for each whose partners are being asked, beside the check of its present edition. What is
    published keeps the check that it was published with.
    """
    ensure_may(act.by, Act.MOVE)
    for number in sorted(position.id for position in positions):
        hold_position(act.session, number)
    for position in positions:
        act.session.refresh(position)
    moving = [position for position in positions if position.edition_id != edition.id]
    if reasons := _reasons(act.session, moving, edition):
        raise Missing(reasons, "No position was moved.")
    at = act.at()
    for position in moving:
        earlier, position.edition = position.edition.number, edition
        act.session.flush()
        facts = {"position": position.slug, "edition": edition.number, "from_edition": earlier}
        record(act.session, "position_moved", by=act.by, at=at, facts=facts, position=position)
    return moving


def _reasons(session: Session, moving: Sequence[Position], edition: PrinciplesEdition) -> list[Reason]:
    asking, reasons = _asking(session), []
    for position in moving:
        sentence = _reason(asking.get(position.id))
        if position.edition.number > edition.number:
            sentence = "It is already under a newer edition."
        if sentence:
            title = latest_version(session, position).title
            reasons.append(Reason("not_movable", f"“{title}”: {sentence}", position.slug))
    return reasons


def _reason(version: int | None) -> str:
    if version is None:
        return ""
    return f"Partners are being asked about version {version}, and its check. Wait until that round ends."


def _asking(session: Session) -> dict[int, int]:
    # A published version stands on the check it was published with, whatever edition comes.
    public = aliased(Publication)
    rows = session.execute(
        select(Round.position_id, Version.number)
        .join(Version, Version.id == Round.version_id)
        .outerjoin(public, public.version_id == Version.id)
        .where(Round.ended_at.is_(None), public.id.is_(None))
    )
    return dict(rows.all())
