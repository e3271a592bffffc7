"""The worker: closes, reminds, delivers, seals what is due; one at a time over all processes of an installation."""

import fcntl
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import PendingRollbackError

from signoff.database import AWAY, Database
from signoff.domain.moments import Clock
from signoff.evidence.codes import SealingKeys
from signoff.letters.delivery import Delivery
from signoff.models.base import Instant
from signoff.services.deadlines import close_if_due, rounds_past_deadline
from signoff.services.reminding import remind_if_due, rounds_with_reminder
from signoff.services.sealing import MOST_AT_ONCE, origin_of, seal
from signoff.settings import Settings

# Several workers may leave the first sign at once.
_BEAT = text(
    "INSERT INTO worker_beat (id, at) VALUES (1, :at) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=Instant()))

_ADVISORY_LOCK = 7_446_331
_TEND_EVERY = 10.0  # seconds while delivering
_HEEDS_STOP = 0.2  # seconds after which a resting worker notices that it should stop
_PATIENCE_ONCE = 60.0  # seconds


class AnotherWorker(Exception):
    """Another worker holds the lock of this installation."""


class LockLost(Exception):
    """The database took the lock away, with its connection; whether another worker has it now is not known."""


@contextmanager
def only_worker(database: Database) -> Iterator[Callable[[], None]]:
    """Hold the lock that dies with its holder; AnotherWorker when somebody else holds it.

    Yields a check that raises LockLost when the lock is gone although its holder lives.
    """
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_LOCK}):
                raise AnotherWorker
            connection.commit()
            try:
                yield lambda: _ensure_alive(connection)
            finally:
                # The pool keeps the connection, and with it the lock.
                with suppress(*AWAY, PendingRollbackError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
        return
    path = Path(f"{database.engine.url.database}.worker-lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherWorker from None
        yield lambda: None


def _ensure_alive(connection: Connection) -> None:
    try:
        connection.execute(text("SELECT 1"))
        connection.commit()
    except AWAY:
        connection.rollback()
        connection.invalidate()
        raise LockLost("the lock went with its connection") from None


def work_once(
    database: Database,
    settings: Settings,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    *,
    stopped: Callable[[], bool] = lambda: False,
    knock: bool = True,
    patience: float = _PATIENCE_ONCE,
) -> None:
    """Do all that is due now: close rounds, remind, deliver letters, seal the record.

    `tell` hears the state each letter came to; `knock` tries the mail server even during a pause; `patience` is for
    how many seconds a letter that was sent is tried to be marked. Only for the holder of the lock: what a worker that
    died had in hand returns to the queue.
    """
    beat(database, clock)
    tend_rounds(database, settings, clock)
    seal_all(database, settings, clock)
    delivery = Delivery(database, settings, clock, stopped=stopped, patience=patience)
    delivery.take_over_claims()
    deliver(delivery, database, settings, clock, tell, knock=knock)
    seal_all(database, settings, clock)


def deliver(
    delivery: Delivery,
    database: Database,
    settings: Settings,
    clock: Clock,
    tell: Callable[[str], None],
    *,
    knock: bool = False,
) -> None:
    """Deliver what is due, with a sign of life and sealing in between, however long it takes."""
    tended = time.monotonic()
    for state in delivery.deliver_due(knock=knock):
        tell(state)
        if time.monotonic() - tended > _TEND_EVERY:
            beat(database, clock)
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


def run(
    database: Database,
    settings: Settings,
    clock: Clock,
    *,
    watch: float,
    stopped: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Work for ever, looking every `watch` seconds, until `stopped` says so; AnotherWorker when one works already.

    A lock that the database took away is taken again; whoever has it meanwhile goes on instead of us.
    """
    knock = True
    while not stopped():
        try:
            with only_worker(database) as ensure_held:
                while not stopped():
                    ensure_held()
                    # Whoever starts a worker has perhaps mended what it paused for. What was sent is marked, however
                    # long that takes: nothing else may leave before.
                    work_once(database, settings, clock, tell, stopped=stopped, knock=knock, patience=math.inf)
                    knock = False
                    _rest(watch, stopped)
        except (LockLost, *AWAY) as problem:
            logging.getLogger("signoff").warning("the database is away or busy; looking again: %s", problem)
            _rest(watch, stopped)


def _rest(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _HEEDS_STOP))


def beat(database: Database, clock: Clock) -> None:
    """Leave a sign of life."""
    with database.unit_of_work() as session:
        session.execute(_BEAT, {"at": clock()})
