"""One turn of work: close rounds, send reminders, deliver letters, seal the record."""

import time
from collections.abc import Callable

from sqlalchemy import bindparam, text

from signoff.db.database import Database
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.letters.delivery.delivery import Delivery
from signoff.models.base import Instant
from signoff.services.record.sealing import MOST_AT_ONCE, origin_of, seal
from signoff.services.rounds.deadlines import close_if_due, rounds_past_deadline
from signoff.services.rounds.reminders import remind_if_due, rounds_with_reminder
from signoff.settings import Settings

# Several workers may leave the first sign at once.
_BEAT = text(
    "INSERT INTO worker_beat (id, at) VALUES (1, :at) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=Instant()))


_TEND_EVERY = 10.0  # seconds while delivering

_PATIENCE_ONCE = 60.0  # seconds


def work_once(
    database: Database,
    settings: Settings,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    *,
    stopped: Callable[[], bool] = lambda: False,
    force: bool = True,
    patience: float = _PATIENCE_ONCE,
) -> None:
    """Do all that is due now: close rounds, remind, deliver letters, seal the record.

    `tell` hears the state each letter came to; `force` tries the mail server even during a pause; `patience` is for
    how many seconds a letter that was sent is tried to be marked. Only for the holder of the lock: what a worker that
    died had in hand returns to the queue.
    """
    record_heartbeat(database, clock)
    tend_rounds(database, settings, clock)
    seal_all(database, settings, clock)
    delivery = Delivery(database, settings, clock, stopped=stopped, patience=patience)
    delivery.take_over_claims()
    deliver(delivery, database, settings, clock, tell, force=force)
    seal_all(database, settings, clock)


def deliver(
    delivery: Delivery,
    database: Database,
    settings: Settings,
    clock: Clock,
    tell: Callable[[str], None],
    *,
    force: bool = False,
) -> None:
    """Deliver what is due, with a sign of life and sealing in between, however long it takes."""
    tended = time.monotonic()
    for state in delivery.deliver_due(force=force):
        tell(state)
        if time.monotonic() - tended > _TEND_EVERY:
            record_heartbeat(database, clock)
            seal_all(database, settings, clock)
            tended = time.monotonic()


def seal_all(database: Database, settings: Settings, clock: Clock) -> None:
    """Seal every committed entry of the record."""
    keys, origin, sealed = SealingKeys.read(settings.sealing_key_file), origin_of(settings.base_url), MOST_AT_ONCE
    while sealed == MOST_AT_ONCE:
        with database.unit_of_work() as session:
            sealed = seal(session, origin=origin, keys=keys, clock=clock)


def tend_rounds(database: Database, settings: Settings, clock: Clock) -> None:
    """Close the rounds whose deadline has passed, and send the reminders that are due."""
    # One transaction a round: none waits for locks while it holds another's.
    with database.reading() as session:
        past = rounds_past_deadline(session, clock=clock)
    for round_id in past:
        with database.unit_of_work() as session:
            close_if_due(session, round_id, clock=clock)
    with database.reading() as session:
        ripe = rounds_with_reminder(session, zone=settings.timezone, clock=clock)
    for round_id in ripe:
        with database.unit_of_work() as session:
            remind_if_due(session, round_id, zone=settings.timezone, clock=clock)


def record_heartbeat(database: Database, clock: Clock) -> None:
    """Leave a sign of life."""
    with database.unit_of_work() as session:
        session.execute(_BEAT, {"at": clock()})
