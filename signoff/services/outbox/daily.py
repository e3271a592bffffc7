"""The emails of each day: when the next is due, and which time it covers."""

from datetime import datetime, tzinfo
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.letters import DIGEST_HOUR
from signoff.domain.time import Clock, daily_span
from signoff.models import AnswerDigest, NewsDigest
from signoff.services.locks import hold_digests

Daily = AnswerDigest | NewsDigest
D = TypeVar("D", AnswerDigest, NewsDigest)


def is_due(session: Session, daily: type[Daily], *, zone: tzinfo, clock: Clock) -> bool:
    """Whether the hour of this email has passed since the last one."""
    return _span(session, daily, zone, clock) is not None


def begin(session: Session, daily: type[D], *, zone: tzinfo, clock: Clock) -> D | None:
    """The row of the next one, which begins where the last one ended; None while none is due.

    Several workers may ask for it: one of them gets it.
    """
    hold_digests(session)
    span = _span(session, daily, zone, clock)
    if span is None:
        return None
    row = daily(since=span[0], until=span[1])
    session.add(row)
    session.flush()
    return row


def _span(session: Session, daily: type[Daily], zone: tzinfo, clock: Clock) -> tuple[datetime, datetime] | None:
    return daily_span(session.scalar(select(func.max(daily.until))), clock(), zone, DIGEST_HOUR)
