"""The command that works: delivers, reminds, closes and seals, once or until it is stopped."""

import os
import signal
import sys
import threading
from contextlib import suppress

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.services.outbox.mail_state import mail_state
from signoff.web.fault_reports import report_faults
from signoff.web.logs import start_logging
from signoff.worker.engines import engine_name
from signoff.worker.installation import Installation, WorkerContext
from signoff.worker.work import work

_NICENESS = 5


@click.command()
@click.option("--once", is_flag=True, help="Work until nothing is due, then end.")
@click.option(
    "--watch", default=5.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds between looks."
)
@with_installation
def worker(context: Installation, once: bool, watch: float) -> None:
    """Send email that is due, remind, close rounds and seal the record, with the engine that the settings choose."""
    ensure_ready(context)
    start_logging(context.settings.log)
    report_faults(context.settings.sentry_dsn)
    counts: dict[str, int] = {}
    stopping = threading.Event()

    def tell(state: str) -> None:
        counts[state] = counts.get(state, 0) + 1
        if sys.stderr.isatty():
            click.echo("\r" + _counted(counts), err=True, nl=False)

    if not once:
        # The letter that is being sent is finished and marked; a second signal ends at once.
        signal.signal(signal.SIGTERM, lambda *_: _stop(stopping))
        _let_pages_go_first()
        click.echo(f"{engine_name(context.settings)}, looking every {watch:g} seconds.", err=True)
    working = WorkerContext(context.database, context.settings, context.clock, tell, stopping.is_set)
    work(working, once=once, watch=watch)
    with context.database.reading() as session:
        mail = mail_state(session, at=context.clock())
    if mail.paused_since is not None:
        click.echo(f"No email is being sent. {mail.reason}", err=True)
    click.echo(_counted(counts) or ("Nothing was due." if mail.paused_since is None else "No email was sent."))


def _let_pages_go_first() -> None:
    # Where both share a machine, who waits for a page watches it come; who waits for an email does not.
    with suppress(OSError):  # a sandbox may forbid it
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, _NICENESS))


def _stop(stopping: threading.Event) -> None:
    if stopping.is_set():
        raise SystemExit(1)
    stopping.set()


def _counted(counts: dict[str, int]) -> str:
    words = {"queued": "to be tried again", "taken over": "taken over by another worker"}
    return ", ".join(f"{number} {words.get(state, state)}" for state, number in sorted(counts.items()))
