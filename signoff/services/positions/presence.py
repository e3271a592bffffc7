"""Who has the draft of a position, or of one to be started, open at this moment; nothing of it is kept."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, exists, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.domain.permissions import Act, ensure_may
from signoff.domain.time import Clock
from signoff.models import DraftPresence, FirstDraft, FirstDraftPresence, Position, StaffUser
from signoff.models.base import Instant
from signoff.services.act import ActContext

# The page says it twice a minute; browsers let a page that is not seen do so once a minute.
_LASTS = timedelta(seconds=90)

# What a draft is of, and the column by which its rows say so.
Drafted = Position | FirstDraft
_Presence = type[DraftPresence] | type[FirstDraftPresence]
_KINDS: tuple[_Presence, ...] = (DraftPresence, FirstDraftPresence)


def note_presence(act: ActContext, of: Drafted) -> Sequence[str]:
    """Note that a user has this draft open now; returns the names of the others who have, by name.

    Leaves no entry in the record: it is no act on the position, and no history of it is kept.
    """
    ensure_may(act.by, Act.DRAFT)
    at = act.at()
    kind, draft = _where(of)
    # Two windows of one user may say it at once.
    act.session.execute(
        text(
            f"INSERT INTO {kind.__tablename__} ({draft.key}, user_id, seen_at) VALUES (:draft, :user_id, :at) "  # noqa: S608
            f"ON CONFLICT ({draft.key}, user_id) DO UPDATE SET seen_at = excluded.seen_at"
        ).bindparams(bindparam("at", type_=Instant())),
        {"draft": of.id, "user_id": act.by.id, "at": at},
    )
    return others_present(act.session, of, besides=act.by.id, clock=act.clock)


def others_present(session: Session, of: Drafted, *, besides: int | None, clock: Clock) -> Sequence[str]:
    """The names of the users other than `besides` who have this draft open now, by name."""
    kind, draft = _where(of)
    others = (
        select(StaffUser.name)
        .join(kind, kind.user_id == StaffUser.id)
        .where(
            draft == of.id,
            kind.user_id != besides,
            kind.seen_at > clock() - _LASTS,
            StaffUser.deactivated_at.is_(None),
        )
    )
    return session.scalars(others.order_by(func.lower(StaffUser.name), StaffUser.id)).all()


def _where(of: Drafted) -> tuple[_Presence, InstrumentedAttribute[int]]:
    if isinstance(of, Position):
        return DraftPresence, DraftPresence.position_id
    return FirstDraftPresence, FirstDraftPresence.first_draft_id


def has_old_presence(session: Session, *, clock: Clock) -> bool:
    """Whether someone is kept who has no draft open anymore."""
    before = clock() - _LASTS
    return any(session.scalar(select(exists().where(kind.seen_at <= before))) for kind in _KINDS)


def forget_old_presence(session: Session, *, clock: Clock) -> None:
    """Forget everyone who has no draft open anymore."""
    before = clock() - _LASTS
    for kind in _KINDS:
        session.execute(delete(kind).where(kind.seen_at <= before))
