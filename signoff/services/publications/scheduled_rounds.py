"""Scheduled rounds that ask many: planned when they are due, then asked in parts as any large round."""

from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, NotAsShown
from signoff.domain.positions.status import ScheduledKind, ScheduleEnd
from signoff.models import ScheduledAct
from signoff.services.act import ActContext
from signoff.services.locks import hold_people, hold_schedule
from signoff.services.publications.schedules import OTHER_EMAIL, ensure_unmoved, scheduled_terms, scheduler_of
from signoff.services.rounds.large_rounds import LargeRound, Part, ask_part, is_large, plan_as_shown
from signoff.services.rounds.recipient_preview import partners_as_shown, to_be_asked
from signoff.services.rounds.rounds import AskResult


def asks_many(session: Session, number: int) -> bool:
    """Whether a scheduled act asks more partners than are asked in one transaction."""
    scheduled = session.get_one(ScheduledAct, number)
    return scheduled.kind == ScheduledKind.ASK and is_large(len(scheduled.partner_ids))


def plan_scheduled_round(act: ActContext, scheduled: ScheduledAct) -> LargeRound:
    """How a due round is asked in parts, in the name of who scheduled it; refuses as `perform` does, holds nothing."""
    act = act.acting_as(scheduler_of(act.session, scheduled))
    partners = partners_as_shown(act.session, scheduled.partner_ids)
    preview = to_be_asked(act.session, scheduled.version, partners, scheduled_terms(scheduled))
    try:
        return plan_as_shown(act, preview, shown=scheduled.shown, is_warned=True)
    except NotAsShown as refusal:
        raise NotAsShown(OTHER_EMAIL) from refusal


def ask_scheduled_part(act: ActContext, scheduled: ScheduledAct, planned: LargeRound, part: Part) -> AskResult:
    """Ask one part of a due round; with the last one it is done. Refuses as `ask_part` and `perform` do."""
    hold_schedule(act.session, scheduled)
    if scheduled.ended_at is not None:
        raise Conflict("What was scheduled has been done or canceled.")
    by = scheduler_of(act.session, scheduled)
    if part is planned.parts[0]:
        hold_people(act.session, only_reading=True)
        ensure_unmoved(act.session, scheduled)
    result = ask_part(act.acting_as(by), planned, part)
    if planned.is_last(part):
        scheduled.ended_at, scheduled.ended_as = act.at(), ScheduleEnd.DONE
        act.session.flush()
    return result
