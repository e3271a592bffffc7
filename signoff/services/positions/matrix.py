"""The matrix: how each position relates to each criterion, one table for each principles edition."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from signoff.models import FindingRow, PrinciplesEdition, Publication, Version
from signoff.services.positions.checks import checks_that_count


@dataclass(frozen=True)
class MatrixRow:
    """One version with its verdict for each criterion's key; an empty one where nothing was found yet."""

    version: Version
    verdicts: Mapping[str, str]
    completed: bool


@dataclass(frozen=True)
class Matrix:
    """The positions that are checked against one edition."""

    edition: PrinciplesEdition
    rows: Sequence[MatrixRow]


def public_matrix(session: Session) -> list[Matrix]:
    """The published positions with the findings of their completed checks, newest edition first."""
    versions = session.scalars(
        select(Version)
        .join(Publication, Publication.version_id == Version.id)
        .where(Publication.ended_at.is_(None))
        .order_by(func.lower(Version.title), Version.id)
        .options(joinedload(Version.position))
    ).all()
    return _matrices(session, versions)


def staff_matrix(session: Session) -> list[Matrix]:
    """The newest version of every position with what was found so far, newest edition first."""
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    versions = session.scalars(
        select(Version)
        .where(Version.id.in_(newest))
        .order_by(func.lower(Version.title), Version.id)
        .options(joinedload(Version.position))
    ).all()
    return _matrices(session, versions)


def _matrices(session: Session, versions: Sequence[Version]) -> list[Matrix]:
    ids = [version.id for version in versions]
    verdicts: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for finding in session.scalars(select(FindingRow).where(FindingRow.version_id.in_(ids))):
        verdicts[finding.version_id, finding.criterion.edition_id][finding.criterion.key] = finding.verdict
    checks = checks_that_count(session, versions)
    counting = {
        version.id: checks[version.id].edition_id if version.id in checks else version.position.edition_id
        for version in versions
    }
    editions = session.scalars(
        select(PrinciplesEdition)
        .where(PrinciplesEdition.id.in_(set(counting.values())))
        .order_by(PrinciplesEdition.number.desc())
    ).all()
    return [
        Matrix(
            edition,
            [
                MatrixRow(version, verdicts[version.id, edition.id], version.id in checks)
                for version in versions
                if counting[version.id] == edition.id
            ],
        )
        for edition in editions
    ]
