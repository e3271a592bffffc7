"""One turn of work: do what is due, import, seal the record, deliver letters, have heads cosigned."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.models.base import Instant
from signoff.services.accounts.retention import delete_old_logs
from signoff.services.locks import hold_sealing
from signoff.services.partners.applications import forget_old_applications
from signoff.services.publications.public_log import seal
from signoff.services.publications.subscriptions import forget_unconfirmed
from signoff.services.record.sealing import SealingStopped, may_be_more
from signoff.worker.high_water import notice_older_copy, raise_mark
from signoff.worker.installation import WorkerContext
from signoff.worker.staged_imports import carry_out_imports
from signoff.worker.tending import tend
from signoff.worker.witnesses import ask_witnesses

# Several workers may leave the first sign at once.
_BEAT = text(
    "INSERT INTO worker_beat (id, at) VALUES (1, :at) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=Instant()))


_TEND_EVERY = 10.0  # seconds while delivering

_PATIENCE_ONCE = 60.0  # seconds


def work_once(
    context: WorkerContext, *, force: bool = True, at_once: bool = True, patience: float = _PATIENCE_ONCE
) -> None:
    """Do all that is due now: tend rounds, import, seal, deliver, also what waited for a head, have it cosigned.

    `force` tries the mail server even during a pause; `at_once` signs a head whatever the beat; `patience` is for how
    many seconds a letter that was sent is tried to be marked. Only for the holder of the lock: what a worker that died
    had in hand returns to the queue.
    """
    record_heartbeat(context)
    tend(context)
    delivery = delivery_of(context, patience=patience)
    delivery.take_over_claims()
    carry_out_imports(context, meanwhile=lambda: _meanwhile(context, delivery))
    seal_all(context, at_once=at_once)
    deliver(context, delivery, force=force)
    # Once more, whether or not anything came meanwhile: how many heads there are tells nothing of private acts.
    seal_all(context, at_once=at_once)
    deliver(context, delivery)
    ask_witnesses(context, at_once=at_once)


def _meanwhile(context: WorkerContext, delivery: LetterDelivery) -> None:
    record_heartbeat(context)
    tend(context)
    seal_all(context)
    deliver(context, delivery)


def delivery_of(context: WorkerContext, *, patience: float = _PATIENCE_ONCE) -> LetterDelivery:
    """A delivery of this worker, which ends when the worker is stopped."""
    return LetterDelivery(context.database, context.settings, context.clock, stopped=context.stopped, patience=patience)


def deliver(context: WorkerContext, delivery: LetterDelivery, *, force: bool = False) -> None:
    """Deliver what is due, with a sign of life and sealing in between, however long it takes."""
    if notice_older_copy(context):
        return
    tended = time.monotonic()
    for state in delivery.deliver_due(force=force):
        context.tell(state)
        if time.monotonic() - tended > _TEND_EVERY:
            record_heartbeat(context)
            seal_all(context)
            ask_witnesses(context)
            tended = time.monotonic()


def seal_all(context: WorkerContext, *, at_once: bool = False) -> None:
    """Seal every committed entry and sign a head, at the beat, when something public changed, or `at_once`.

    Before the first head after the worker's start, and the first of each day, all leaves are gone over. What stops
    sealing is logged, and staff see that entries wait; the rest of the work goes on.
    """
    if notice_older_copy(context):
        return
    keys, base_url = context.keys, context.settings.base_url
    more = True
    try:
        while more:
            context.walk.ensure_whole(context.database, at=context.clock(), zone=context.settings.timezone)
            with _only_sealer(context.database), context.database.unit_of_work() as session:
                _read_one_moment(session)
                sealed = seal(session, base_url=base_url, keys=keys, clock=context.clock, at_once=at_once)
            more = may_be_more(sealed)
        raise_mark(context)
    except SealingStopped as problem:
        logging.getLogger("signoff").error("Nothing more is sealed: %s Run `signoff verify`.", problem)


@contextmanager
def _only_sealer(database: Database) -> Iterator[None]:
    # The lock is another session's, because a session that waits for it has begun to read before it has it.
    with database.reading() as waiting:
        hold_sealing(waiting)
        yield


def _read_one_moment(session: Session) -> None:
    # Otherwise an act that is committed meanwhile could be in the record of a head and not in its list.
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def delete_old(context: WorkerContext) -> None:
    """Delete security logs, and what strangers typed, that are older than the settings or their links allow."""
    at = context.clock()
    before = at - timedelta(days=context.settings.retention_days)
    with context.database.unit_of_work() as session:
        delete_old_logs(session, before=before)
        forget_old_applications(session, at=at, before=before)
        forget_unconfirmed(session, at=at)


def record_heartbeat(context: WorkerContext) -> None:
    """Leave a sign of life."""
    with context.database.unit_of_work() as session:
        session.execute(_BEAT, {"at": context.clock()})
