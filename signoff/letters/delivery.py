"""Delivery: claim, commit, send, mark, commit; nothing is lost, and nothing is sent twice but what a crash held."""

import logging
import random
import smtplib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from signoff.database import Database
from signoff.domain.letters import ASKING, CLAIM_LASTS, MOST_ATTEMPTS, LetterKind, LetterState, retry_delay
from signoff.domain.links import without_secrets
from signoff.domain.moments import Clock
from signoff.letters.blocks import as_html, as_text
from signoff.letters.calendar import deadline_event
from signoff.letters.facts import LetterFacts, LinkUnmakeable, Post, gather, no_longer_wanted
from signoff.letters.kinds import COMPOSE
from signoff.letters.transport import CheckedConnection, OneLetter, Transport, UnsafeMessage
from signoff.models import Letter
from signoff.settings import Settings

_AT_ONCE = 50
_MARKINGS = 20  # each waits for the database as long as its busy timeout
TAKEN_OVER = "taken over"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: the letter's next state, and the server's words."""

    state: LetterState
    reply: str = ""


class Delivery:
    """Delivers due letters over one reused connection."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._transport = Transport(settings)
        self._post = Post(settings.base_url, settings.timezone, settings.secret_keys)
        self._host = urlsplit(settings.base_url).hostname or "localhost"
        self._clock = clock
        self._connection: CheckedConnection | None = None
        self.unreachable: Outcome | None = None

    def deliver_due(self) -> Iterator[str]:
        """Send every letter that is due, yielding the state each came to."""
        try:
            while claimed := self._claim():
                for letter_id, fence in claimed:
                    if self.unreachable is None:
                        yield self._deliver(letter_id, fence)
                    else:
                        # The server is not there: what else is in hand waits too, instead of one time-out each.
                        yield self._mark(letter_id, fence, self.unreachable)
                if self.unreachable is not None:
                    return
        finally:
            self._hang_up()

    def take_over_claims(self) -> None:
        """Return to the queue what an earlier worker had in hand when it died; only for the holder of the lock."""
        with self._database.unit_of_work() as session:
            session.execute(
                update(Letter)
                .where(Letter.state == LetterState.SENDING)
                .values(state=LetterState.QUEUED, claimed_until=None, fence=Letter.fence + 1)
            )

    def _claim(self) -> list[tuple[int, int]]:
        with self._database.unit_of_work() as session:
            at = self._clock()
            session.execute(
                update(Letter)
                .where(Letter.state == LetterState.SENDING, Letter.claimed_until < at)
                .values(state=LetterState.QUEUED, claimed_until=None, fence=Letter.fence + 1)
            )
            due = session.scalars(
                select(Letter.id)
                .where(Letter.state == LetterState.QUEUED, Letter.due_at <= at)
                .order_by(Letter.due_at, Letter.id)
                .limit(_AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            rows = session.execute(
                update(Letter)
                .where(Letter.id.in_(due))
                .values(
                    state=LetterState.SENDING,
                    claimed_until=at + CLAIM_LASTS,
                    fence=Letter.fence + 1,
                    attempts=Letter.attempts + 1,
                )
                .returning(Letter.id, Letter.fence)
            )
            return sorted(rows)

    def _deliver(self, letter_id: int, fence: int) -> str:
        try:
            with self._line() as connection:
                with self._database.reading() as session:
                    letter = session.scalar(select(Letter).where(Letter.id == letter_id, Letter.fence == fence))
                    if letter is None:
                        return TAKEN_OVER
                    composed = self._compose(session, letter, connection)
                outcome = composed if isinstance(composed, Outcome) else self._send(connection, composed)
        except (smtplib.SMTPException, OSError) as failure:
            self._hang_up()
            outcome = self.unreachable = _sorted(failure)
        except SQLAlchemyError:
            raise
        except Exception as failure:
            # One letter that cannot be written must not keep back all the others.
            logging.getLogger("signoff").exception("letter %s could not be written", letter_id)
            outcome = Outcome(LetterState.FAILED, f"The letter could not be written: {type(failure).__name__}.")
        return self._mark(letter_id, fence, outcome)

    def _compose(self, session: Session, letter: Letter, connection: CheckedConnection) -> OneLetter | Outcome:
        at = self._clock()
        try:
            facts = gather(session, letter, self._post, at=at)
        except LinkUnmakeable:
            return Outcome(LetterState.FAILED, "The link cannot be made any more; the key that made it is gone.")
        late = facts.round is not None and facts.round.deadline < at
        if reason := no_longer_wanted(session, letter, facts=facts, late=late):
            return Outcome(LetterState.CANCELLED, reason)
        draft = COMPOSE[LetterKind(letter.kind)](facts)
        registered = letter.contact.email if letter.contact else letter.user.email if letter.user else ""
        return self._transport.letter(
            connection,
            subject=draft.subject,
            to=(facts.reader, letter.address or registered),
            reply_to=facts.coalition.reply_to,
            sender_name=facts.coalition.name,
            text=as_text(draft.blocks),
            html=as_html(draft, coalition=facts.coalition.name),
            message_id=f"<{letter.message_id}@{self._host}>",
            date=at.timestamp(),
            calendar=self._calendar(letter, facts, at),
        )

    def _calendar(self, letter: Letter, facts: LetterFacts, at: datetime) -> bytes:
        if letter.kind not in ASKING or facts.round is None:
            return b""
        return deadline_event(facts.round, organisation=facts.organisation, post=self._post, at=at)

    def _send(self, connection: CheckedConnection, letter: OneLetter) -> Outcome:
        try:
            self._transport.send(connection, letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as failure:
            return _sorted(failure)
        except UnsafeMessage as problem:
            return Outcome(LetterState.FAILED, f"Not sent, since the finished letter was not safe: {problem}.")
        return Outcome(LetterState.SENT)

    def _mark(self, letter_id: int, fence: int, outcome: Outcome) -> str:
        # What the server has taken must be written down, even when others keep the database busy for long.
        for _ in range(_MARKINGS - 1):
            try:
                return self._mark_once(letter_id, fence, outcome)
            except OperationalError:
                logging.getLogger("signoff").warning("letter %s could not be marked yet", letter_id)
        return self._mark_once(letter_id, fence, outcome)

    def _mark_once(self, letter_id: int, fence: int, outcome: Outcome) -> str:
        with self._database.unit_of_work() as session:
            letter = session.scalar(select(Letter).where(Letter.id == letter_id, Letter.fence == fence))
            if letter is None:
                return TAKEN_OVER
            at = self._clock()
            # Spam filters quote what they dislike: the link must not come to rest here.
            reply = without_secrets(" ".join(outcome.reply.split()))[:500]
            letter.state, letter.claimed_until, letter.last_reply = outcome.state, None, reply
            if outcome.state == LetterState.SENT:
                letter.sent_at = at
            elif outcome.state == LetterState.QUEUED:
                _queue_again(letter, at)
            if letter.state != LetterState.QUEUED:
                letter.address = None
            return letter.state

    def _line(self) -> AbstractContextManager[CheckedConnection]:
        if self._connection is None:
            connection = self._transport.connect()
            connection.__enter__()
            self._connection = connection
        return nullcontext(self._connection)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.__exit__()
            self._connection = None


def _queue_again(letter: Letter, at: datetime) -> None:
    if letter.attempts >= MOST_ATTEMPTS:
        letter.state = LetterState.FAILED
        return
    letter.due_at = at + retry_delay(letter.attempts, random.random())  # noqa: S311 - spreads, hides nothing


def _sorted(failure: Exception) -> Outcome:
    # The server's words about one recipient are final from 500 on; everything else may pass.
    match failure:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, words = next(iter(refused.values()))
            state = LetterState.FAILED if code >= 500 else LetterState.QUEUED
            return Outcome(state, f"{code} {_decoded(words)}")
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=words):
            state = LetterState.FAILED if code >= 500 else LetterState.QUEUED
            return Outcome(state, f"{code} {_decoded(words)}")
        case smtplib.SMTPAuthenticationError():
            return Outcome(LetterState.QUEUED, "The mail server refuses our name and password.")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
            return Outcome(LetterState.QUEUED, f"{code} {_decoded(words)}")
        case _:
            return Outcome(LetterState.QUEUED, f"The mail server could not be reached: {failure}")


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
