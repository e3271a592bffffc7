"""The round before this one: what asking about a newer version ends, and whom it asked, to ask them again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Reason
from signoff.domain.letters import ASKING, LetterState
from signoff.domain.rounds.asking import (
    earlier_approval_reasons,
    ending_reason,
    near_deadline_reason,
    newer_version_reason,
)
from signoff.domain.time import Clock
from signoff.models import Letter, Partner, Position, Publication, Round, Version
from signoff.models.answers import approval
from signoff.models.rounds import request_state
from signoff.services.positions.publishing_rules import count_approvals, warnings_before_sending

_SILENT = ("waiting", "unanswered", "superseded", "recalled")


def find_open_round(session: Session, position: Position, *, besides: Version | None = None) -> Round | None:
    """The open round of a position, unless it is on the version `besides`."""
    query = select(Round).where(Round.position_id == position.id, Round.ended_at.is_(None))
    return session.scalar(query if besides is None else query.where(Round.version_id != besides.id))


def is_overtaken(session: Session, version: Version) -> bool:
    """Whether a newer version of the same position is saved."""
    newer = select(Version.id).where(Version.position_id == version.position_id, Version.number > version.number)
    return session.scalar(newer.limit(1)) is not None


def count_unsent(session: Session, version: Version) -> int:
    """How many emails that ask about this version have not left yet."""
    waiting = (LetterState.QUEUED, LetterState.SENDING)
    query = select(func.count()).select_from(Letter).where(Letter.version_id == version.id)
    return session.scalar(query.where(Letter.kind.in_(ASKING), Letter.state.in_(waiting))) or 0


def warnings_before_asking(
    session: Session,
    version: Version,
    *,
    partners: Sequence[Partner] = (),
    deadline: datetime | None = None,
    clock: Clock,
) -> list[Reason]:
    """All that is asked about before partners are asked: the round that ends, the time left, and what the text says."""
    found = [ending_warning(session, version.position, by=version)]
    newest = session.scalar(select(func.max(Version.number)).where(Version.position_id == version.position_id))
    found.append(newer_version_reason(version.number, newest or version.number))
    if deadline is not None:
        found.append(near_deadline_reason(deadline, at=clock()))
    return [reason for reason in found if reason] + warnings_before_sending(session, version, partners=partners)


def ending_warning(session: Session, position: Position, *, by: Version | None = None) -> Reason | None:
    """That asking about this version, or about the next one, ends the open round; None when there is none to end."""
    ends = find_open_round(session, position, besides=by)
    if ends is None:
        return None
    approvals = count_approvals(session, ends.version)
    return ending_reason(ends.version.number, approvals, is_public=_is_public(session, ends.version))


@dataclass(frozen=True)
class AskedGroup:
    """Partners of the last round that can be chosen together: by which key, in which words, and whom."""

    key: str
    words: str
    ids: frozenset[int]


@dataclass(frozen=True)
class LastRound:
    """The last round on an earlier version, with the partners of it that can be asked again, in groups."""

    round: Round
    groups: list[AskedGroup]


def last_round(session: Session, version: Version, able: Collection[int]) -> LastRound | None:
    """The newest round on an earlier version than this one; `able` are the ids of the partners that can be asked."""
    round_ = session.scalar(
        select(Round)
        .join(Version, Version.id == Round.version_id)
        .where(Round.position_id == version.position_id, Version.number < version.number)
        .order_by(Version.number.desc())
        .limit(1)
    )
    if round_ is None:
        return None
    whole = func.coalesce(Partner.merged_into_id, Partner.id)
    states = select(whole, request_state.c.status).join(Partner, Partner.id == request_state.c.partner_id)
    rows = session.execute(states.where(request_state.c.version_id == round_.version_id)).all()
    number, within = round_.version.number, set(able)
    groups = [
        AskedGroup(key, words, frozenset(ids & within))
        for key, words, ids in (
            ("last:asked", f"asked about version {number}", {partner for partner, _ in rows}),
            ("last:approved", f"approved version {number}", {n for n, status in rows if status == "approved"}),
            ("last:silent", f"did not answer about version {number}", {n for n, s in rows if s in _SILENT}),
        )
        if ids & within
    ]
    return LastRound(round_, groups)


def approved_earlier(session: Session, version: Version) -> list[tuple[str, int]]:
    """The partners whose approval of an earlier version stands, and that have not approved this one.

    Each by its name with the newest version that it approved, by name.
    """
    here = select(approval.c.partner_id).where(approval.c.version_id == version.id)
    query = (
        select(Partner.name, func.max(Version.number))
        .join(approval, approval.c.partner_id == Partner.id)
        .join(Version, Version.id == approval.c.version_id)
        .where(Version.position_id == version.position_id, Version.number < version.number)
        .where(Partner.left_at.is_(None), Partner.id.not_in(here))
        .group_by(Partner.id, Partner.name)
        .order_by(func.lower(Partner.name), Partner.id)
    )
    return [(name, number) for name, number in session.execute(query)]


def earlier_approvals_warning(session: Session, version: Version) -> list[Reason]:
    """At most one reason: who approved an earlier version and would not be named on this one."""
    return earlier_approval_reasons(version.number, approved_earlier(session, version))


def _is_public(session: Session, version: Version) -> bool:
    query = select(Publication.id).where(Publication.version_id == version.id, Publication.ended_at.is_(None))
    return session.scalar(query) is not None
