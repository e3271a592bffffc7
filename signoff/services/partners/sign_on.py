"""Opens a position for applications of organizations that are no partners yet, and ends that."""

from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, Missing, Reason
from signoff.domain.partners.applications import missing_to_open
from signoff.domain.partners.mentions import all_passages_in
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.time import rfc3339
from signoff.models import Position, Publication, Round, SignOn
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_position
from signoff.services.positions.public_notes import names_of
from signoff.services.record.record import record


def open_sign_on(act: ActContext, position: Position, *, until: datetime | None = None) -> SignOn:
    """Let organizations apply to sign this position until an instant, or until the deadline of its round.

    Open already until then, nothing changes; until another time, the present opening ends. Missing while no round
    takes answers or the address names a partner; Invalid for a time that has passed or is after the deadline.
    """
    ensure_may(act.by, Act.OPEN_SIGN_ON)
    hold_names(act.session, only_reading=True)
    hold_position(act.session, position.id)
    at = act.at()
    asked, reasons = find_taking_round(act.session, position, at=at), reasons_not_to_open(act.session, position, at=at)
    if asked is None or reasons:
        raise Missing(reasons, "Nothing was opened.")
    until = until or asked.deadline
    _ensure_between(until, at, asked.deadline)
    present = _present(act.session, position)
    if present is not None and present.until == until:
        return present
    if present is not None:
        _end(act, present, at=at)
    opened = SignOn(position=position, opened_by=act.by.id, opened_at=at, until=until)
    act.session.add(opened)
    act.session.flush()
    facts = {"position": position.slug, "sign_on": opened.id, "until": rfc3339(until)}
    record(act.session, "sign_on_opened", by=act.by, at=at, facts=facts, position=position)
    return opened


def _ensure_between(until: datetime, at: datetime, deadline: datetime) -> None:
    if until <= at:
        raise Invalid({"until": "This time has passed. Choose a later time."})
    if until > deadline:
        raise Invalid({"until": "This is after the deadline of the round. Choose an earlier time."})


def end_sign_on(act: ActContext, position: Position) -> bool:
    """Take no more applications for this position; whether it was open. What was asked before can be decided still."""
    ensure_may(act.by, Act.OPEN_SIGN_ON)
    hold_position(act.session, position.id)
    present = _present(act.session, position)
    if present is None:
        return False
    _end(act, present, at=act.at())
    return True


def _end(act: ActContext, present: SignOn, *, at: datetime) -> None:
    present.ended_at, present.ended_by = at, act.by.id
    act.session.flush()
    position = present.position
    facts = {"position": position.slug, "sign_on": present.id}
    record(act.session, "sign_on_ended", by=act.by, at=at, facts=facts, position=position)


def reasons_not_to_open(session: Session, position: Position, *, at: datetime) -> list[Reason]:
    """All that keeps this position from being opened for applications now."""
    return missing_to_open(
        takes_answers=find_taking_round(session, position, at=at) is not None,
        names_in_address=_names_in_address(session, position),
    )


def _names_in_address(session: Session, position: Position) -> tuple[str, ...]:
    named = all_passages_in([], [position.slug], names_of(session, true()))
    return tuple(dict.fromkeys(passage.name for passage in named))


def find_taking_round(session: Session, position: Position, *, at: datetime) -> Round | None:
    """The round of a position that takes answers at this moment, whether or not a worker ran."""
    query = select(Round).where(Round.position_id == position.id, Round.ended_at.is_(None), Round.deadline >= at)
    return session.scalar(query.execution_options(populate_existing=True))


def find_sign_on(session: Session, position: Position, *, at: datetime) -> SignOn | None:
    """The opening of a position that takes applications at this moment, the last instant included; None without.

    None too while the position is not public and its address has come to hold a partner's name: the form would show it.
    """
    present = _present(session, position)
    if present is None or at > present.until or find_taking_round(session, position, at=at) is None:
        return None
    live = select(Publication.id).where(Publication.position_id == position.id, Publication.ended_at.is_(None))
    is_public = session.scalar(live) is not None
    return present if is_public or not _names_in_address(session, position) else None


def closes_at(session: Session, opened: SignOn) -> datetime:
    """When an opening ends by itself: at its own end, or with the round, whose deadline may have been moved."""
    query = select(Round.deadline).where(Round.position_id == opened.position_id, Round.ended_at.is_(None))
    deadlines: list[datetime] = [*session.scalars(query)]
    return min(opened.until, *deadlines)


def _present(session: Session, position: Position) -> SignOn | None:
    query = select(SignOn).where(SignOn.position_id == position.id, SignOn.ended_at.is_(None))
    return session.scalar(query.execution_options(populate_existing=True))
