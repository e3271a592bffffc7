"""Rounds: ask partners to approve one version, add partners or time, and close when the deadline has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from signoff.domain.characters import clean_text, text_problem
from signoff.domain.letters import LetterKind
from signoff.domain.moments import Clock, rfc3339
from signoff.domain.permissions import WORKER, Act, Actor, ensure_may
from signoff.domain.refusals import Conflict, Invalid, Missing
from signoff.domain.states import RoundEnd
from signoff.models import Letter, Link, Partner, Request, Round, Version
from signoff.models.views import request_state
from signoff.services.gathering import reasons_not_to_send
from signoff.services.letter_queue import queue_request_letters
from signoff.services.links import issue_links
from signoff.services.locks import hold_position, hold_version
from signoff.services.record import record

LONGEST_MESSAGE = 2_000
HIGHEST_MINIMUM = 10_000


@dataclass(frozen=True)
class Asking:
    """What asking did: the round, how many partners it asks in all, and how many letters were queued now."""

    round: Round
    requests: int
    letters_queued: int
    is_new: bool


def ask(
    session: Session,
    version: Version,
    partners: Sequence[Partner],
    *,
    deadline: datetime,
    message: str = "",
    minimum: int = 0,
    key: str,
    by: Actor,
    clock: Clock,
) -> Asking:
    """Ask partners to approve this version: opens its round, or adds partners to it, extends or reopens it.

    `deadline` is aware UTC; `key` makes the links. A round on an earlier version of the position ends as
    replaced. Refuses with Missing whatever stands in the way, with Conflict an earlier deadline.
    """
    ensure_may(by, Act.ASK)
    message = _sound_message(message, minimum)
    hold_position(session, version.position_id)
    hold_version(session, version.id)
    if reasons := reasons_not_to_send(session, version, partners=partners, deadline=deadline, clock=clock):
        raise Missing(reasons, "Nothing was sent.")
    standing = session.scalar(select(Round).where(Round.version_id == version.id))
    if standing is None:
        _replace_open_round(session, version, by=by, clock=clock)
        return _open(session, version, partners, deadline, message, minimum, key=key, by=by, clock=clock)
    return _extend(session, standing, partners, deadline, key=key, by=by, clock=clock)


def _sound_message(message: str, minimum: int) -> str:
    message = clean_text(message)
    errors = {
        "message": text_problem(message, longest=LONGEST_MESSAGE, needed=False),
        "minimum": "" if 0 <= minimum <= HIGHEST_MINIMUM else "Please give a number from 0 to 10,000.",
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    return message


def _open(
    session: Session,
    version: Version,
    partners: Sequence[Partner],
    deadline: datetime,
    message: str,
    minimum: int,
    *,
    key: str,
    by: Actor,
    clock: Clock,
) -> Asking:
    at = clock()
    opened = Round(
        position_id=version.position_id,
        version=version,
        deadline=deadline,
        minimum=minimum,
        message=message,
        opened_by=by.id,
        opened_at=at,
    )
    session.add(opened)
    session.flush()
    letters = _add_requests(session, version, partners, key=key, at=at)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "deadline": rfc3339(deadline),
        "minimum": minimum,
        "partners": [partner.slug for partner in partners],
    }
    record(session, "round_opened", by=by, at=at, facts=facts, position=version.position)
    return Asking(opened, len(partners), letters, is_new=True)


def _extend(
    session: Session,
    standing: Round,
    partners: Sequence[Partner],
    deadline: datetime,
    *,
    key: str,
    by: Actor,
    clock: Clock,
) -> Asking:
    if deadline < standing.deadline:
        raise Conflict("This version has its round already, and the new deadline is earlier. Nothing was changed.")
    at = clock()
    version = standing.version
    asked = set(session.scalars(select(Request.partner_id).where(Request.version_id == version.id)))
    added = [partner for partner in partners if partner.id not in asked]
    reopened = standing.ended_at is not None
    if added or reopened or deadline != standing.deadline:
        standing.deadline, standing.ended_at, standing.ended_as = deadline, None, None
        session.flush()
        facts = {
            "position": version.position.slug,
            "version": version.number,
            "deadline": rfc3339(deadline),
            "partners": [partner.slug for partner in added],
            "reopened": reopened,
        }
        record(session, "round_extended", by=by, at=at, facts=facts, position=version.position)
    letters = _add_requests(session, version, added, key=key, at=at)
    return Asking(standing, len(asked) + len(added), letters, is_new=False)


def _add_requests(session: Session, version: Version, partners: Sequence[Partner], *, key: str, at: datetime) -> int:
    if not partners:
        return 0
    rows = [{"version_id": version.id, "partner_id": partner.id, "added_at": at} for partner in partners]
    session.execute(insert(Request), rows)
    requests = session.scalars(
        select(Request).where(Request.version_id == version.id, Request.added_at == at).order_by(Request.id)
    ).all()
    links = issue_links(session, requests, key=key, at=at)
    return queue_request_letters(session, version, links, at=at)


def _replace_open_round(session: Session, version: Version, *, by: Actor, clock: Clock) -> None:
    older = session.scalar(select(Round).where(Round.position_id == version.position_id, Round.ended_at.is_(None)))
    if older is None:
        return
    hold_version(session, older.version_id)
    session.refresh(older)
    if older.ended_at is not None:
        return
    at = clock()
    waiting = count_waiting(session, older.version_id)
    older.ended_at, older.ended_as = at, RoundEnd.REPLACED
    session.flush()
    facts = {
        "position": version.position.slug,
        "version": older.version.number,
        "by_version": version.number,
        "waiting": waiting,
    }
    record(session, "round_replaced", by=by, at=at, facts=facts, position=version.position)


def close_due(session: Session, *, clock: Clock) -> int:
    """Close the rounds whose deadline has passed; returns how many."""
    due = session.scalars(select(Round).where(Round.ended_at.is_(None), Round.deadline < clock())).all()
    for found in due:
        hold_version(session, found.version_id)
        session.refresh(found)
        if found.ended_at is None and found.deadline < clock():
            close(session, found, by=WORKER, at=clock())
    return len(due)


def close(session: Session, found: Round, *, by: Actor, at: datetime) -> None:
    """End an open round as closed; only withdrawing and contesting stay possible."""
    waiting = count_waiting(session, found.version_id)
    found.ended_at, found.ended_as = at, RoundEnd.CLOSED
    session.flush()
    position = found.version.position
    facts = {"position": position.slug, "version": found.version.number, "waiting": waiting}
    record(session, "round_closed", by=by, at=at, facts=facts, position=position)


def count_waiting(session: Session, version_id: int) -> int:
    """How many partners asked about this version have not answered."""
    return (
        session.scalar(
            select(func.count())
            .select_from(request_state)
            .where(request_state.c.version_id == version_id, request_state.c.status == "waiting")
        )
        or 0
    )


def find_round(session: Session, version: Version) -> Round | None:
    """The round on this version, if there is one."""
    return session.scalar(select(Round).where(Round.version_id == version.id))


def delivery_of(session: Session, version: Version) -> dict[int, str]:
    """How far each partner's newest request letter came: partner's id to the letter's state."""
    rows = session.execute(
        select(Link.partner_id, Letter.state)
        .join(Letter, Letter.link_id == Link.id)
        .where(Letter.version_id == version.id, Letter.kind == LetterKind.REQUEST)
        .order_by(Letter.id)
    )
    return dict(rows.all())
