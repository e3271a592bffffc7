"""Works for an installation with the engine that its settings choose."""

from signoff.worker.built_in import only_worker, run
from signoff.worker.installation import WorkerContext
from signoff.worker.turn import delete_old, work_once

try:
    from signoff.worker import distributed
except ModuleNotFoundError:  # without the extra `distributed`, no installation with that engine was opened either
    distributed = None  # type: ignore[assignment]


def work(context: WorkerContext, *, once: bool, watch: float) -> None:
    """Work until nothing is due, or until stopped; AnotherWorker when the built-in one runs already."""
    if context.settings.worker == "distributed":
        distributed.work(context, once=once)
        return
    if not once:
        run(context, watch=watch)
        return
    with only_worker(context.database):
        work_once(context)
        delete_old(context)
