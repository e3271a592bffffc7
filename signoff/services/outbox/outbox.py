"""The outbox as staff see it: letters by state, kind and round; one letter's life; trying again, and keeping back."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from signoff.domain.errors import NotFound
from signoff.domain.letters import (
    ASKING,
    CANCELLABLE,
    TO_APPLICANTS,
    UNDELIVERED,
    LetterState,
    is_for_an_address_of_its_own,
)
from signoff.domain.permissions import Act, ensure_may
from signoff.models import Application, Contact, Delivery, Letter, Partner, StaffUser, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_letters
from signoff.services.outbox.letter_queue import call_for_workers
from signoff.services.outbox.mail_state import resume, try_server_now
from signoff.services.outbox.undeliverable import still_undelivered
from signoff.services.record.record import record

_AT_ONCE = 10_000


@dataclass(frozen=True)
class LetterFilter:
    """Which letters: of a state, of a kind, about a version, to someone; empty means all."""

    state: str = ""
    kind: str = ""
    version_id: int | None = None
    words: str = ""

    def conditions(self, *, with_state: bool = True) -> list[ColumnElement[bool]]:
        """As conditions of a query."""
        return [
            *([Letter.state == self.state] if self.state and with_state else []),
            *([Letter.kind == self.kind] if self.kind else []),
            *([Letter.version_id == self.version_id] if self.version_id is not None else []),
            *(_to(word) for word in self.words.lower().split()[:8]),
        ]


def _to(word: str) -> ColumnElement[bool]:
    # Contacts by name, address or partner; staff by name or address.
    contacts = select(Contact.id).join(Partner, Partner.id == Contact.partner_id)
    contacts = contacts.where(
        or_(*(_holds(column, word) for column in (Contact.full_name, Contact.email, Partner.name)))
    )
    users = select(StaffUser.id).where(or_(*(_holds(column, word) for column in (StaffUser.name, StaffUser.email))))
    deliveries = select(Delivery.id).where(or_(_holds(Delivery.recipient, word), _holds(Delivery.address, word)))
    typed = or_(*(_holds(column, word) for column in (Application.full_name, Application.email)))
    to_applicant = Letter.kind.in_(TO_APPLICANTS) & Letter.application_id.in_(select(Application.id).where(typed))
    readers = Letter.contact_id.in_(contacts), Letter.user_id.in_(users), Letter.delivery_id.in_(deliveries)
    return or_(*readers, to_applicant)


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = func.lower(column).contains(word, autoescape=True)
    return found


def letters(session: Session, letter_filter: LetterFilter, *, before: int, limit: int) -> Sequence[Letter]:
    """Letters, newest first, those before an id when one is given; a constant number of queries."""
    query = _with_readers().where(*letter_filter.conditions()).order_by(Letter.id.desc()).limit(limit)
    return session.scalars(query.where(Letter.id < before) if before else query).all()


def overtaken(session: Session, letters: Collection[Letter]) -> dict[int, int]:
    """Those of these letters that ask, have not left yet, and tell of an older version: the newest one's number."""
    waiting = [letter for letter in letters if letter.version and letter.kind in ASKING and not letter.sent_at]
    queued = [letter for letter in waiting if letter.state in (LetterState.QUEUED, LetterState.SENDING)]
    positions = {letter.version.position_id for letter in queued if letter.version}
    query = select(Version.position_id, func.max(Version.number)).where(Version.position_id.in_(positions))
    newest = dict(session.execute(query.group_by(Version.position_id)).all()) if positions else {}
    return {
        letter.id: newest[letter.version.position_id]
        for letter in queued
        if letter.version and newest[letter.version.position_id] > letter.version.number
    }


def undelivered_letters(session: Session, *, limit: int) -> Sequence[Letter]:
    """The newest letters that did not arrive, where that still matters."""
    query = _with_readers().outerjoin(Contact, Contact.id == Letter.contact_id).where(still_undelivered())
    return session.scalars(query.order_by(Letter.id.desc()).limit(limit)).all()


def _with_readers() -> Select[Letter]:
    return select(Letter).options(
        selectinload(Letter.contact).options(joinedload(Contact.partner)),
        selectinload(Letter.user),
        selectinload(Letter.delivery),
        selectinload(Letter.application),
        selectinload(Letter.version).options(joinedload(Version.position)),
        lazyload(Letter.link),
        lazyload(Letter.answer),
    )


