"""Asks the partners of a large round part by part, each in a transaction of its own."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from signoff.db.database import Database
from signoff.db.errors import Trouble, trouble_of
from signoff.domain.collector import collecting_seldom
from signoff.domain.errors import AskedInPart, Missing, NotAsShown, Refusal
from signoff.domain.permissions import WORKER
from signoff.models import ScheduledAct
from signoff.services.publications.scheduled_rounds import ask_scheduled_part, plan_scheduled_round
from signoff.services.rounds.large_rounds import LargeRound, Part, count_asked
from signoff.services.rounds.rounds import AskResult
from signoff.worker.installation import WorkerContext
from signoff.worker.only_one import AnotherWorker, only_one

_LOCK = 7_446_334
_TRIES = 3
_PAUSE = 0.5  # seconds between them
_OTHER_EMAILS = "A contact, a name, or an earlier answer changed, so other emails would have been sent than were shown."
_TROUBLE = "There was trouble with the database."


@collecting_seldom()
def ask_in_parts(planned: LargeRound, ask: Callable[[Part], AskResult], database: Database) -> AskResult:
    """What asking all parts did, one after the other; `ask` asks one of them and commits.

    Refuses as the first part does; AskedInPart when a later one could not be asked: nothing more is asked then. How
    many were asked is read from the database, since a part may be kept although its connection broke.
    """
    result = ask(planned.parts[0])
    for part in planned.parts[1:]:
        try:
            more = _patiently(ask, part)
        except Refusal as refusal:
            raise _stopped(database, planned, result.asked_now, _why(refusal)) from refusal
        except SQLAlchemyError as problem:
            raise _stopped(database, planned, result.asked_now, _TROUBLE) from problem
        asked, queued = result.asked_now + more.asked_now, result.letters_queued + more.letters_queued
        result = replace(result, requests=more.requests, asked_now=asked, letters_queued=queued)
    return result


def _patiently(ask: Callable[[Part], AskResult], part: Part) -> AskResult:
    for _ in range(_TRIES - 1):
        try:
            return ask(part)
        except SQLAlchemyError as problem:
            # Where the connection broke, the part may have been kept: then no one is asked again.
            trouble = trouble_of(problem, writing=True)
            if trouble not in (Trouble.BUSY, Trouble.LOST):
                raise
            part = replace(part, may_be_kept=part.may_be_kept or trouble is Trouble.LOST)
            time.sleep(_PAUSE)
    return ask(part)


def _stopped(database: Database, planned: LargeRound, known: int, why: str) -> AskedInPart:
    try:
        with database.reading() as session:
            return AskedInPart(count_asked(session, planned), planned.partners, why)
    except SQLAlchemyError:
        return AskedInPart(known, planned.partners, why, is_exact=False)


def _why(refusal: Refusal) -> str:
    if isinstance(refusal, Missing):
        return " ".join(reason.text for reason in refusal.reasons)
    return _OTHER_EMAILS if isinstance(refusal, NotAsShown) else refusal.text


def ask_as_scheduled(context: WorkerContext, number: int) -> None:
    """Ask all partners of a large round that is due, unless another worker does. Refuses as any scheduled act.

    When a worker ends halfway, the next one finds the round under way and refuses to go on: who scheduled it is told.
    """
    try:
        with only_one(context.database, _LOCK, "asking-lock"):
            with context.database.reading() as session:
                scheduled = session.get_one(ScheduledAct, number)
                if scheduled.ended_at is not None:
                    return
                planned = plan_scheduled_round(context.act(session, WORKER), scheduled)
            ask_in_parts(planned, partial(_ask_scheduled_part, context, number, planned), context.database)
    except AnotherWorker:
        return


def _ask_scheduled_part(context: WorkerContext, number: int, planned: LargeRound, part: Part) -> AskResult:
    with context.database.unit_of_work() as session:
        scheduled = session.get_one(ScheduledAct, number)
        return ask_scheduled_part(context.act(session, WORKER), scheduled, planned, part)
