"""How an installation is: what an operator has to know of its email, worker, record, database and disk."""

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
from signoff.worker.disks import Disks, find_disks
from signoff.worker.high_water import lag_of, read_mark
from signoff.worker.installation import Installation


@dataclass(frozen=True)
class Storage:
    """Where all is kept: which database, at which revision, and how large (bytes)."""

    kind: str
    revision: str
    size: int


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
    disks: Disks

    @property
    def seals_late(self) -> bool:
        """Whether an entry has waited for longer than sealing takes."""
        return self.unsealed_since is not None and self.mail.at - self.unsealed_since > SEALED_WITHIN

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
        result += self.disks.problems()
        return [*result, *self.unwitnessed]


def disk_problems(session: Session, installation: Installation) -> list[str]:
    """What is the matter with the disks, as far as anyone may know."""
    return find_disks(session, installation.settings).problems(in_public=True)


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
        disks=find_disks(session, installation.settings),
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
        return Storage(f"PostgreSQL {version}", revision, size)
    path = Path(str(session.connection().engine.url.database))
    return Storage(f"SQLite {session.scalar(select(func.sqlite_version()))}", revision, path.stat().st_size)
