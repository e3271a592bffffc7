"""The installation that web, command line, worker and demonstration run on, and what a worker needs besides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.permissions import Actor
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.services.act import ActContext
from signoff.settings import Settings
from signoff.worker.leaf_walk import LeafWalk


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Installation:
    """The database, the settings (mail among them) and the clock of one installation."""

    database: Database
    settings: Settings
    clock: Clock = utc_now

    @cached_property
    def keys(self) -> SealingKeys:
        """The sealing keys, read once; ValueError when their file is none."""
        return SealingKeys.read(self.settings.sealing_key_file)

    def act(self, session: Session, by: Actor) -> ActContext:
        """The context of what someone does in this installation."""
        return ActContext(session, by, self.clock, self.keys, self.settings.secret_key)


@dataclass(frozen=True)
class WorkerContext(Installation):
    """What every turn of work needs. `tell` hears the state that each letter came to."""

    tell: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False
    walk: LeafWalk = field(default_factory=LeafWalk)
