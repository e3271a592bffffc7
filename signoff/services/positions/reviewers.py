"""Who is asked by name to check a position: found, asked, and released again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, Role, ensure_may
from signoff.models import Position, Publication, ReviewAssignment, StaffUser, Version, VersionCheck
from signoff.services.act import ActContext
from signoff.services.locks import hold_position
from signoff.services.outbox.letter_queue import queue_staff_letter, staff_in_role
from signoff.services.record.record import record


def possible_reviewers(session: Session, position_id: int) -> list[StaffUser]:
    """The reviewers who may check this position: none of those who saved a version of it."""
    authors = set(session.scalars(select(Version.saved_by).where(Version.position_id == position_id)))
    return [user for user in staff_in_role(session, Role.REVIEWER) if user.id not in authors]


def find_assignment(session: Session, position: Position) -> ReviewAssignment | None:
    """Who is asked by name to check a position now."""
    return assignments(session, [position.id]).get(position.id)


def assignments(session: Session, position_ids: Collection[int]) -> dict[int, ReviewAssignment]:
    """Who is asked by name to check each of these positions now, by the position's id."""
    query = select(ReviewAssignment).where(
        ReviewAssignment.position_id.in_(position_ids), ReviewAssignment.ended_at.is_(None)
    )
    live: Sequence[ReviewAssignment] = session.scalars(
        query.options(joinedload(ReviewAssignment.reviewer), joinedload(ReviewAssignment.asker))
    ).all()
    return {assignment.position_id: assignment for assignment in live}


def ask_reviewer(act: ActContext, version: Version, reviewer_id: int) -> ReviewAssignment:
    """Ask a reviewer by name to check a position, in place of the one asked before; they are told.

    No reviewer is asked twice. Invalid for someone who may not check it, Conflict when `version` is
    not the newest or its check is complete.
    """
    ensure_may(act.by, Act.ASK_REVIEW)
    hold_position(act.session, version.position_id)
    _ensure_unchecked(act.session, version)
    reviewers = {user.id: user for user in possible_reviewers(act.session, version.position_id)}
    if reviewer_id not in reviewers:
        raise Invalid({"reviewer": "Please choose a reviewer from the list."})
    standing = find_assignment(act.session, version.position)
    if standing is not None and standing.reviewer_id == reviewer_id:
        return standing
    at, reviewer = act.at(), reviewers[reviewer_id]
    release_reviewer(act.session, version.position_id, at=at)
    asked = ReviewAssignment(position_id=version.position_id, reviewer_id=reviewer.id, asked_by=act.by.id, asked_at=at)
    act.session.add(asked)
    act.session.flush()
    facts = {"position": version.position.slug, "version": version.number, "user": reviewer.id}
    record(act.session, "reviewer_asked", by=act.by, at=at, facts=facts, position=version.position)
    if reviewer.id != act.by.id:
        queue_staff_letter(act.session, LetterKind.REVIEW_ASKED, version, reviewer, at=at)
    return asked


def _ensure_unchecked(session: Session, version: Version) -> None:
    if is_waiting_for_check(session, version.id):
        return
    raise Conflict("This version no longer needs a check, or a newer one was saved. No one was asked.")


def waiting_for_check() -> "Select[int]":
    """The ids of the newest versions whose check is not complete, unless they were published."""
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    checked = exists().where(VersionCheck.version_id == Version.id, VersionCheck.edition_id == Position.edition_id)
    published = exists().where(Publication.version_id == Version.id)
    return (
        select(Version.id)
        .join(Position, Position.id == Version.position_id)
        .where(Version.id.in_(newest), ~checked, ~published)
    )


def is_waiting_for_check(session: Session, version_id: int) -> bool:
    """Whether this is its position's newest version and its check is not complete."""
    return session.scalar(waiting_for_check().where(Version.id == version_id)) is not None


def release_reviewer(session: Session, position_id: int, *, at: datetime, only: int | None = None) -> None:
    """End the assignment of the reviewer who is asked to check a position; with `only`, if it is this user."""
    live = session.scalar(
        select(ReviewAssignment).where(ReviewAssignment.position_id == position_id, ReviewAssignment.ended_at.is_(None))
    )
    if live is not None and only in (None, live.reviewer_id):
        live.ended_at = at
        session.flush()
