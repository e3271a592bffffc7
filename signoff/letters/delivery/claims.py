"""Claims on letters: which worker holds which letter, and what became of it. A fence tells a claim from a later one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Row, and_, bindparam, case, func, literal, select, update
from sqlalchemy.orm import Session

from signoff.db.prepared import PreparedStatement
from signoff.domain.letters import LetterState
from signoff.domain.rounds.links import without_secrets
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.models import Base, Entry, Letter
from signoff.services.outbox.complaints import is_stopped
from signoff.services.outbox.proof_queue import waits_for_proof

_AT_ONCE = 200
_LATE_AMONG = 200  # the newest entries of the record; an act that commits later than that is seen when the batch is old
# Core statements: one letter costs one of each, and the letter's row is all there is to change.
_LETTER = Base.metadata.tables["letter"]
_NEXT = _LETTER.alias("following")
_CLAIMED = and_(_LETTER.c.id == bindparam("claimed_id"), _LETTER.c.fence == bindparam("claimed_fence"))


@dataclass(frozen=True)
class Claim:
    """A claimed letter: its id, the fence of this claim, and which try this is. Only marked tries count."""

    id: int
    fence: int
    attempts: int


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of one attempt: the letter's next state, and why in a sentence or in the server's words.

    `written` is what was sent; `later` is when the letter is tried again; `counts` says whether this was a try.
    """

    state: LetterState
    reply: str = ""
    written: WrittenLetter | None = None
    later: timedelta = timedelta(0)
    counts: bool = True

    @property
    def owes_proof(self) -> bool:
        """Whether a letter was sent without the proof that it should have brought."""
        return self.state == LetterState.SENT and self.written is not None and self.written.owes_proof

    @property
    def has_consequences(self) -> bool:
        """Whether something follows from it for others."""
        return self.state == LetterState.FAILED or self.owes_proof


@dataclass(frozen=True)
class DeliveryCheck:
    """A look before a letter leaves: how far the record has grown, and whether our claim still holds."""

    record: tuple[int, int]
    is_ours: bool


def any_due(session: Session, *, at: datetime) -> bool:
    """Whether a letter waits to be sent now, or is held by a worker that was not heard of since."""
    due = select(Letter.id).where(*_is_due(at))
    lost = select(Letter.id).where(Letter.state == LetterState.SENDING, Letter.claimed_until < at)
    return any(session.scalar(query.limit(1)) is not None for query in (due, lost))


def _is_due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Letter.state == LetterState.QUEUED, Letter.due_at <= at, ~waits_for_proof(at), ~is_stopped()


