"""The context of a worker: the installation it works for, its clock, who hears of each letter, and when to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from signoff.db.database import Database
from signoff.domain.time import Clock
from signoff.settings import Settings


@dataclass(frozen=True)
class WorkerContext:
    """What every turn of work needs. `tell` hears the state that each letter came to."""

    database: Database
    settings: Settings
    clock: Clock
    tell: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False
