"""Delivery: claim, commit, send, mark, commit; nothing is lost, and nothing is sent twice but what a crash held.

A batch is claimed at once, and written in parts. Before each letter the record is looked at: every act leaves an entry,
so as long as it has not grown, what was written is still the case; otherwise it is written again. One that is overtaken
each time stays behind and is written in a later turn: it never leaves with words that may not be true any more.
"""

import logging
import random
import smtplib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from signoff.db.database import UNAVAILABLE, Database
from signoff.db.errors import FOR_THE_LOG, Trouble, trouble_of
from signoff.domain.letters import MOST_ATTEMPTS, LetterState, line_delay, retry_delay
from signoff.domain.time import Clock
from signoff.letters.delivery import claims
from signoff.letters.delivery.claimed_letters import ClaimedLetters
from signoff.letters.delivery.claims import Claim, DeliveryCheck, DeliveryOutcome, OutcomeWriter
from signoff.letters.delivery.consequences import queue_what_follows
from signoff.letters.delivery.failures import Failure, Meaning, connecting_failed, connection_broken, server_refused
from signoff.letters.delivery.header_check import UnsafeMessage
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.transport import CheckedConnection, ServerRefused
from signoff.letters.delivery.writing import NotSent
from signoff.services.outbox.mail_state import end_pause, find_pause, note_pause, tries_in_a_row, without_addresses
from signoff.settings import Settings

TAKEN_OVER = "taken over"
_BLINK = 0.001  # seconds; a caller that takes longer makes what was seen before it old
_MOST_BROKEN = 3  # connections in a row that broke off over a letter
_MOST_REFUSED = 25  # letters in a row that were not taken: then it is hardly the letters' fault
_WAIT_TO_MARK = 1.0  # seconds between tries to mark what was sent

_NOT_TRIED = DeliveryOutcome(LetterState.QUEUED, counts=False)
_OVERTAKEN = DeliveryOutcome(LetterState.QUEUED, counts=False, later=timedelta(seconds=2))

_log = logging.getLogger("signoff")


