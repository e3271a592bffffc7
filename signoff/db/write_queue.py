"""A line for writers: so many at once, in the order they came; one that would wait too long is turned away."""

import threading
import time
from collections import deque
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError


class Busy(OperationalError):
    """Others are writing for longer than this writer may wait; nothing was begun."""

    def __init__(self, words: str) -> None:
        super().__init__("BEGIN", None, TimeoutError(words))


@dataclass(frozen=True)
class Limits:
    """How many may write at once, how many may wait for that, and how many seconds each waits at most.

    `seconds` is for what others hold: on SQLite the whole database, and with it the turn. On PostgreSQL who waits for a
    turn may do so for `turn_seconds`, unless those before it wait in vain for what others hold.
    Where a thread serves each request, `at_once` and `in_line` together must be fewer than the threads: readers never
    wait for a writer, but they need a thread.
    """

    at_once: int = 1000
    in_line: int = 1000
    seconds: float = 60.0
    turn_seconds: float = 60.0


class _Turn(threading.Event):
    """Set when it came, or when it is refused."""

    is_refused = False


class WriteQueue:
    """Who may write now, and who is next."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._guard = threading.Lock()
        self._inside = 0
        self._line: deque[_Turn] = deque()
        self._seconds_waited, self._turned_away = 0.0, 0
        self._moved_at = 0.0  # on the monotonic clock

    @property
    def waits(self) -> tuple[float, int]:
        """The seconds that all writers together have waited, and how many were turned away."""
        return self._seconds_waited, self._turned_away

    def note(self, seconds: float, *, turned_away: bool) -> None:
        """Count what a writer waited, for whatever keeps writers waiting."""
        with self._guard:
            self._seconds_waited += seconds
            self._turned_away += turned_away

    def enter(self, *, until: float) -> None:
        """Wait for a turn until a moment of the monotonic clock.

        Busy when the line is full, its writers wait in vain for what others hold, or the turn is too late.
        """
        with self._guard:
            if self._inside < self._limits.at_once:
                self._inside += 1
                return
            if len(self._line) >= self._limits.in_line:
                raise Busy("too many are waiting to write")
            turn = _Turn()
            self._line.append(turn)
        if not turn.wait(max(0.0, until - time.monotonic())):
            self._give_up(turn)
        if turn.is_refused:
            raise Busy("those before are waiting in vain")

    def _give_up(self, turn: _Turn) -> None:
        with self._guard:
            if turn.is_set():  # it came at the last moment
                return
            self._line.remove(turn)
        raise Busy("others are writing")

    def leave(self, *, in_vain: bool = False) -> None:
        """Hand the turn to the next in line; `in_vain` when its writer gave up because of what others hold.

        Where no one has come to an end for as long as that takes, the whole line is refused.
        """
        with self._guard:
            if not in_vain:
                self._moved_at = time.monotonic()
            elif time.monotonic() - self._moved_at >= self._limits.seconds:
                self._refuse_all()
            if self._line:
                self._line.popleft().set()
            else:
                self._inside -= 1

    def _refuse_all(self) -> None:
        while self._line:
            turn = self._line.popleft()
            turn.is_refused = True
            turn.set()
