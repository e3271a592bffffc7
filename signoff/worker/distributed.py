"""Delivery, reminders, closings and sealing as Procrastinate's tasks, for installations of several machines.

Jobs carry nothing: each looks for what is due, as the built-in worker does, and claims keep workers apart. So a job
that is lost or run twice loses and repeats nothing.
"""

import asyncio
import logging
import math
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from signoff.worker.installation import WorkerContext
from signoff.worker.job_queue import QUEUE, call_for_letters
from signoff.worker.staged_imports import carry_out_imports
from signoff.worker.tending import tend as tend_all
from signoff.worker.turn import delete_old, deliver, delivery_of, record_heartbeat, seal_all
from signoff.worker.witnesses import ask_witnesses

_LONGEST_JOB = 20.0  # seconds, so that a worker that is asked to stop does so soon
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds before the database is looked for again
_STALLED_AFTER = 30.0  # seconds without a worker's heartbeat


def make_app(context: WorkerContext) -> App:
    """The tasks of one installation, as one worker of it runs them."""
    address = context.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address))

    @app.task(name="signoff.deliver", queue=QUEUE)
    def deliver_letters() -> None:
        until = time.monotonic() + _LONGEST_JOB
        until_then = replace(context, stopped=lambda: time.monotonic() > until)
        deliver(context, delivery_of(until_then, patience=math.inf))
        if time.monotonic() > until:
            with context.database.unit_of_work() as session:
                call_for_letters(session, 1)

    @app.periodic(cron="* * * * *")
    @app.task(name="signoff.tend", queue=QUEUE, queueing_lock="tend")
    def tend(timestamp: int) -> None:
        record_heartbeat(context)
        tend_all(context)
        deliver_letters()

    @app.periodic(cron="* * * * * */20")
    @app.task(name="signoff.seal", queue=QUEUE, queueing_lock="seal")
    def seal(timestamp: int) -> None:
        seal_all(context)
        deliver_letters()  # those that waited for a head
        ask_witnesses(context)

    @app.periodic(cron="* * * * *")
    @app.task(name="signoff.retry_stalled", queue=QUEUE, queueing_lock="retry_stalled")
    async def retry_stalled(timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
            if job.queueing_lock:
                # The clock brings its like again; two of a kind may not wait at once.
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            else:
                await app.job_manager.retry_job(job)

    _add_long_work(app, context, meanwhile=lambda: tend(0))
    return app


def _add_long_work(app: App, context: WorkerContext, *, meanwhile: Callable[[], None]) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="signoff.import", queue=QUEUE, queueing_lock="import")
    def import_partners(timestamp: int) -> None:
        carry_out_imports(context, meanwhile=meanwhile)

    @app.periodic(cron="17 8 * * *")  # UTC: in the small hours in the United States
    @app.task(name="signoff.delete_old", queue=QUEUE, queueing_lock="delete_old")
    def delete_old_nightly(timestamp: int) -> None:
        delete_old(context)


def work(context: WorkerContext, *, once: bool) -> None:
    """Run jobs until stopped; once: do what is due, with the other workers, until nothing is."""
    if once:
        record_heartbeat(context)
        tend_all(context)
        carry_out_imports(context, meanwhile=lambda: record_heartbeat(context))
        seal_all(context, at_once=True)
        deliver(context, delivery_of(context), force=True)
    asyncio.run(run_jobs(make_app(context), once=True) if once else _run_until_stopped(context))
    if once:
        seal_all(context, at_once=True)
        deliver(context, delivery_of(context))
        ask_witnesses(context, at_once=True)
        delete_old(context)


async def run_jobs(app: App, *, once: bool) -> None:
    """Run jobs one after the other until canceled; once: those that are due."""
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE], concurrency=1, wait=not once, delete_jobs="successful", install_signal_handlers=False
        )


async def _run_until_stopped(context: WorkerContext) -> None:
    """Run jobs until a signal stops it; whenever the database cannot be reached, begin again until it answers."""
    stopped, pause = _stopped_by_signal(), _SHORTEST_PAUSE
    while not stopped.is_set():
        began = time.monotonic()
        working = asyncio.create_task(run_jobs(make_app(context), once=False))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        working.cancel()
        (problem,) = await asyncio.gather(working, return_exceptions=True)
        if stopped.is_set():
            return
        pause = _SHORTEST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
        said = problem or "its connection ended"
        logging.getLogger("signoff").warning("the database cannot be reached; trying again in %.0f s: %s", pause, said)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), pause)


def _stopped_by_signal() -> asyncio.Event:
    # The running job is finished first; a second signal ends the process at once.
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop() -> None:
        stopped.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return stopped
