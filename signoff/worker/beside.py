"""The built-in worker as a thread beside the pages, where one process serves and works."""

import logging
import threading

from signoff.db.database import Database
from signoff.settings import Settings
from signoff.worker.built_in import run
from signoff.worker.installation import WorkerContext, utc_now
from signoff.worker.only_one import AnotherWorker

_BEGINS_AGAIN = 5.0  # seconds after the worker ended by itself
_LETS_GO = 20.0  # seconds that a stop waits for the email being sent; after that its mark is lost, and it is sent again


class WorkerBeside:
    """Works from when it is made until it is stopped, whatever goes wrong meanwhile."""

    def __init__(self, database: Database, settings: Settings, *, watch: float) -> None:
        self._context = WorkerContext(database, settings, utc_now, stopped=self._is_stopping)
        self._watch = watch
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the email that is being sent, mark it, and end."""
        self._stopping.set()
        self._thread.join(_LETS_GO)

    def _is_stopping(self) -> bool:
        return self._stopping.is_set()

    def _work(self) -> None:
        log = logging.getLogger("signoff")
        while not self._is_stopping():
            try:
                run(self._context, watch=self._watch)
            except AnotherWorker:
                log.warning("another worker of this installation is running; this process only serves until it ends")
            except Exception:
                log.exception("the worker ended by itself; it begins again")
            self._stopping.wait(_BEGINS_AGAIN)