def claim(session: Session, *, at: datetime, until: datetime) -> list[Claim]:
    """Claim letters that are due; what a worker held that was not heard from since returns to the queue first."""
    _return_to_queue(session, and_(_LETTER.c.state == LetterState.SENDING, _LETTER.c.claimed_until < at))
    due = session.scalars(
        select(Letter.id)
        .where(*_is_due(at))
        .order_by(Letter.due_at, Letter.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    rows = session.execute(
        update(_LETTER)
        .where(_LETTER.c.id.in_(due))
        .values(
            state=LetterState.SENDING,
            claimed_until=until,
            fence=_LETTER.c.fence + 1,
        )
        .returning(_LETTER.c.id, _LETTER.c.fence, _LETTER.c.attempts + 1)
    )
    order = {number: place for place, number in enumerate(due)}
    return sorted((Claim(*row) for row in rows), key=lambda result: order[result.id])


def take_over(session: Session) -> None:
    """Return every claimed letter to the queue; only for a caller that knows that no one else delivers."""
    _return_to_queue(session, _LETTER.c.state == LetterState.SENDING)


def _return_to_queue(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(_LETTER).where(which).values(state=LetterState.QUEUED, claimed_until=None, fence=_LETTER.c.fence + 1)
    )


def renew(session: Session, claimed: Sequence[Claim], *, until: datetime) -> None:
    """Keep claims for longer; letters that someone else has claimed since stay theirs."""
    held = update(_LETTER).where(_CLAIMED, _LETTER.c.state == LetterState.SENDING).values(claimed_until=until)
    session.execute(held, [_of(item) for item in claimed])


def give_back(session: Session, claimed: Sequence[Claim]) -> None:
    """Return letters to the queue that were not tried."""
    statement = update(_LETTER).where(_CLAIMED).values(state=LetterState.QUEUED, claimed_until=None)
    session.execute(statement, [_of(item) for item in claimed])


def _seen_in(dialect: Dialect) -> tuple[Any, Any, Any]:
    # On PostgreSQL an entry may be committed after one with a higher number; then only the count has grown.
    newest = select(func.coalesce(func.max(Entry.id), 0)).scalar_subquery()
    late = select(func.count()).select_from(Entry).where(Entry.id > newest - _LATE_AMONG).scalar_subquery()
    ours = select(_NEXT.c.id).where(
        _NEXT.c.id == bindparam("next_id"),
        _NEXT.c.fence == bindparam("next_fence"),
        _NEXT.c.state == LetterState.SENDING,
    )
    return newest, late if dialect.name == "postgresql" else literal(0), ours.scalar_subquery()


_MARKED = (
    update(_LETTER)
    .where(_CLAIMED, _LETTER.c.state == LetterState.SENDING)
    .values(
        state=bindparam("state_now"),
        claimed_until=None,
        last_reply=bindparam("reply"),
        attempts=bindparam("tries"),
        due_at=func.coalesce(bindparam("again_at", type_=_LETTER.c.due_at.type), _LETTER.c.due_at),
        sent_at=bindparam("taken_at", type_=_LETTER.c.sent_at.type),
        sent_subject=bindparam("subject"),
        sent_text=bindparam("words"),
        # An address of its own is needed for another try only; it is erased once there is none.
        address=case((bindparam("state_now") == LetterState.QUEUED.value, _LETTER.c.address), else_=None),
    )
)


class OutcomeWriter:
    """Marks what became of a letter and looks at the next before it leaves: one exchange for every letter."""

    def __init__(self, dialect: Dialect) -> None:
        seen = _seen_in(dialect)
        self._look, self._mark = (
            PreparedStatement(select(*seen), dialect),
            PreparedStatement(_MARKED.returning(*seen), dialect),
        )

    def look(self, connection: Connection, following: Claim) -> DeliveryCheck:
        """What may have changed since a letter was written: anything the record tells of, and whose it is to send."""
        return _seen(self._look.run(connection, _next(following)).one())

    def mark(
        self, connection: Connection, claim: Claim, outcome: DeliveryOutcome, following: Claim | None, *, at: datetime
    ) -> DeliveryCheck | None:
        """Note what became of a claimed letter, and look at the next; None when someone else has claimed it since."""
        state, written = outcome.state, outcome.written
        marked = self._mark.run(
            connection,
            {
                **_of(claim),
                **_next(following),
                "state_now": state.value,
                "reply": outcome.reply,
                "tries": claim.attempts if outcome.counts else claim.attempts - 1,
                "again_at": at + outcome.later if state == LetterState.QUEUED else None,
                "taken_at": at if state == LetterState.SENT else None,
                "subject": written.subject if written else None,
                "words": without_secrets(written.text) if written else None,
            },
        )
        delivery_check = marked.one_or_none()
        return _seen(delivery_check) if delivery_check else None


def _seen(row: Row[Any]) -> DeliveryCheck:
    newest, late, ours = tuple(row)
    return DeliveryCheck((newest, late), is_ours=ours is not None)


def _next(following: Claim | None) -> dict[str, int]:
    return {"next_id": following.id, "next_fence": following.fence} if following else {"next_id": 0, "next_fence": 0}


def _of(claim: Claim) -> dict[str, int]:
    return {"claimed_id": claim.id, "claimed_fence": claim.fence}
