"""What a turn of work does besides delivering and sealing: scheduled acts, rounds closed and reminded, staff, partners
and subscribers told."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from signoff.domain.errors import Refusal
from signoff.domain.permissions import WORKER
from signoff.models import Base, Newsletter, ScheduledAct
from signoff.services.act import ActContext
from signoff.services.answers.digests import begin_digest, digest_is_due
from signoff.services.partners.newsletter_sending import due_newsletters, note_not_sent, send_due
from signoff.services.positions.presence import forget_old_presence, has_old_presence
from signoff.services.publications.news import begin_news, news_is_due
from signoff.services.publications.scheduled_rounds import asks_many
from signoff.services.publications.schedules import due_acts, note_failure, perform
from signoff.services.rounds.deadlines import close_if_due, rounds_past_deadline
from signoff.services.rounds.reminders import remind_if_due, rounds_with_reminder
from signoff.services.rounds.turns import tell_whose_turn, versions_with_news
from signoff.worker.asking import ask_as_scheduled
from signoff.worker.high_water import notice_older_copy
from signoff.worker.installation import WorkerContext

_Row = TypeVar("_Row", bound=Base)


def tend(context: WorkerContext) -> None:
    """Do what is due at this moment. One transaction each: none waits for locks while it holds another's.

    Nothing is due in a copy that was put back until someone opens it.
    """
    if notice_older_copy(context):
        return
    _do_scheduled(context)
    _send_newsletters(context)
    _close_rounds(context)
    _remind(context)
    _tell_turns(context)
    _begin_digest(context)
    _begin_news(context)
    _forget_presence(context)


def _do_scheduled(context: WorkerContext) -> None:
    with context.database.reading() as session:
        due = due_acts(session, clock=context.clock)
        large = {number for number in due if asks_many(session, number)}
    for number in due:
        if number in large:
            _ask_many(context, number)
        else:
            _do_each(context, [number], ScheduledAct, perform, note_failure)


def _ask_many(context: WorkerContext, number: int) -> None:
    try:
        ask_as_scheduled(context, number)
    except Refusal as refusal:
        with context.database.unit_of_work() as session:
            note_failure(context.act(session, WORKER), session.get_one(ScheduledAct, number), refusal)


def _send_newsletters(context: WorkerContext) -> None:
    with context.database.reading() as session:
        due = due_newsletters(session, clock=context.clock)
    _do_each(context, due, Newsletter, send_due, note_not_sent)


def _do_each(
    context: WorkerContext,
    due: Iterable[int],
    model: type[_Row],
    do: Callable[[ActContext, _Row], object],
    note: Callable[[ActContext, _Row, Refusal], object],
) -> None:
    for number in due:
        try:
            with context.database.unit_of_work() as session:
                do(context.act(session, WORKER), session.get_one(model, number))
        except Refusal as refusal:
            # In a transaction of its own: what was begun is undone.
            with context.database.unit_of_work() as session:
                note(context.act(session, WORKER), session.get_one(model, number), refusal)


def _close_rounds(context: WorkerContext) -> None:
    with context.database.reading() as session:
        past = rounds_past_deadline(session, clock=context.clock)
    for round_id in past:
        with context.database.unit_of_work() as session:
            close_if_due(session, round_id, clock=context.clock)


def _remind(context: WorkerContext) -> None:
    clock, zone = context.clock, context.settings.timezone
    with context.database.reading() as session:
        ripe = rounds_with_reminder(session, zone=zone, clock=clock)
    for round_id in ripe:
        with context.database.unit_of_work() as session:
            remind_if_due(session, round_id, zone=zone, clock=clock)


def _tell_turns(context: WorkerContext) -> None:
    with context.database.reading() as session:
        versions = versions_with_news(session, clock=context.clock)
    for version_id in versions:
        with context.database.unit_of_work() as session:
            tell_whose_turn(session, version_id, clock=context.clock)


def _begin_digest(context: WorkerContext) -> None:
    clock, zone = context.clock, context.settings.timezone
    with context.database.reading() as session:
        is_due = digest_is_due(session, zone=zone, clock=clock)
    if is_due:
        with context.database.unit_of_work() as session:
            begin_digest(session, zone=zone, clock=clock)


def _begin_news(context: WorkerContext) -> None:
    clock, zone = context.clock, context.settings.timezone
    with context.database.reading() as session:
        is_due = news_is_due(session, zone=zone, clock=clock)
    if is_due:
        with context.database.unit_of_work() as session:
            begin_news(session, zone=zone, clock=clock)


def _forget_presence(context: WorkerContext) -> None:
    with context.database.reading() as session:
        is_old = has_old_presence(session, clock=context.clock)
    if is_old:
        with context.database.unit_of_work() as session:
            forget_old_presence(session, clock=context.clock)
