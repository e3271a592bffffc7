"""Acts scheduled for an instant: kept as they were shown, judged again when they are due, done once or told why not.

What is due is done in the name and with the rights, at that instant, of who scheduled it. It is refused when anything
moved that was shown: another newest version, round or publication, other warnings, other recipients or another email.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotAsShown, NotFound, Reason, Refusal
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import WORKER, Act, Actor, Role, ensure_may, may
from signoff.domain.positions.status import ScheduledKind, ScheduleEnd
from signoff.domain.publications.name_groups import ensure_known
from signoff.domain.time import Clock, rfc3339
from signoff.models import Position, Publication, Round, ScheduledAct, Version
from signoff.services.accounts.written_rows import acting_later
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_people, hold_position, hold_schedule
from signoff.services.outbox.letter_queue import queue_staff_letters, staff_in_role
from signoff.services.positions.positions import latest_version
from signoff.services.positions.publishing_rules import (
    reasons_not_to_publish,
    reasons_not_to_send,
    warnings_before_publishing,
    warnings_before_sending,
)
from signoff.services.publications.publications import find_live_publication, publish
from signoff.services.record.record import record
from signoff.services.record.row_codes import has_right_code
from signoff.services.rounds.last_round import warnings_before_asking
from signoff.services.rounds.recipient_preview import ask_as_shown, partners_as_shown, to_be_asked
from signoff.services.rounds.rounds import RoundTerms, sound_terms

_NEWER = "Since it was scheduled, a newer version was saved."
_MOVED = (
    "Since it was scheduled, partners were asked, the deadline moved, the round ended, something was published, or the "
    "text now raises other warnings."
)
OTHER_EMAIL = "Since it was scheduled, a contact, a name or an earlier answer changed, so other emails would be sent."


def schedule_asking(
    act: ActContext,
    version: Version,
    ids: Collection[int],
    terms: RoundTerms,
    *,
    due: datetime,
    shown: str,
    is_warned: bool,
) -> ScheduledAct:
    """Ask exactly whom a page showed, in the words that it showed, at an instant (aware UTC).

    Refuses with Invalid an instant that is past or not before the deadline and warnings that were not read, NotAsShown
    when anything is another by now, Missing what stands in the way, Conflict when the position has something scheduled.
    """
    ensure_may(act.by, Act.SCHEDULE)
    hold_people(act.session, only_reading=True)
    terms, partners = sound_terms(terms), partners_as_shown(act.session, ids)
    _hold(act.session, version)
    _ensure_due(due, at=act.at(), before=terms.deadline)
    ensure_as_shown(shown, to_be_asked(act.session, version, partners, terms).digest)
    if reasons := reasons_not_to_send(
        act.session, version, partners=partners, deadline=terms.deadline, clock=act.clock
    ):
        raise Missing(reasons, "Nothing was scheduled.")
    asking = ScheduledAct(
        kind=ScheduledKind.ASK,
        shown=shown,
        partner_ids=sorted(ids),
        deadline=terms.deadline,
        message=terms.message,
        minimum=terms.minimum,
        reminder_days=list(terms.reminder_days),
    )
    return _add(act, version, asking, due, is_warned=is_warned)


def schedule_publishing(
    act: ActContext, version: Version, *, grouping: str, due: datetime, is_warned: bool
) -> ScheduledAct:
    """Publish a version at an instant (aware UTC), with the partners whose approval stands then, grouped as chosen.

    Refuses with Invalid an instant that is past, an unknown grouping and warnings that were not read, Missing what
    stands in the way, Conflict when the position has something scheduled, or this version is or was public.
    """
    ensure_may(act.by, Act.SCHEDULE)
    ensure_known(grouping)
    hold_names(act.session, only_reading=True)
    _hold(act.session, version)
    _ensure_due(due, at=act.at())
    if act.session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is not None:
        raise Conflict("This version was already published. Nothing was scheduled.")
    if reasons := reasons_not_to_publish(act.session, version):
        raise Missing(reasons, "Nothing was scheduled.")
    publishing = ScheduledAct(
        kind=ScheduledKind.PUBLISH,
        shown=version.digest,
        partner_ids=[],
        reminder_days=[],
        deadline=None,
        grouping=grouping,
    )
    return _add(act, version, publishing, due, is_warned=is_warned)


def _hold(session: Session, version: Version) -> None:
    hold_position(session, version.position_id)
    if waiting_acts(session, version.position):
        raise Conflict("This position already has something scheduled. Cancel it first. Nothing was scheduled.")


def _ensure_due(due: datetime, *, at: datetime, before: datetime | None = None) -> None:
    if due <= at:
        raise Invalid({"due": "This time has passed. Choose a later time."})
    if before is not None and due >= before:
        raise Invalid({"due": "This time is not before the deadline. Choose an earlier time or a later deadline."})


def _add(act: ActContext, version: Version, scheduled: ScheduledAct, due: datetime, *, is_warned: bool) -> ScheduledAct:
    scheduled.position_id, scheduled.version, scheduled.reasons = version.position_id, version, []
    scheduled.due_at, scheduled.scheduled_by, scheduled.scheduled_at = due, act.by.id or 0, act.at()
    if not is_warned and _asked_about(act.session, scheduled):
        raise Invalid({"seen": "Please read this and check the box."})
    scheduled.state = _state(act.session, scheduled)
    act.session.add(scheduled)
    act.session.flush()
    facts = {**_facts(scheduled), "due": rfc3339(due)}
    record(act.session, "act_scheduled", by=act.by, at=scheduled.scheduled_at, facts=facts, position=version.position)
    return scheduled


def _facts(scheduled: ScheduledAct) -> dict[str, Any]:
    version = scheduled.version
    return {
        "position": version.position.slug,
        "version": version.number,
        "schedule": scheduled.id,
        "act": scheduled.kind,
    }


def _asked_about(session: Session, scheduled: ScheduledAct) -> list[Reason]:
    """The same as when it is done at once; the time left until a deadline counts from the instant it is due."""
    if scheduled.kind == ScheduledKind.PUBLISH:
        return warnings_before_publishing(scheduled.version)
    partners, due_at = partners_as_shown(session, scheduled.partner_ids), scheduled.due_at
    return warnings_before_asking(
        session, scheduled.version, partners=partners, deadline=scheduled.deadline, clock=lambda: due_at
    )


def _warnings(session: Session, scheduled: ScheduledAct) -> list[Reason]:
    if scheduled.kind == ScheduledKind.PUBLISH:
        return warnings_before_publishing(scheduled.version)
    partners = partners_as_shown(session, scheduled.partner_ids)
    return warnings_before_sending(session, scheduled.version, partners=partners)


def _state(session: Session, scheduled: ScheduledAct) -> str:
    """The newest version, the round, the live publication and the warnings: all must be the same when it is due."""
    version = scheduled.version
    asked = session.execute(select(Round.deadline, Round.ended_at).where(Round.version_id == version.id)).all()
    live = find_live_publication(session, version.position)
    parts = [f"warning {warning.text}" for warning in _warnings(session, scheduled)]
    parts += [f"newest {latest_version(session, version.position).number}", f"live {live.id if live else 0}"]
    return shown_digest([*parts, *(f"round {rfc3339(deadline)} {ended is None}" for deadline, ended in asked)])


def cancel_scheduled(act: ActContext, scheduled: ScheduledAct) -> None:
    """Keep a scheduled act from being done, as any publisher may; Conflict when it has ended."""
    ensure_may(act.by, Act.SCHEDULE)
    hold_schedule(act.session, scheduled)
    if scheduled.ended_at is not None:
        raise Conflict("This was already done, canceled or refused. Nothing was changed.")
    at = act.at()
    scheduled.ended_at, scheduled.ended_as, scheduled.ended_by = at, ScheduleEnd.CANCELED, act.by.id
    act.session.flush()
    position = scheduled.version.position
    record(act.session, "schedule_canceled", by=act.by, at=at, facts=_facts(scheduled), position=position)


def due_acts(session: Session, *, clock: Clock) -> Sequence[int]:
    """The ids of scheduled acts whose instant has come; each is done in a transaction of its own."""
    due = select(ScheduledAct.id).where(ScheduledAct.ended_at.is_(None), ScheduledAct.due_at <= clock())
    return session.scalars(due.order_by(ScheduledAct.due_at, ScheduledAct.id)).all()


def perform(act: ActContext, scheduled: ScheduledAct) -> bool:
    """Do a due act in the name of who scheduled it, once whatever number of workers tries; whether it was done now.

    Refuses, as a Refusal, a user who left or lost the role, what moved, what the gate finds missing, and a row that
    was written past the program.
    """
    hold_schedule(act.session, scheduled)
    if scheduled.ended_at is not None:
        return False
    by = scheduler_of(act.session, scheduled)
    does = _ask if scheduled.kind == ScheduledKind.ASK else _publish
    does(act.acting_as(by), scheduled)
    scheduled.ended_at, scheduled.ended_as = act.at(), ScheduleEnd.DONE
    act.session.flush()
    return True


def scheduler_of(session: Session, scheduled: ScheduledAct) -> Actor:
    """In whose name a due act is done; refuses when that user may not do it anymore, or the row is forged."""
    if not has_right_code(session, scheduled):
        raise Conflict("What was scheduled is not as it was recorded; run `signoff verify`.")
    user = scheduled.scheduler
    if user.deactivated_at is not None:
        raise NotAllowed(f"The account of {user.name}, who scheduled it, was deactivated.")
    if not may(by := acting_later(session, user), Act.SCHEDULE):
        raise NotAllowed(f"{user.name}, who scheduled it, is no longer a publisher.")
    return by


def _ask(act: ActContext, scheduled: ScheduledAct) -> None:
    hold_people(act.session, only_reading=True)
    ensure_unmoved(act.session, scheduled)
    version, terms = scheduled.version, scheduled_terms(scheduled)
    try:
        ask_as_shown(act, version, scheduled.partner_ids, terms, shown=scheduled.shown, is_warned=True)
    except NotAsShown as refusal:
        raise NotAsShown(OTHER_EMAIL) from refusal


def scheduled_terms(scheduled: ScheduledAct) -> RoundTerms:
    """The terms of a scheduled round."""
    assert scheduled.deadline is not None
    days = tuple(scheduled.reminder_days)
    return RoundTerms(scheduled.deadline, scheduled.message, scheduled.minimum, days)


def _publish(act: ActContext, scheduled: ScheduledAct) -> None:
    hold_names(act.session, only_reading=True)
    ensure_unmoved(act.session, scheduled)
    assert scheduled.grouping is not None
    publish(act, scheduled.version, grouping=scheduled.grouping)


def ensure_unmoved(session: Session, scheduled: ScheduledAct) -> None:
    """Refuse with NotAsShown when anything moved since it was scheduled; nothing of it does meanwhile."""
    hold_position(session, scheduled.position_id)
    newest = latest_version(session, scheduled.version.position)
    moved = _NEWER if scheduled.is_overtaken_by(newest) else _MOVED
    ensure_as_shown(scheduled.state, _state(session, scheduled), moved)


def note_failure(act: ActContext, scheduled: ScheduledAct, refusal: Refusal) -> bool:
    """Record that a due act could not be done, and tell all reasons; whether it was still to be done.

    Who scheduled it is told; and all publishers, when that user cannot do it anymore.
    """
    session = act.session
    hold_schedule(session, scheduled)
    if scheduled.ended_at is not None:
        return False
    at, user, version = act.at(), scheduled.scheduler, scheduled.version
    scheduled.ended_at, scheduled.ended_as, scheduled.reasons = at, ScheduleEnd.FAILED, _all_reasons(refusal)
    session.flush()
    facts = {**_facts(scheduled), "reasons": scheduled.reasons}
    record(session, "schedule_failed", by=WORKER, at=at, facts=facts, position=version.position)
    goes_on = user.deactivated_at is None and may(user.actor, Act.SCHEDULE)
    readers = [user] if goes_on else [user, *staff_in_role(session, Role.PUBLISHER)]
    queue_staff_letters(session, LetterKind.NOT_DONE, version, readers, at=at, schedule_id=scheduled.id)
    return True


def _all_reasons(refusal: Refusal) -> list[str]:
    if isinstance(refusal, Missing):
        return [reason.text for reason in refusal.reasons]
    return list(refusal.errors.values()) if isinstance(refusal, Invalid) else [refusal.text]


def waiting_acts(session: Session, position: Position | None = None) -> Sequence[ScheduledAct]:
    """What is scheduled and not done yet, soonest first; of one position, or of all."""
    query = select(ScheduledAct).where(ScheduledAct.ended_at.is_(None)).options(joinedload(ScheduledAct.scheduler))
    if position is not None:
        query = query.where(ScheduledAct.position_id == position.id)
    return session.scalars(query.order_by(ScheduledAct.due_at, ScheduledAct.id)).all()


def get_scheduled(session: Session, position: Position, number: int) -> ScheduledAct:
    """A scheduled act of a position by its id; NotFound otherwise."""
    scheduled = session.get(ScheduledAct, number)
    if scheduled is None or scheduled.position_id != position.id:
        raise NotFound("This position has no such scheduled act.")
    return scheduled
