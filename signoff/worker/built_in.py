"""The built-in worker: one at a time for each installation, by a lock that dies with its holder."""

import logging
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.exc import SQLAlchemyError

from signoff.db.database import UNAVAILABLE, Database
from signoff.db.errors import FOR_THE_LOG, Trouble, trouble_of
from signoff.worker.installation import WorkerContext
from signoff.worker.only_one import LockLost, only_one
from signoff.worker.turn import delete_old, work_once

_ADVISORY_LOCK = 7_446_331

_HEEDS_STOP = 0.2  # seconds after which a resting worker notices that it should stop


def only_worker(database: Database) -> AbstractContextManager[Callable[[], None]]:
    """Be the only built-in worker of this installation; AnotherWorker when one works already."""
    return only_one(database, _ADVISORY_LOCK, "worker-lock")


def run(context: WorkerContext, *, watch: float) -> None:
    """Work for ever, looking every `watch` seconds, until the context is stopped; AnotherWorker when one works already.

    A lock that the database took away is taken again; the worker that has it then goes on instead of us.
    """
    force, night = True, None
    while not context.stopped():
        try:
            with only_worker(context.database) as ensure_held:
                while not context.stopped():
                    ensure_held()
                    # An operator who starts a worker may have mended what it paused for. What was sent is marked,
                    # however long that takes: nothing else may leave before.
                    work_once(context, force=force, at_once=False, patience=math.inf)
                    force = False
                    if night != (night := context.clock().astimezone(context.settings.timezone).date()):
                        delete_old(context)
                    _sleep(watch, context.stopped)
        except (LockLost, *UNAVAILABLE) as problem:
            said = getattr(problem, "orig", None) or problem
            logging.getLogger("signoff").warning("%s; trying again: %s", _in_words(problem), said)
            _sleep(watch, context.stopped)


def _in_words(problem: Exception) -> str:
    trouble = trouble_of(problem, writing=True) if isinstance(problem, SQLAlchemyError) else None
    return FOR_THE_LOG[trouble or Trouble.UNAVAILABLE]


def _sleep(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _HEEDS_STOP))
