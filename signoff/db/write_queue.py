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

    `seconds` is for what stands still: on SQLite the whole database is held, on PostgreSQL what another transaction
    holds, or a line in which no one comes to an end. In a line that moves one may wait for `turn_seconds`.
    Where a thread serves each request, `at_once` and `in_line` together must be fewer than the threads: readers never
    wait for a writer, but they need a thread.
    """

    at_once: int = 1000
    in_line: int = 1000
    seconds: float = 60.0
    turn_seconds: float = 60.0


class WriteQueue:
    """Who may write now, and who is next."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._guard = threading.Lock()
        self._inside = 0
        self._line: deque[threading.Event] = deque()
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

    def enter(self, *, until: float) -> float:
        """Wait for a turn until a moment of the monotonic clock; for how many seconds the line stood still before it.

        Busy when the line is full, stands still for too long, or the turn is too late.
        """
        came = time.monotonic()
        with self._guard:
            if self._inside < self._limits.at_once:
                self._inside += 1
                return 0.0
            if len(self._line) >= self._limits.in_line:
                raise Busy("too many are waiting to write")
            turn = threading.Event()
            self._line.append(turn)
        while not turn.wait(max(0.0, self._patience(came, until) - time.monotonic())):
            if time.monotonic() >= self._patience(came, until):
                self._give_up(turn)
        return time.monotonic() - max(came, self._moved_at)

    def _patience(self, came: float, until: float) -> float:
        return min(until, max(came, self._moved_at) + self._limits.seconds)

    def _give_up(self, turn: threading.Event) -> None:
        with self._guard:
            if turn.is_set():  # it came at the last moment
                return
            self._line.remove(turn)
        raise Busy("others are writing")

    def leave(self, *, moved: bool = True) -> None:
        """Hand the turn to the next in line; `moved` unless it was given up because of what others hold."""
        with self._guard:
            if moved:
                self._moved_at = time.monotonic()
            if self._line:
                self._line.popleft().set()
            else:
                self._inside -= 1
