"""Deadlines: moved by staff, who are waiting told once; reached, whether or not a worker looks; or not waited for."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Missing
from signoff.domain.letters import ASKING, LetterKind, LetterState
from signoff.domain.permissions import WORKER, Act, Actor, ensure_may
from signoff.domain.positions.status import RoundEnd
from signoff.domain.time import Clock, rfc3339
from signoff.models import Entry, Letter, Partner, Round, Version
from signoff.models.base import among
from signoff.models.rounds import request_state
from signoff.services.act import ActContext
from signoff.services.locks import hold_position, hold_version
from signoff.services.outbox.heard import has_told
from signoff.services.outbox.letter_queue import cancel_waiting, queue_link_letters, queue_staff_letter
from signoff.services.positions.publishing_rules import reasons_not_to_send
from signoff.services.record.record import record
from signoff.services.rounds.links import live_links

_ROUND_ACTS = (
    "round_opened",
    "round_extended",
    "round_shortened",
    "round_closed",
    "round_replaced",
    "round_recalled",
    "partner_dropped",
)


def count_round_acts(session: Session, position_ids: Collection[int]) -> dict[int, int]:
    """How often something was done to the rounds of each of these positions, by the position's id; it only grows."""
    counts = (
        select(Entry.position_id, func.count())
        .where(among(Entry.position_id, position_ids), Entry.kind.in_(_ROUND_ACTS))
        .group_by(Entry.position_id)
    )
    return dict.fromkeys(position_ids, 0) | {number: acts for number, acts in session.execute(counts) if number}


def move_deadline(act: ActContext, round_: Round, deadline: datetime) -> Sequence[Partner]:
    """Give a round a later or an earlier deadline (aware UTC); a round that closed is reopened by a later one.

    Tells those still waiting, once, and returns them. The deadline it has already changes nothing. Refuses with
    Missing what stands in the way, such as a deadline in the past.
    """
    ensure_may(act.by, Act.ASK)
    hold_position(act.session, round_.position_id)
    hold_version(act.session, round_.version_id)
    act.session.refresh(round_)
    version = round_.version
    if reasons := reasons_not_to_send(act.session, version, deadline=deadline, clock=act.clock):
        raise Missing(reasons, "Nothing was changed.")
    if deadline == round_.deadline and round_.ended_at is None:
        return []
    if round_.ended_at is not None and deadline <= round_.deadline:
        raise Conflict("This round has closed; it is reopened by a later deadline. Nothing was changed.")
    at = act.at()
    reopened, later = round_.ended_at is not None, deadline > round_.deadline
    round_.deadline, round_.ended_at, round_.ended_as = deadline, None, None
    act.session.flush()
    facts = {"position": version.position.slug, "version": version.number, "deadline": rfc3339(deadline)}
    if later:
        facts |= {"partners": [], "reopened": reopened}
    kind = "round_extended" if later else "round_shortened"
    record(act.session, kind, by=act.by, at=at, facts=facts, position=version.position)
    notified = waiting_partners(act.session, version.id)
    notify_deadline_moved(act.session, version, notified, at=at)
    return notified


def notify_deadline_moved(session: Session, version: Version, waiting: Collection[Partner], *, at: datetime) -> int:
    """Queue the letter of a new deadline for those who wait; one that has not left yet tells of the newest itself."""
    still_queued = set(
        session.scalars(
            select(Letter.link_id).where(
                Letter.version_id == version.id, Letter.kind.in_(ASKING), Letter.state == LetterState.QUEUED
            )
        )
    )
    links = live_links(session, version.id, {partner.id for partner in waiting})
    untold = [link for link in links if link.id not in still_queued]
    return queue_link_letters(session, LetterKind.DEADLINE_MOVED, version, untold, at=at)


def rounds_past_deadline(session: Session, *, clock: Clock) -> Sequence[int]:
    """The ids of open rounds whose deadline has passed; each is closed in a transaction of its own."""
    return session.scalars(
        select(Round.id).where(Round.ended_at.is_(None), Round.deadline < clock()).order_by(Round.id)
    ).all()


def close_if_due(session: Session, round_id: int, *, clock: Clock) -> bool:
    """Close a round if its deadline has passed, and tell who asked."""
    round_ = session.get_one(Round, round_id)
    hold_version(session, round_.version_id)
    session.refresh(round_)
    at = clock()
    if round_.ended_at is not None or round_.deadline >= at:
        return False
    close(session, round_, by=WORKER, at=at)
    queue_staff_letter(session, LetterKind.ROUND_CLOSED, round_.version, round_.opener, at=at)
    return True


def close(session: Session, round_: Round, *, by: Actor, at: datetime) -> None:
    """End an open round as closed; only withdrawing and contesting stay possible."""
    waiting = count_waiting(session, round_.version_id)
    round_.ended_at, round_.ended_as = at, RoundEnd.CLOSED
    session.flush()
    cancel_waiting(session, "The round has closed.", kinds=ASKING, version_id=round_.version_id)
    position = round_.version.position
    facts = {"position": position.slug, "version": round_.version.number, "waiting": waiting}
    record(session, "round_closed", by=by, at=at, facts=facts, position=position)


def break_off(session: Session, round_: Round, *, by: Actor, at: datetime) -> None:
    """Close a round whose text is no longer public or was overtaken, and tell those who could still answer.

    Only contacts who have heard of the question are told that it ended.
    """
    version = round_.version
    waiting = waiting_partners(session, version.id) if round_.deadline >= at else []
    close(session, round_, by=by, at=at)
    links = live_links(session, version.id, {partner.id for partner in waiting})
    heard = set(session.scalars(select(Letter.contact_id).where(Letter.version_id == version.id, has_told())))
    told = [link for link in links if link.contact_id in heard]
    queue_link_letters(session, LetterKind.RECALLED, version, told, at=at)


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


def waiting_partners(session: Session, version_id: int) -> Sequence[Partner]:
    """The partners whose answer about this version is still waited for, by name."""
    return session.scalars(
        select(Partner)
        .join(request_state, request_state.c.partner_id == Partner.id)
        .where(
            request_state.c.version_id == version_id,
            request_state.c.status == "waiting",
            Partner.left_at.is_(None),
        )
        .order_by(func.lower(Partner.name), Partner.id)
    ).all()
