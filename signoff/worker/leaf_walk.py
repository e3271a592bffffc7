"""The walk over all stored leaves of both trees, at a worker's start and each night, before anything is signed."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from signoff.db.database import Database
from signoff.services.record.sealing import SealingStopped
from signoff.services.record.tree_walk import first_fault

_AGAIN = timedelta(minutes=1)


@dataclass
class LeafWalk:
    """On which day one worker last found all leaves whole, or what it found and when it looks again."""

    whole_on: date | None = None
    fault: str = ""
    again_at: datetime = datetime.min.replace(tzinfo=UTC)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def ensure_whole(self, database: Database, *, at: datetime, zone: ZoneInfo) -> None:
        """Go over all leaves, unless they were found whole on this day; SealingStopped with the first fault."""
        today = at.astimezone(zone).date()
        with self._one_at_a_time:
            if self.whole_on == today:
                return
            if at >= self.again_at:
                self.again_at = at + _AGAIN
                with database.reading() as session:
                    self.fault = first_fault(session)
            if self.fault:
                raise SealingStopped(self.fault)
            self.whole_on = today
