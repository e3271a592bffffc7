"""The monitor's look at a log: whether it goes on from the heads that were kept, and says only what it may say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signoff.evidence.consistency import consistency_proof
from signoff.evidence.heads import Head, bears_signature, read_head
from signoff.evidence.log_replay import LogReplay
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import Tile, nodes_from_tiles
from signoff.evidence.witnessing import ensure_follows
from signoff.oversight.http_client import Unreachable
from signoff.oversight.log_reading import LogReader, ensure_readable

MOST_LEAVES = 10_000_000  # in one look; a head a minute makes half a million in a year
_AHEAD = timedelta(minutes=5)


class FindingKind(StrEnum):
    """What can be wrong with a log, as seen from outside."""

    UNREACHABLE = "unreachable"
    SIGNATURE = "signature"
    ROLLBACK = "rollback"
    FORK = "fork"
    CONTENT = "content"
    LATE = "late"
    FUTURE = "future"
    PAGES = "pages"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in a sentence."""

    kind: FindingKind
    sentence: str


@dataclass(frozen=True)
class Followed:
    """A log up to a head that was verified: the head as it was signed, and what the leaves before it said."""

    note: str
    replay: LogReplay

    @property
    def head(self) -> Head:
        """What the head says."""
        return read_head(self.note)


@dataclass(frozen=True)
class Look:
    """What one look found: the log up to its newest good head, what is wrong, and the head that is to blame."""

    followed: Followed | None
    findings: tuple[Finding, ...] = ()
    blamed: str = ""


class _Wrong(Exception):
    def __init__(self, kind: FindingKind, sentence: str) -> None:
        super().__init__(sentence)
        self.finding = Finding(kind, sentence)


def look(
    log: LogReader,
    followed: Followed | None,
    *,
    pinned: str,
    now: datetime,
    missed_after: timedelta,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Look:
    """Follow the log from the head that was kept to its newest one; `tell` hears how many leaves were read of how many.

    The replay that is given is used up: when something is wrong, restore it from what was saved.
    """
    note = ""
    try:
        note = log.checkpoint()
        new = _followed(log, followed, note, pinned, tell)
    except _Wrong as wrong:
        return Look(None, (wrong.finding,), note)
    except Unreachable as problem:
        return Look(None, (Finding(FindingKind.UNREACHABLE, str(problem)),))
    except Refused as problem:
        return Look(None, (Finding(FindingKind.CONTENT, str(problem)),), note)
    return Look(new, tuple(_wrong_with_time(new, now, missed_after)))


def _followed(
    log: LogReader, followed: Followed | None, note: str, pinned: str, tell: Callable[[int, int], None]
) -> Followed:
    head = read_head(note)
    if followed:
        _ensure_same_log(followed, head)
        if head.size <= followed.head.size:
            _ensure_signed(followed, note)
        _ensure_goes_on(log, followed, head, note)
        if head.size == followed.head.size:
            return _with_pinned(followed, pinned)
    replay = followed.replay if followed else LogReplay(head.origin)
    ensure_readable(head.size - replay.frontier.size, MOST_LEAVES)
    for leaf in log.leaves(replay.frontier.size, head.size):
        replay.add(leaf)
        tell(replay.frontier.size, head.size)
    if not replay.keys or not bears_signature(note, replay.keys[-1]):
        raise _Wrong(FindingKind.SIGNATURE, f"The head of {head.size} leaves is not signed by the log's current key.")
    replay.ensure_head(note)
    return _with_pinned(Followed(note, replay), pinned)


def _with_pinned(followed: Followed, pinned: str) -> Followed:
    # A key that came before the current one counts, because it handed over.
    if pinned and pinned not in map(str, followed.replay.keys):
        raise _Wrong(FindingKind.SIGNATURE, "The log is not signed by the key that you gave.")
    return followed


def _ensure_same_log(followed: Followed, head: Head) -> None:
    if head.origin != followed.head.origin:
        sentence = f"This is a different log: it was “{followed.head.origin}” and now is “{head.origin}”."
        raise _Wrong(FindingKind.SIGNATURE, sentence)


def _is_signed(followed: Followed, note: str) -> bool:
    return any(bears_signature(note, key) for key in followed.replay.keys)


def _ensure_signed(followed: Followed, note: str) -> None:
    if not _is_signed(followed, note):
        size = read_head(note).size
        raise _Wrong(FindingKind.SIGNATURE, f"The head of {size} leaves is not signed by a key of the log.")


def _ensure_goes_on(log: LogReader, followed: Followed, head: Head, note: str) -> None:
    old, seen = followed.head, dict[Tile, bytes]()

    def fetch(tile: Tile) -> bytes:
        if tile not in seen:
            seen[tile] = log.tile(tile)
        return seen[tile]

    try:
        proof = (
            consistency_proof(nodes_from_tiles(fetch, head.size), old.size, head.size) if head.size > old.size else []
        )
        ensure_follows(old, head, proof)
    except Refused as problem:
        if head.size < old.size:
            raise _Wrong(FindingKind.ROLLBACK, str(problem)) from None
        # Without the log's signature it is not the log that was forked.
        kind = FindingKind.FORK if _is_signed(followed, note) else FindingKind.SIGNATURE
        raise _Wrong(kind, str(problem)) from None


def _wrong_with_time(followed: Followed, now: datetime, missed_after: timedelta) -> list[Finding]:
    time = followed.replay.time
    if time is None:
        return []
    if time > now + _AHEAD:
        return [Finding(FindingKind.FUTURE, f"The newest head is from the future: {time:%Y-%m-%d %H:%M:%S} UTC.")]
    if now - time > missed_after:
        minutes = int((now - time).total_seconds() // 60)
        sentence = f"The log was not signed on time: its newest head is {minutes:,} minutes old."
        return [Finding(FindingKind.LATE, sentence)]
    return []
