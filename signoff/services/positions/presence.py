"""Who has a position's draft open at this moment; nothing of it is kept."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, exists, func, select, text
from sqlalchemy.orm import Session

from signoff.domain.permissions import Act, ensure_may
from signoff.domain.time import Clock
from signoff.models import DraftPresence, Position, StaffUser
from signoff.models.base import Instant
from signoff.services.act import ActContext

# The page says it twice a minute; browsers let a page that is not seen do so once a minute.
_LASTS = timedelta(seconds=90)

# Two windows of one user may say it at once.
_SEEN = text(
    "INSERT INTO draft_presence (position_id, user_id, seen_at) VALUES (:position_id, :user_id, :at) "
    "ON CONFLICT (position_id, user_id) DO UPDATE SET seen_at = excluded.seen_at"
).bindparams(bindparam("at", type_=Instant()))


def note_presence(act: ActContext, position: Position) -> Sequence[str]:
    """Note that a user has this draft open now; returns the names of the others who have, by name.

    Leaves no entry in the record: it is no act on the position, and no history of it is kept.
    """
    ensure_may(act.by, Act.DRAFT)
    at = act.at()
    act.session.execute(_SEEN, {"position_id": position.id, "user_id": act.by.id, "at": at})
    others = (
        select(StaffUser.name)
        .join(DraftPresence, DraftPresence.user_id == StaffUser.id)
        .where(
            DraftPresence.position_id == position.id,
            DraftPresence.user_id != act.by.id,
            DraftPresence.seen_at > at - _LASTS,
            StaffUser.deactivated_at.is_(None),
        )
    )
    return act.session.scalars(others.order_by(func.lower(StaffUser.name), StaffUser.id)).all()


def has_old_presence(session: Session, *, clock: Clock) -> bool:
    """Whether someone is kept who has no draft open anymore."""
    return bool(session.scalar(select(exists().where(DraftPresence.seen_at <= clock() - _LASTS))))


def forget_old_presence(session: Session, *, clock: Clock) -> None:
    """Forget everyone who has no draft open anymore."""
    session.execute(delete(DraftPresence).where(DraftPresence.seen_at <= clock() - _LASTS))