def count_by_state(session: Session, letter_filter: LetterFilter) -> dict[str, int]:
    """How many letters are in each state, whatever state is wanted."""
    query = select(Letter.state, func.count()).where(*letter_filter.conditions(with_state=False)).group_by(Letter.state)
    return dict(session.execute(query).all())


def count_unfinished(session: Session) -> dict[str, int]:
    """How many letters wait, or did not arrive, by state; those that were sent or held back only grow in number."""
    states = (LetterState.QUEUED, LetterState.SENDING, *UNDELIVERED)
    query = select(Letter.state, func.count()).where(Letter.state.in_(states)).group_by(Letter.state)
    return dict(session.execute(query).all())


def get_letter(session: Session, number: int) -> Letter:
    """The letter with this id; NotFound otherwise."""
    letter = session.scalar(_with_readers().where(Letter.id == number))
    if letter is None:
        raise NotFound("There is no such letter.")
    return letter


def may_retry(letter: Letter) -> bool:
    """Whether a letter can be tried again now: it did not arrive, or waits for a later try.

    Not the word of a changed address once its own is forgotten: it would go to the new address instead.
    """
    lost = is_for_an_address_of_its_own(letter.kind, letter.account_news) and letter.address is None
    return letter.state in (*UNDELIVERED, LetterState.QUEUED) and not lost


def may_cancel(letter: Letter) -> bool:
    """Whether a letter can be kept back: it waits, and it asks. What tells of something that happened is never kept."""
    return letter.state == LetterState.QUEUED and letter.kind in CANCELLABLE


def retry_letters(act: ActContext, ids: Collection[int]) -> int:
    """Have letters tried again now that did not arrive or wait for a later try; returns how many. None is no act."""
    ensure_may(act.by, Act.TEND_LETTERS)
    chosen = _hold(act.session, ids, may_retry)
    if not chosen:
        return 0
    at = act.at()
    again = {"state": LetterState.QUEUED, "due_at": at, "attempts": 0}
    _change(act.session, chosen, **again, sent_at=None, sent_subject=None, sent_text=None)
    call_for_workers(act.session, len(chosen))
    record(act.session, "letters_retried", by=act.by, at=at, facts={"letters": chosen})
    return len(chosen)


def retry_all(act: ActContext) -> tuple[int, int]:
    """Have every letter tried again that failed or waits for a later try, and the mail server too.

    Returns how many those are, and how many others are due already and leave as soon as the mail server takes them.
    """
    is_queued = Letter.state == LetterState.QUEUED
    waits = is_queued & (Letter.due_at > act.at()) & (Letter.attempts > 0)
    failed = act.session.scalars(select(Letter.id).where((Letter.state == LetterState.FAILED) | waits)).all()
    due = select(func.count()).select_from(Letter).where(is_queued, Letter.due_at <= act.at())
    others = act.session.scalar(due) or 0
    number = retry_letters(act, failed)
    if number:
        try_server_now(act.session, at=act.at())
    else:
        resume(act)
    return number, others


def cancel_letters(act: ActContext, ids: Collection[int]) -> int:
    """Keep back letters that ask and have not left; returns how many. None is no act."""
    ensure_may(act.by, Act.TEND_LETTERS)
    chosen = _hold(act.session, ids, may_cancel)
    if not chosen:
        return 0
    _change(act.session, chosen, state=LetterState.CANCELED, last_reply="Held back by staff.")
    record(act.session, "letters_canceled", by=act.by, at=act.at(), facts={"letters": chosen})
    return len(chosen)


def _hold(session: Session, ids: Collection[int], may: Callable[[Any], bool]) -> list[int]:
    judged_by = select(Letter.id, Letter.state, Letter.kind, Letter.account_news, Letter.address)
    held = []
    for some in _handfuls(sorted(ids)):
        hold_letters(session, some)
        rows = session.execute(judged_by.where(Letter.id.in_(some)).order_by(Letter.id))
        held += [row.id for row in rows if may(row)]
    return held


def _change(session: Session, ids: Sequence[int], **values: Any) -> None:
    for some in _handfuls(ids):
        changed = update(Letter).where(Letter.id.in_(some)).values(**values)
        session.execute(changed.execution_options(synchronize_session=False))


def _handfuls(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    # PostgreSQL takes 65,535 values in one statement.
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
