"""What a partner knows already: the earlier version it approved or was asked about, and texts put back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.changes import FieldChange, changes
from signoff.models import Request, Version
from signoff.models.views import approval


@dataclass(frozen=True)
class Known:
    """An earlier version that a partner approved or was asked about, and what has changed since."""

    version: Version
    approved: bool
    changes: Sequence[FieldChange]


def known_before(session: Session, version: Version, partner_id: int) -> Known | None:
    """The latest earlier version that this partner approved, else that it was asked about; None for the first."""
    earlier = (
        select(Version)
        .where(Version.position_id == version.position_id, Version.number < version.number)
        .order_by(Version.number.desc())
        .limit(1)
    )
    approved = session.scalar(
        earlier.join(approval, approval.c.version_id == Version.id).where(approval.c.partner_id == partner_id)
    )
    asked = session.scalar(
        earlier.join(Request, Request.version_id == Version.id).where(Request.partner_id == partner_id)
    )
    before = approved or asked
    if before is None:
        return None
    return Known(before, approved is not None, changes(before.wording, version.wording))


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
