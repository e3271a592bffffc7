"""The context of an act: the session it writes with, who acts, the clock, and the installation's keys."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from signoff.domain.permissions import Actor
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys


@dataclass(frozen=True)
class ActContext:
    """What every act needs of the request, command or turn of work that carries it out."""

    session: Session
    by: Actor
    clock: Clock
    keys: SealingKeys
    link_key: str

    def at(self) -> datetime:
        """The moment of the act; read it only after the act holds its locks."""
        return self.clock()

    def acting_as(self, by: Actor) -> "ActContext":
        """The same context in the name of someone else."""
        return replace(self, by=by)
