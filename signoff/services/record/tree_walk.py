"""Goes over all stored leaves of a tree and compares what they make with every root that was signed."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from signoff.evidence.merkle import Frontier
from signoff.models import Entry, Leaf, LogHead, LogLeaf
from signoff.services.record.stored_tree import read_hashes

AT_ONCE = 1_024  # more rows that live at a time cost more than twice as much each: the garbage collector follows them

Progress = Callable[[int], None]  # hears how many leaves were gone over


def unheard(_number: int) -> None:
    """For who wants no progress."""


@dataclass(frozen=True)
class SignedRoot:
    """What a head of so many leaves of the public log says of a tree: its size, and the root and frontier at it."""

    head: int
    size: int
    root: str
    frontier: Sequence[str]

    def faults(self, grown: Frontier, tree: str) -> Iterator[str]:
        """What of it is not as the leaves make it."""
        if self.root != grown.root.hex():
            yield f"The head of {self.head} leaves commits to another {tree} than this one."
        if self.frontier != [item.hex() for item in grown.heads]:
            yield f"The {tree}'s frontier kept with the head of {self.head} leaves is not the one of its leaves."


def record_faults(session: Session, tell: Progress = unheard) -> Generator[str]:
    """A sentence for each place of the record that is empty or lacks its entry, and each head that is not of them."""
    leaves = select(Leaf.number, Entry.leaf).outerjoin(Entry, Entry.id == Leaf.entry_id)
    heads = select(LogHead.size, LogHead.record_size, LogHead.record_root, LogHead.record_frontier)
    roots = [SignedRoot(*row) for row in session.execute(heads)]
    yield from _faults(session, leaves.order_by(Leaf.number), roots, "record", tell)


def log_faults(session: Session, tell: Progress = unheard) -> Generator[str]:
    """A sentence for each place of the public log that is empty, and each head that is not the one of its leaves."""
    leaves = select(LogLeaf.number, LogLeaf.hash).order_by(LogLeaf.number)
    heads = select(LogHead.size, LogHead.size, LogHead.root, LogHead.frontier)
    roots = [SignedRoot(*row) for row in session.execute(heads)]
    yield from _faults(session, leaves, roots, "public log", tell)


def first_fault(session: Session) -> str:
    """The first thing that is wrong with the stored leaves of either tree; empty when nothing is."""
    for faults in (record_faults(session), log_faults(session)):
        with closing(faults):
            for fault in faults:
                return fault
    return ""


def _faults(
    session: Session, leaves: Select[int, str], roots: Iterable[SignedRoot], tree: str, tell: Progress
) -> Iterator[str]:
    waiting, frontier = deque(sorted(roots, key=lambda root: root.size)), Frontier()
    yield from _reached(waiting, frontier, tree)
    rows = session.connection().execute(leaves.execution_options(yield_per=AT_ONCE))
    with closing(rows):
        for some in rows.partitions():
            if some[0][0] != frontier.size or some[-1][0] != frontier.size + len(some) - 1:
                yield f"Place {_gap(some, frontier.size)} of the {tree} is empty."
                return
            try:
                hashes = read_hashes([leaf for _, leaf in some])
            except ValueError:
                gone = (place for place, leaf in some if leaf is None)
                yield from (f"The entry at place {place} of the {tree} no longer exists." for place in gone)
                hashes = [b""] * len(some)  # which make no signed root
            while waiting and waiting[0].size <= some[-1][0]:
                until = waiting[0].size - frontier.size
                frontier, hashes = frontier.grown(hashes[:until]), hashes[until:]
                yield from _reached(waiting, frontier, tree)
            frontier = frontier.grown(hashes)
            yield from _reached(waiting, frontier, tree)
            tell(frontier.size)
    for root in waiting:
        yield f"The head of {root.head} leaves commits to {root.size} of the {tree}, but so many are not there."


def _reached(waiting: deque[SignedRoot], frontier: Frontier, tree: str) -> Iterator[str]:
    while waiting and waiting[0].size == frontier.size:
        yield from waiting.popleft().faults(frontier, tree)


def _gap(some: Sequence[Row[int, str]], first: int) -> int:
    return next(place for place, (number, _) in enumerate(some, first) if number != place)
