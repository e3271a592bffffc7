"""What was counted for public pages, kept in each process while all that these pages have in common is as it was.

An answer moves only the revision of its position, so what is counted over the register outlives it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from signoff.models import PublicRevision
from signoff.models.revisions import COMMON

T = TypeVar("T")
_MOST = 64  # counts of one database


@dataclass
class KeptCounts:
    """The counts that this process has of a database, all made under one revision."""

    revision: str | None = None
    values: dict[Hashable, Any] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Engine, KeptCounts] = WeakKeyDictionary()


def kept_counts(session: Session, key: Hashable, count: Callable[[Any], T]) -> T:
    """What `count` gives, kept under this key; it is called with what it gave under the same revision, or with None.

    The revision is read first, so nothing is kept that is older than it.
    """
    bound = session.get_bind()
    engine = bound if isinstance(bound, Engine) else bound.engine
    # None in a new database, in which nothing has changed yet.
    revision = session.scalar(select(PublicRevision.token).where(PublicRevision.scope == COMMON))
    kept = _KEPT.get(engine)
    if kept is None or kept.revision != revision or len(kept.values) >= _MOST:
        kept = _KEPT[engine] = KeptCounts(revision)
    value = kept.values[key] = count(kept.values.get(key))
    return value
