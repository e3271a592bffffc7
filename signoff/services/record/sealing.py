"""Sealing: entries become leaves of a tree whose head is signed; from then on none can be changed unnoticed."""

import secrets
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from signoff.domain.time import Clock
from signoff.evidence import checkpoints
from signoff.evidence.codes import SealingKeys
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import Frontier, Tree, leaf_hash
from signoff.models import Checkpoint, Entry, Leaf
from signoff.services.locks import hold_sealing

MOST_AT_ONCE = 5_000
MOST_CHANCE = 12  # leaves drawn by chance, at most, with each head
SEALED_WITHIN = timedelta(seconds=60)


def origin_of(base_url: str) -> str:
    """The name of an installation's record, and of the keys that sign its heads: its address without the scheme."""
    parts = urlsplit(base_url)
    # A key's name holds neither a plus sign nor a space.
    return f"{parts.netloc}{quote(parts.path.rstrip('/'))}/record"


def seal(session: Session, *, origin: str, keys: SealingKeys, clock: Clock) -> int:
    """Seal up to `MOST_AT_ONCE` entries that are not sealed yet, in order, under one signed head; returns how many.

    `origin` names this installation's record to everybody.
    """
    hold_sealing(session)
    unsealed = session.scalars(_unsealed().order_by(Entry.id).limit(MOST_AT_ONCE)).all()
    if not unsealed:
        return 0
    last = latest_checkpoint(session)
    frontier = Frontier(last.size, tuple(map(bytes.fromhex, last.frontier))) if last else Frontier()
    leaves = _among_chance([(entry.id, leaf_hash(leaf_of(entry.body))) for entry in unsealed])
    for number, (entry_id, hashed) in enumerate(leaves, start=frontier.size):
        session.add(Leaf(number=number, entry_id=entry_id, hash=hashed.hex()))
    session.flush()
    _sign(session, frontier.grown(hashed for _, hashed in leaves), origin=origin, keys=keys, at=clock())
    return len(unsealed)


def _among_chance(entries: list[tuple[int, bytes]]) -> list[tuple[int | None, bytes]]:
    # Places are public with each proof. Without these, one place between two approvals would tell of one hidden answer.
    leaves: list[tuple[int | None, bytes]] = list(entries)
    for _ in range(secrets.randbelow(MOST_CHANCE + 1)):
        leaves.insert(secrets.randbelow(len(leaves) + 1), (None, secrets.token_bytes(32)))
    return leaves


def _unsealed() -> Select[Entry]:
    return select(Entry).outerjoin(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number.is_(None))


def _sign(session: Session, frontier: Frontier, *, origin: str, keys: SealingKeys, at: datetime) -> None:
    head = checkpoints.Checkpoint(origin, frontier.size, frontier.root)
    session.add(
        Checkpoint(
            size=frontier.size,
            root=frontier.root.hex(),
            frontier=[item.hex() for item in frontier.heads],
            note=head.signed(keys.signers(origin)[0]),
            signed_at=at,
        )
    )
    session.flush()


def latest_checkpoint(session: Session) -> Checkpoint | None:
    """The newest signed head of the record, if there is one."""
    return session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def oldest_unsealed(session: Session) -> datetime | None:
    """When the oldest entry that is not sealed yet was recorded; None when all are."""
    return session.scalar(
        select(func.min(Entry.at)).outerjoin(Leaf, Leaf.entry_id == Entry.id).where(Leaf.number.is_(None))
    )


def proofs_of(session: Session, checkpoint: Checkpoint, entry_ids: Sequence[int]) -> dict[int, checkpoints.Proof]:
    """For each of these entries that the checkpoint heads, the proof that it stands in the record."""
    tree = _tree(session, checkpoint)
    wanted = select(Leaf.entry_id, Leaf.number).where(Leaf.entry_id.in_(entry_ids), Leaf.number < checkpoint.size)
    return {
        entry_id: checkpoints.Proof(number, tuple(tree.proof(number)), checkpoint.note)
        for entry_id, number in session.execute(wanted)
        if entry_id is not None
    }


def _tree(session: Session, checkpoint: Checkpoint) -> Tree:
    # A root belongs to one tree, whatever the database; the newest is asked for again and again.
    with _ONE_AT_A_TIME:
        if checkpoint.root not in _NEWEST:
            hashes = select(Leaf.hash).where(Leaf.number < checkpoint.size).order_by(Leaf.number)
            made = Tree([bytes.fromhex(item) for item in session.scalars(hashes)])
            _NEWEST.clear()
            _NEWEST[checkpoint.root] = made
        return _NEWEST[checkpoint.root]


_NEWEST: dict[str, Tree] = {}
_ONE_AT_A_TIME = threading.Lock()
