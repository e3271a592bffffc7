"""Verifies the seals: each leaf is its entry's, each signed head is the head of the leaves it counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.evidence import checkpoints
from signoff.evidence.codes import SealingKeys
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.evidence.notes import NotANote
from signoff.models import Checkpoint, Entry, Leaf


@dataclass(frozen=True)
class SealReport:
    """How many sealed entries were looked at, and every sentence about what is wrong."""

    entries: int
    wrong: tuple[str, ...]


def verify_seals(session: Session, keys: SealingKeys) -> SealReport:
    """Grow the tree again from the entries themselves and compare it with every head that was signed."""
    heads = {head.size: head for head in session.scalars(select(Checkpoint).order_by(Checkpoint.size))}
    wrong: list[str] = []
    frontier, entries = Frontier(), 0
    rows = select(Leaf, Entry).outerjoin(Entry, Entry.id == Leaf.entry_id).order_by(Leaf.number)
    for leaf, entry in session.execute(rows.execution_options(yield_per=500)):
        hashed = bytes.fromhex(leaf.hash) if entry is None else _hash_of(entry)
        if hashed is None or hashed.hex() != leaf.hash:
            wrong.append(f"Entry {leaf.entry_id} is not what was sealed.")
        frontier = frontier.grown([hashed or bytes(32)])
        entries += entry is not None
        if head := heads.pop(frontier.size, None):
            wrong += _wrong_with(head, frontier, keys)
    wrong += [f"The head of {size} leaves was signed, but so many are not there." for size in heads]
    return SealReport(entries, tuple(wrong))


def _hash_of(entry: Entry) -> bytes | None:
    try:
        return leaf_hash(leaf_of(entry.body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _wrong_with(head: Checkpoint, frontier: Frontier, keys: SealingKeys) -> Iterator[str]:
    origin = head.note.partition("\n")[0]
    for signer in keys.signers(origin):
        try:
            opened = checkpoints.Checkpoint.opened(head.note, signer.verifier)
        except NotANote:
            continue
        if (opened.size, opened.root) != (frontier.size, frontier.root):
            yield f"The head of {frontier.size} leaves that was signed is not their head."
        return
    yield f"The head of {frontier.size} leaves does not bear this installation's signature."
