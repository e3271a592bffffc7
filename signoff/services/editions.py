"""Principles editions: the agreed document as data; the first one comes with the program."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.moments import Clock
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.refusals import NotFound
from signoff.models import Criterion, PrinciplesEdition
from signoff.paths import PACKAGE
from signoff.services.record import record


def first_edition() -> dict[str, Any]:
    """The Partnership Commitments of September 2016, word for word, with guiding questions."""
    edition: dict[str, Any] = json.loads((PACKAGE / "first_edition.json").read_text())
    return edition


def adopt_edition(session: Session, edition: Mapping[str, Any], *, by: Actor, clock: Clock) -> PrinciplesEdition:
    """Record an edition as adopted; positions started from now on are checked against it."""
    ensure_may(by, Act.MANAGE_EDITIONS)
    at = clock()
    row = PrinciplesEdition(
        number=1 + (session.scalar(select(func.max(PrinciplesEdition.number))) or 0),
        adopted_on=date.fromisoformat(edition["adopted_on"]),
        recorded_at=at,
        vision=edition["vision"],
        mission=edition["mission"],
        preamble=edition["preamble"],
        source=edition["source"],
        criteria=[Criterion(rank=rank, **criterion) for rank, criterion in enumerate(edition["criteria"], start=1)],
    )
    session.add(row)
    session.flush()
    facts = {
        "edition": row.number,
        "adopted_on": row.adopted_on.isoformat(),
        "criteria": [criterion.key for criterion in row.criteria],
    }
    record(session, "edition_adopted", by=by, at=at, facts=facts)
    return row


def latest_edition(session: Session) -> PrinciplesEdition:
    """The edition in force; NotFound before the first one is adopted."""
    edition = session.scalar(select(PrinciplesEdition).order_by(PrinciplesEdition.number.desc()).limit(1))
    if edition is None:
        raise NotFound("No principles edition has been adopted yet; run `signoff init`.")
    return edition
