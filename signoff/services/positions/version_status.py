"""The status of each version as staff see it, its round, and what came of each request."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.positions.status import VersionState, version_state
from signoff.models import Position, Publication, Round, Version, VersionCheck
from signoff.services.positions.checks import checks_that_count


@dataclass(frozen=True)
class VersionStatus:
    """One version with what happened to it."""

    version: Version
    state: VersionState
    check: VersionCheck | None
    round: Round | None
    publication: Publication | None


def statuses_of_versions(session: Session, positions: Sequence[Position]) -> dict[int, list[VersionStatus]]:
    """The versions of these positions, newest first, each with its state; four queries however many."""
    ids = [position.id for position in positions]
    versions = session.scalars(
        select(Version)
        .where(Version.position_id.in_(ids))
        .order_by(Version.number.desc())
        .options(joinedload(Version.position))
    ).all()
    checks = checks_that_count(session, versions)
    rounds = {result.version_id: result for result in session.scalars(select(Round).where(Round.position_id.in_(ids)))}
    publications = {
        result.version_id: result
        for result in session.scalars(select(Publication).where(Publication.position_id.in_(ids)))
    }
    result: dict[int, list[VersionStatus]] = {position.id: [] for position in positions}
    for version in versions:
        check = checks.get(version.id)
        asked, publication = rounds.get(version.id), publications.get(version.id)
        state = version_state(
            check_completed=check is not None,
            round_open=asked is not None and asked.ended_at is None,
            published=publication is not None,
            ended_as=publication.ended_as if publication else None,
        )
        result[version.position_id].append(VersionStatus(version, state, check, asked, publication))
    return result


def status_of(session: Session, version: Version) -> VersionStatus:
    """One version with its state."""
    versions = statuses_of_versions(session, [version.position])[version.position_id]
    return next(life for life in versions if life.version.id == version.id)
