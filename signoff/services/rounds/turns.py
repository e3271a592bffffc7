"""Whose turn it is: found by the worker, so that nothing is lost while none runs; each turn is told once.

A version waits for its check, its check is complete, or everyone asked has answered. The person who brought it about
is not told, and `TurnNotice` keeps what was told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Role
from signoff.domain.time import Clock
from signoff.models import (
    Answer,
    Entry,
    Position,
    Publication,
    Request,
    Round,
    StaffUser,
    TurnNotice,
    Version,
    VersionCheck,
)
from signoff.services.locks import hold_position, hold_version
from signoff.services.outbox.letter_queue import queue_staff_letters, staff_in_role
from signoff.services.positions.checks import find_check
from signoff.services.positions.reviewers import find_assignment, possible_reviewers, waiting_for_check
from signoff.services.rounds.deadlines import count_waiting

_QUIET = timedelta(minutes=15)  # a drafter who saves again within it does not make two emails


@dataclass(frozen=True)
class _Turn:
    """One reason to tell someone: which versions have it at a moment, and who hears of it."""

    kind: LetterKind
    which: Callable[[datetime], "Select[int]"]
    readers: Callable[[Session, Version], Sequence[StaffUser]]


def _untold(kind: LetterKind, since: Any) -> Any:
    return ~exists().where(TurnNotice.version_id == Version.id, TurnNotice.kind == kind, TurnNotice.at >= since)


_PUBLISHED = exists().where(Publication.version_id == Version.id)


def _to_check(at: datetime) -> "Select[int]":
    # After a check under an older edition it waits a second time.
    checked = select(func.max(VersionCheck.completed_at)).where(VersionCheck.version_id == Version.id)
    since = func.coalesce(checked.correlate(Version).scalar_subquery(), Version.saved_at)
    return waiting_for_check().where(Version.saved_at <= at - _QUIET, _untold(LetterKind.TO_CHECK, since))


def _reviewers(session: Session, version: Version) -> Sequence[StaffUser]:
    assignment = find_assignment(session, version.position)
    if assignment is None:
        return possible_reviewers(session, version.position_id)
    return [assignment.reviewer] if assignment.asked_at < version.saved_at else []


def _checked(_at: datetime) -> "Select[int]":
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    return (
        select(Version.id)
        .join(Position, Position.id == Version.position_id)
        .join(VersionCheck, (VersionCheck.version_id == Version.id) & (VersionCheck.edition_id == Position.edition_id))
        .where(
            Version.id.in_(newest),
            ~exists().where(Round.version_id == Version.id),
            ~_PUBLISHED,
            _untold(LetterKind.CHECKED, VersionCheck.completed_at),
        )
    )


def _publishers(session: Session, version: Version) -> Sequence[StaffUser]:
    check = find_check(session, version)
    return [user for user in staff_in_role(session, Role.PUBLISHER) if check and user.id != check.completed_by]


def _all_answered(_at: datetime) -> "Select[int]":
    asked = (Request.version_id == Version.id, Request.dropped_at.is_(None))
    unanswered = exists().where(*asked, ~exists().where(Answer.request_id == Request.id))
    last = select(func.max(Request.asked_at)).where(*asked).correlate(Version).scalar_subquery()
    return (
        select(Version.id)
        .join(Round, Round.version_id == Version.id)
        .where(
            Round.ended_at.is_(None),
            exists().where(*asked),
            ~unanswered,
            ~_PUBLISHED,
            _untold(LetterKind.ALL_ANSWERED, last),
        )
    )


def _opener(session: Session, version: Version) -> Sequence[StaffUser]:
    opener = session.scalars(select(Round).where(Round.version_id == version.id)).one().opener
    acts = select(Entry.actor).where(
        Entry.position_id == version.position_id, Entry.kind.in_(("partner_answered", "partner_dropped"))
    )
    last = session.scalar(acts.order_by(Entry.id.desc()).limit(1))
    return [opener] if last != opener.actor.label and count_waiting(session, version.id) == 0 else []


_TURNS = (
    _Turn(LetterKind.TO_CHECK, _to_check, _reviewers),
    _Turn(LetterKind.CHECKED, _checked, _publishers),
    _Turn(LetterKind.ALL_ANSWERED, _all_answered, _opener),
)


def versions_with_news(session: Session, *, clock: Clock) -> list[int]:
    """The ids of versions whose turn no one was told of yet; each is told of in a transaction of its own."""
    at = clock()
    return sorted({number for turn in _TURNS for number in session.scalars(turn.which(at))})


def tell_whose_turn(session: Session, version_id: int, *, clock: Clock) -> int:
    """Queue what is to be told of one version, once whatever number of workers looks; returns how many letters."""
    version = session.get_one(Version, version_id)
    hold_position(session, version.position_id)
    hold_version(session, version_id)
    at, letters = clock(), 0
    for turn in _TURNS:
        if session.scalar(turn.which(at).where(Version.id == version_id)) is not None:
            letters += queue_staff_letters(session, turn.kind, version, turn.readers(session, version), at=at)
            session.add(TurnNotice(version_id=version_id, kind=turn.kind, at=at))
    return letters
