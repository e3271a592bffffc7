"""The quick verification: all stored leaves of both trees against the signed heads, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.evidence.codes import SealingKeys
from signoff.evidence.strict_json import Refused
from signoff.models import Base, Leaf, LogHead, LogLeaf
from signoff.services.publications.log_checks import current_signer, ensure_continues
from signoff.services.publications.log_reading import log_keys, newest_head, told_publications
from signoff.services.record.sealing import SealingStopped
from signoff.services.record.tree_walk import Progress, log_faults, record_faults, unheard


@dataclass(frozen=True)
class QuickReport:
    """How many leaves of each tree and how many heads were gone over, and every sentence about what is wrong."""

    entries: int
    leaves: int
    heads: int
    wrong: tuple[str, ...]


def verify_leaves(session: Session, keys: SealingKeys, tell: Progress = unheard) -> QuickReport:
    """Compare the stored leaves with the root of each head, and the newest head with its signature and its state."""
    wrong = (*record_faults(session, tell), *log_faults(session), *_wrong_with_newest(session, keys))
    return QuickReport(_count(session, Leaf), _count(session, LogLeaf), _count(session, LogHead), wrong)


def _count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _wrong_with_newest(session: Session, keys: SealingKeys) -> Iterator[str]:
    try:
        log = log_keys(session)
        told = told_publications(session).values()
        ensure_continues(session, newest_head(session), told, log, current_signer(log, keys))
    except (Refused, SealingStopped) as problem:
        yield str(problem)
