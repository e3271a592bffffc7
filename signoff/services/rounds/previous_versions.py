"""What a partner knows already: the earlier version it approved or was asked about, and texts put back."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.diff import FieldChange, changes
from signoff.models import Request, Version
from signoff.models.answers import approval
from signoff.models.base import among


@dataclass(frozen=True)
class KnownVersion:
    """An earlier version that a partner approved or was asked about, and what has changed since.

    `notes` are the drafters' words on each version since, oldest first, without empty ones.
    """

    version: Version
    approved: bool
    changes: Sequence[FieldChange]
    notes: Sequence[str] = ()


def known_before(session: Session, version: Version, partner_ids: Collection[int]) -> dict[int, KnownVersion]:
    """For each of these partners the latest earlier version that it approved, else that it was asked about.

    Partners that know none are left out. What changed is found once for each earlier version.
    """
    earlier = {
        result.id: result
        for result in session.scalars(
            select(Version).where(Version.position_id == version.position_id, Version.number < version.number)
        )
    }
    if not earlier:
        return {}
    approved, asked = (
        _latest(earlier, session.execute(select(partner, of).where(of.in_(earlier), among(partner, partner_ids))))
        for partner, of in (
            (approval.c.partner_id, approval.c.version_id),
            (Request.partner_id, Request.version_id),
        )
    )
    changed = {
        number: changes(earlier[number].wording, version.wording) for number in {*approved.values(), *asked.values()}
    }
    notes = {number: _notes_since(earlier[number], [*earlier.values(), version]) for number in changed}
    return {
        partner_id: KnownVersion(earlier[number], partner_id in approved, changed[number], notes[number])
        for partner_id, number in {**asked, **approved}.items()
    }


def _notes_since(known: Version, versions: Iterable[Version]) -> list[str]:
    since = sorted((version for version in versions if version.number > known.number), key=lambda later: later.number)
    return [version.change_note for version in since if version.change_note]


def _latest(earlier: Mapping[int, Version], rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    in_order = sorted(rows, key=lambda row: earlier[row[1]].number)
    return dict(in_order)


def put_back(session: Session, version: Version) -> Version | None:
    """The earlier version whose text this one says again, byte for byte, if there is one."""
    return session.scalar(
        select(Version)
        .where(
            Version.position_id == version.position_id,
            Version.number < version.number,
            Version.digest == version.digest,
        )
        .order_by(Version.number.desc())
        .limit(1)
    )


def find_shown(session: Session, version: Version, digest: str) -> Version | None:
    """The version of the same position that has this digest: what a page left open was showing."""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        return None
    return session.scalar(
        select(Version)
        .where(Version.position_id == version.position_id, Version.digest == digest)
        .order_by(Version.number.desc())
        .limit(1)
    )
