"""How an installation is: what an operator has to know of its email, worker, record, database and disk."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from signoff.db import schema
from signoff.domain.letters import LetterState
from signoff.domain.phrasing import counted
from signoff.models import LogHead
from signoff.services.coalition import find_coalition
from signoff.services.outbox.mail_state import MailState, mail_problems, mail_state
from signoff.services.outbox.outbox import count_unfinished
from signoff.services.publications.restorations import is_closed, last_backup_at
from signoff.services.publications.witnessed_heads import witness_problems
from signoff.services.record.sealing import SEALED_WITHIN, oldest_unsealed
from signoff.worker.high_water import lag_of, read_mark
from signoff.worker.installation import Installation

LEAST_FREE = 500_000_000  # bytes


@dataclass(frozen=True)
class Storage:
    """Where all is kept: which database, at which revision, how large, and what is left on its disk (bytes).

    The disk is known only where it is this machine's: for SQLite.
    """

    kind: str
    revision: str
    size: int
    free: int | None


@dataclass(frozen=True)
class Condition:
    """How an installation is. `signed_at` is of the newest head, `unsealed_since` of the oldest unsealed entry."""

    is_set_up: bool
    copy: str  # what is the matter with a copy that was put back; empty for none
    mail: MailState
    letters: Mapping[str, int]
    unsealed_since: datetime | None
    signed_at: datetime | None
    backed_up_at: datetime | None
    unwitnessed: Sequence[str]
    storage: Storage

    @property
    def seals_late(self) -> bool:
        """Whether an entry has waited for longer than sealing takes."""
        return self.unsealed_since is not None and self.mail.at - self.unsealed_since > SEALED_WITHIN

    @property
    def disk_is_low(self) -> bool:
        """Whether the disk of the database is nearly full."""
        return bool(disk_problems(self.storage.free))

    @property
    def problems(self) -> list[str]:
        """What is the matter, a sentence each; empty when all is well."""
        result = [] if self.is_set_up else ["This installation is not set up yet; run `signoff init`."]
        result += [self.copy] if self.copy else []
        result += mail_problems(self.mail)
        if failed := self.letters.get(LetterState.FAILED, 0):
            result.append(f"{counted(failed, 'email').capitalize()} failed; `signoff letters retry` tries them again.")
        if self.seals_late:
            result.append("Entries of the record are waiting to be sealed; run `signoff verify`.")
        result += disk_problems(self.storage.free)
        return [*result, *self.unwitnessed]


def disk_problems(free: int | None, *, in_public: bool = False) -> list[str]:
    """What is the matter when so many bytes are left on the disk of the database; to the public without a number."""
    if free is None or free >= LEAST_FREE:
        return []
    said = "The disk of the database is nearly full"
    return [f"{said}."] if in_public else [f"{said}: {free // 1_000_000:,} MB are left."]


def free_on_disk(session: Session) -> int | None:
    """How many bytes are left on the disk of the database; None where that is not known, as with PostgreSQL."""
    if session.get_bind().dialect.name == "postgresql":
        return None
    return shutil.disk_usage(Path(str(session.connection().engine.url.database)).parent).free


def condition(session: Session, installation: Installation) -> Condition:
    """How this installation is now; a constant number of queries."""
    at = installation.clock()
    return Condition(
        is_set_up=find_coalition(session) is not None,
        copy=_about_copy(session, installation),
        mail=mail_state(session, at=at),
        letters=count_unfinished(session),
        unsealed_since=oldest_unsealed(session),
        signed_at=session.scalar(select(LogHead.time).order_by(LogHead.size.desc()).limit(1)),
        backed_up_at=last_backup_at(session),
        unwitnessed=[row.problem for row in witness_problems(session, installation.settings.witnesses)],
        storage=_storage(session),
    )


def _about_copy(session: Session, installation: Installation) -> str:
    if is_closed(session):
        return (
            "The database was restored from a copy: public pages and email stay closed until an administrator opens it."
        )
    return lag_of(session, read_mark(session, installation.settings))


def _storage(session: Session) -> Storage:
    revision = schema.current(session.connection())
    if session.get_bind().dialect.name == "postgresql":
        version = str(session.scalar(text("SHOW server_version"))).split(" ")[0]
        size = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
        return Storage(f"PostgreSQL {version}", revision, size, None)
    path = Path(str(session.connection().engine.url.database))
    return Storage(
        f"SQLite {session.scalar(select(func.sqlite_version()))}",
        revision,
        path.stat().st_size,
        free_on_disk(session),
    )