class LetterDelivery:
    """Delivers due letters over one reused connection.

    `stopped` is asked between letters. `patience` is for how many seconds a letter that was sent is tried to be marked
    when the database does not let us: nothing else is sent meanwhile, so that no second letter can come twice.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock,
        *,
        stopped: Callable[[], bool] = lambda: False,
        patience: float = 60.0,
    ) -> None:
        self._database = database
        self._settings = settings.mail
        self._claimed = ClaimedLetters(database, settings, clock)
        self._outcomes = OutcomeWriter(database.engine.dialect)
        self._clock = clock
        self._stopped = stopped
        self._patience = patience
        self._connection: CheckedConnection | None = None
        self._marks: Connection | None = None
        self._broken = self._untaken = 0
        self._is_shut = self._was_paused = self._lets_us_in = False

    def deliver_due(self, *, force: bool = False) -> Iterator[str]:
        """Send every letter that is due, yielding the state each came to.

        During a pause the server is tried only when its time has come, or `force` says that someone wants it tried.
        """
        self._is_shut = False
        try:
            while not self._is_shut and not self._stopped() and self._may_begin(force):
                claimed = self._claimed.claim()
                if not claimed:
                    break
                yield from self._deliver(claimed)
            self._end_what_is_over()
        finally:
            self._hang_up()
            self._close_marks()

    def take_over_claims(self) -> None:
        """Return to the queue what an earlier worker had claimed when it died; only for the holder of the lock."""
        with self._database.unit_of_work() as session:
            claims.take_over(session)

    def _end_what_is_over(self) -> None:
        # All that was due was looked at over a connection that let us in: there is nothing to pause for.
        if self._was_paused and self._connection is not None and not self._is_shut:
            with self._database.unit_of_work() as session:
                end_pause(session)
            self._note_resumed()

    def _note_resumed(self) -> None:
        self._was_paused = False
        _log.warning("email is sent again", extra={"facts": {"event": "resumed"}})

    def _may_begin(self, force: bool) -> bool:
        with self._database.reading() as session:
            at, pause = self._clock(), find_pause(session)
            if not claims.any_due(session, at=at):
                return False
        self._was_paused = pause is not None
        if self._connection is not None:
            return True
        waits = pause is not None and (pause.try_again_at is None or pause.try_again_at > at)
        if waits and not force:
            return False
        return self._connected()

    def _connected(self) -> bool:
        try:
            self._connection = CheckedConnection(self._settings).open()
        except (smtplib.SMTPException, OSError) as problem:
            self._shut(connecting_failed(problem))
            return False
        return True

    def _deliver(self, claimed: Sequence[Claim]) -> Iterator[str]:
        waiting = deque(claimed)
        seen = self._look(waiting[0])
        while waiting:
            if self._is_shut or self._stopped():
                yield from self._give_back(waiting)
                return
            claim = waiting.popleft()
            letter = self._claimed.letter([claim, *waiting], seen.record, self._look) if seen.is_ours else None
            outcome = self._attempt(claim, letter) if letter else None
            state, seen = self._mark_and_look(claim, outcome, waiting[0] if waiting else None)
            _log_outcome(claim, state, outcome.reply if outcome else "")
            told = time.monotonic()
            yield state
            if waiting and time.monotonic() - told > _BLINK:
                seen = self._look(waiting[0])

    def _attempt(self, claim: Claim, letter: WrittenLetter | NotSent) -> DeliveryOutcome:
        if isinstance(letter, NotSent):
            return _OVERTAKEN if letter.state == LetterState.QUEUED else DeliveryOutcome(letter.state, letter.reason)
        if self._connection is None and not self._connected():
            return _NOT_TRIED
        assert self._connection is not None
        was_used = self._connection.was_used
        try:
            self._connection.post(letter)
        except ServerRefused as answer:
            return self._after_refusal(claim, server_refused(answer))
        except (smtplib.SMTPException, OSError) as problem:
            untouched = not self._connection.text_sent
            self._hang_up()
            # A server may tire of a connection that has served; then this letter had no part in it.
            return self._attempt(claim, letter) if was_used and untouched else self._after_break(claim, problem)
        except UnsafeMessage as problem:
            return DeliveryOutcome(LetterState.FAILED, f"Not sent, because the finished email was not safe: {problem}.")
        except Exception as problem:
            _log.exception("letter %s could not be sent", claim.id)
            self._hang_up()
            return DeliveryOutcome(LetterState.FAILED, f"The email could not be sent: {type(problem).__name__}.")
        self._broken = self._untaken = 0
        self._lets_us_in = True
        return DeliveryOutcome(LetterState.SENT, written=letter)

    def _after_refusal(self, claim: Claim, failure: Failure) -> DeliveryOutcome:
        if failure.meaning in (Meaning.LINE_HELD, Meaning.LINE_PAUSED):
            self._shut(failure)
            return _NOT_TRIED
        self._untaken += 1
        self._lets_us_in = True
        failed = failure.meaning == Meaning.LETTER_FAILED
        if self._untaken >= _MOST_REFUSED:
            words = f"{self._untaken} emails in a row were not accepted, the last with: {failure.words}"
            self._shut(Failure(Meaning.LINE_PAUSED if failed else Meaning.LINE_HELD, words))
        return DeliveryOutcome(LetterState.FAILED, failure.words) if failed else _again(claim, failure)

    def _after_break(self, claim: Claim, problem: Exception) -> DeliveryOutcome:
        failure = connection_broken(problem)
        self._broken += 1
        if self._broken >= _MOST_BROKEN:
            self._shut(Failure(Meaning.LINE_HELD, failure.words))
        return _again(claim, failure)

    def _shut(self, failure: Failure) -> None:
        self._is_shut = True
        self._broken = self._untaken = 0
        self._hang_up()
        with self._database.unit_of_work() as session:
            at = self._clock()
            by_itself = failure.meaning == Meaning.LINE_HELD
            tries = tries_in_a_row(session) + 1
            again = at + line_delay(tries, random.random()) if by_itself else None  # noqa: S311 - spreads, hides nothing
            note_pause(session, failure.words, at=at, try_again_at=again)
        until = f"{again:%H:%M:%S} UTC" if again else "someone resumes it"
        said = without_addresses(failure.words)
        _log.warning("email is paused until %s: %s", until, said, extra={"facts": {"event": "paused"}})

    def _give_back(self, waiting: Sequence[Claim]) -> Iterator[str]:
        with self._database.unit_of_work() as session:
            claims.give_back(session, waiting)
        yield from [LetterState.QUEUED] * len(waiting)

    def _look(self, following: Claim | None) -> DeliveryCheck:
        if following is None:
            return DeliveryCheck((0, 0), is_ours=False)
        with self._database.reading() as session:
            return self._outcomes.look(session.connection(), following)

    def _mark_and_look(
        self, claim: Claim, outcome: DeliveryOutcome | None, following: Claim | None
    ) -> tuple[str, DeliveryCheck]:
        # What the server has taken must be written down, even when the database is busy, away or full for long.
        until = time.monotonic() + self._patience
        while True:
            try:
                return self._mark_once(claim, outcome, following)
            except UNAVAILABLE as problem:
                self._close_marks()
                if time.monotonic() > until:
                    raise
                why = FOR_THE_LOG[trouble_of(problem, writing=True) or Trouble.UNAVAILABLE]
                _log.warning("letter %s could not be marked yet: %s", claim.id, why)
                time.sleep(_WAIT_TO_MARK)

    def _mark_once(
        self, claim: Claim, outcome: DeliveryOutcome | None, following: Claim | None
    ) -> tuple[str, DeliveryCheck]:
        seen = None
        if outcome is not None and (outcome.has_consequences or self._ends_pause()):
            with self._database.unit_of_work() as session:
                seen = self._outcomes.mark(session.connection(), claim, outcome, following, at=self._clock())
                if seen is not None:
                    self._note(session, claim, outcome)
        elif outcome is not None:
            seen = self._outcomes.mark(self._open_marks(), claim, outcome, following, at=self._clock())
        if outcome is None or seen is None:
            return TAKEN_OVER, self._look(following)
        return outcome.state, seen

    def _ends_pause(self) -> bool:
        return self._was_paused and self._lets_us_in and not self._is_shut

    def _note(self, session: Session, claim: Claim, outcome: DeliveryOutcome) -> None:
        # What follows from a letter's end for others; most follow with nothing.
        queue_what_follows(session, claim, outcome, at=self._clock())
        if self._ends_pause():
            end_pause(session)
            self._note_resumed()

    def _open_marks(self) -> Connection:
        # Kept between letters: to take a connection from the pool and to begin costs more than the mark itself.
        if self._marks is None:
            self._marks = self._database.marking()
        return self._marks

    def _close_marks(self) -> None:
        if self._marks is not None:
            self._marks.close()
            self._marks = None

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.hang_up()
            self._connection = None


def _log_outcome(claim: Claim, state: str, reply: str) -> None:
    level = logging.WARNING if state == LetterState.FAILED else logging.INFO
    facts = {"event": "email", "email": claim.id, "state": state, "attempt": claim.attempts}
    _log.log(level, "email %s: %s. %s", claim.id, state, without_addresses(reply), extra={"facts": facts})


def _again(claim: Claim, failure: Failure) -> DeliveryOutcome:
    if claim.attempts >= MOST_ATTEMPTS:
        return DeliveryOutcome(LetterState.FAILED, failure.words)
    delay = retry_delay(claim.attempts, random.random())  # noqa: S311 - spreads, hides nothing
    return DeliveryOutcome(LetterState.QUEUED, failure.words, later=delay)
