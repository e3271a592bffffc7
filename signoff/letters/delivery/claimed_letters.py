"""The letters that one delivery has claimed: written a few at a time, as they are then, with the claims kept alive."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from signoff.db.database import Database
from signoff.domain.letters import CLAIM_LASTS, LetterState
from signoff.domain.time import Clock
from signoff.letters.delivery import claims
from signoff.letters.delivery.claims import Claim, DeliveryCheck
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.writing import LetterWriter, NotSent
from signoff.settings import Settings

_FRESH_FOR = 5.0  # seconds that what was written is taken for true while the record does not grow
_RENEWED_EVERY = 30.0  # seconds; far less than a claim lasts
_FEWEST, _MOST = 20, 200  # letters written at once
_MOST_REPLIES = 20
_MOST_REWRITES = 5  # of a letter that something recorded overtook while it was written; then others have their turn


class ClaimedLetters:
    """The letters that one delivery has claimed.

    Whatever is recorded makes everything that was written and has not left old, so as many letters are written at once
    as usually leave before that: writing more would be done for nothing, and delay the next letter.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._writer = LetterWriter(settings)
        self._clock = clock
        # One letter may wait for as many replies as it takes to connect, to sign in and to send it.
        self._lease = max(CLAIM_LASTS, timedelta(seconds=_MOST_REPLIES * settings.mail.timeout))
        self._at_once = _MOST
        self._written: dict[int, WrittenLetter | NotSent] = {}
        self._record = (-1, 0)
        self._taken = 0
        self._fresh_until = self._renewed_at = 0.0

    def claim(self) -> list[Claim]:
        """Claim letters that are due; what was written of others is forgotten."""
        self._written, self._renewed_at = {}, time.monotonic()
        with self._database.unit_of_work() as session:
            return claims.claim(session, until=self._clock() + self._lease, at=self._clock())

    def letter(
        self, claimed: Sequence[Claim], record: tuple[int, int], look: Callable[[Claim], DeliveryCheck]
    ) -> WrittenLetter | NotSent | None:
        """The first of these letters as it is while the record has grown this far; None when it is no longer ours.

        After a letter is written, `look` checks it once more: what was recorded meanwhile may have made it untrue. One
        that was overtaken each time it was written stays queued.
        """
        is_old = record != self._record or time.monotonic() > self._fresh_until
        if is_old or claimed[0].id not in self._written:
            if is_old and self._written:
                self._at_once = max(_FEWEST, self._taken)
            elif self._taken >= self._at_once:
                self._at_once = min(2 * self._at_once, _MOST)
            for _ in range(_MOST_REWRITES):
                self._write(claimed, record)
                now = look(claimed[0])
                if not now.is_ours:
                    return None
                if now.record == record:
                    break
                # One letter is written sooner than many.
                claimed, record = claimed[:1], now.record
            else:
                self._written = {}
                return NotSent(LetterState.QUEUED, "")
        self._taken += 1
        return self._written.pop(claimed[0].id)

    def _write(self, claimed: Sequence[Claim], record: tuple[int, int]) -> None:
        if time.monotonic() - self._renewed_at > _RENEWED_EVERY:
            self._renewed_at = time.monotonic()
            with self._database.unit_of_work() as session:
                claims.renew(session, claimed, until=self._clock() + self._lease)
        ids = [claim.id for claim in claimed[: self._at_once]]
        with self._database.reading() as session:
            self._written = self._writer.write(session, ids, at=self._clock())
        self._record, self._taken = record, 0
        self._fresh_until = time.monotonic() + _FRESH_FOR
