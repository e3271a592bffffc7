"""Whether a round takes answers now, and whether the text shown is the text asked about."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import round_takes_answers
from signoff.domain.errors import RoundClosed, StaleText
from signoff.models import Link, Round, Version


def takes_answers(session: Session, link: Link, *, at: datetime) -> bool:
    """Whether the round of this link's request takes answers at this moment, whether or not a worker ran."""
    asked = link.request
    round_ = session.scalars(
        select(Round).where(Round.version_id == asked.version_id).execution_options(populate_existing=True)
    ).one()
    still_asked = asked.dropped_at is None and asked.partner.left_at is None
    return still_asked and round_takes_answers(deadline=round_.deadline, ended=round_.ended_at is not None, at=at)


def ensure_shown(version: Version, shown_digest: str) -> None:
    """Refuse with StaleText when the text that was shown is not the text asked about."""
    if shown_digest != version.digest:
        raise StaleText


def ensure_takes_answers(session: Session, link: Link, *, at: datetime) -> None:
    """Refuse with RoundClosed when the round of this link's request takes no answers at this moment."""
    if not takes_answers(session, link, at=at):
        raise RoundClosed
