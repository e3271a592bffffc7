"""The daily summary of answers: begun once a day, and what it says is what is the case when it leaves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Role
from signoff.domain.time import Clock
from signoff.models import Answer, AnswerDigest, Partner, Version
from signoff.services.outbox import daily
from signoff.services.outbox.letter_queue import queue_staff_letters, staff_in_role
from signoff.services.rounds.board import tally


@dataclass(frozen=True)
class VersionAnswers:
    """What partners said of one version within some time, as it stands now, and the state of all that were asked."""

    version: Version
    answered: Sequence[tuple[str, Verdict]]
    tally: Mapping[str, int]


def digest_is_due(session: Session, *, zone: tzinfo, clock: Clock) -> bool:
    """Whether the hour of the summary has passed since the last one."""
    return daily.is_due(session, AnswerDigest, zone=zone, clock=clock)


def begin_digest(session: Session, *, zone: tzinfo, clock: Clock) -> int:
    """Queue today's summary for staff who want it; returns how many letters, none when no one answered."""
    digest = daily.begin(session, AnswerDigest, zone=zone, clock=clock)
    if digest is None or not answers_within(session, digest):
        return 0
    readers = staff_in_role(session, Role.DRAFTER, Role.PUBLISHER)
    return queue_staff_letters(session, LetterKind.DIGEST, None, readers, at=clock(), digest_id=digest.id)


def answers_within(session: Session, digest: AnswerDigest) -> list[VersionAnswers]:
    """Which partners answered about which versions in the time of a summary, each with the answer that stands now.

    A name that staff removed since is left out: its partner says nothing anymore.
    """
    pairs = _pairs(session, digest.since, digest.until)
    if not pairs:
        return []
    newest = select(func.max(Answer.id)).where(tuple_(Answer.version_id, Answer.partner_id).in_(pairs))
    rows = session.execute(
        select(Answer.version_id, Partner.name, Answer.verdict)
        .join(Partner, Partner.id == Answer.partner_id)
        .where(Answer.id.in_(newest.group_by(Answer.version_id, Answer.partner_id)), Answer.verdict != Verdict.REMOVE)
        .order_by(Answer.version_id, func.lower(Partner.name), Partner.id)
    )
    said: dict[int, list[tuple[str, Verdict]]] = defaultdict(list)
    for version_id, name, verdict in rows:
        said[version_id].append((name, Verdict(verdict)))
    versions = session.scalars(select(Version).where(Version.id.in_(said)).order_by(Version.id))
    return [VersionAnswers(version, said[version.id], tally(session, version)) for version in versions]


def _pairs(session: Session, since: datetime, until: datetime) -> list[tuple[int, int]]:
    given = select(Answer.version_id, Answer.partner_id).where(
        Answer.at > since, Answer.at <= until, Answer.verdict != Verdict.REMOVE
    )
    return [(version_id, partner_id) for version_id, partner_id in session.execute(given.distinct())]
