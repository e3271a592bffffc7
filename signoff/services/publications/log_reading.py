"""What the public log says: its heads and keys, its leaves about each publication, and what proofs carry of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.evidence.anchors import state_part
from signoff.evidence.consistency import Nodes, inclusion_proof
from signoff.evidence.file_writing import Place
from signoff.evidence.key_changes import introduced
from signoff.evidence.log_leaves import Ended, KeyChange, Leaf, Listed, Published, State, read_leaf
from signoff.evidence.notes import Verifier
from signoff.evidence.public_state import Row
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import WIDTH, Tile, entry_bundle
from signoff.models import LogHead, LogLeaf


def newest_head(session: Session) -> LogHead | None:
    """The newest signed head of the public log, if there is one."""
    return session.scalar(select(LogHead).order_by(LogHead.size.desc()).limit(1))


@dataclass
class Told:
    """What the log says of a publication, and where."""

    published: Published
    index: int
    listed: Listed | None = None
    list_index: int = 0
    ended: Ended | None = None

    @property
    def row(self) -> Row | None:
        """The publication's row in the state; None when it has ended."""
        if self.ended or not self.listed:
            return None
        return Row(self.published.position, self.published.version, self.published.text, self.listed.list)


def told_publications(session: Session) -> dict[int, Told]:
    """What the log says of each publication, by the publication's id. Refused when a leaf cannot be read."""
    found = dict[int, Told]()
    # Of the lists of a publication only the last counts, however many there were.
    last = select(func.max(LogLeaf.number)).where(LogLeaf.publication_id.is_not(None))
    last = last.where(LogLeaf.kind.not_in(("key", "state"))).group_by(LogLeaf.publication_id, LogLeaf.kind)
    for leaf in session.scalars(select(LogLeaf).where(LogLeaf.number.in_(last)).order_by(LogLeaf.number)):
        said, told = _read(leaf.number, leaf.content), found.get(leaf.publication_id or 0)
        if isinstance(said, Published):
            found[leaf.publication_id or 0] = Told(said, leaf.number)
        elif told and isinstance(said, Listed):
            told.listed, told.list_index = said, leaf.number
        elif told and isinstance(said, Ended):
            told.ended = said
    return found


def _read(number: int, content: str) -> Leaf:
    try:
        return read_leaf(content.encode())
    except Refused as problem:
        raise Refused(f"Leaf {number} of the log: {problem}") from None


def rows_of(told: Iterable[Told]) -> list[Row]:
    """The rows of the state that these publications make, in its order."""
    return sorted(row for one in told if (row := one.row))


@dataclass(frozen=True)
class LogKeys:
    """The introductions of the log's keys, oldest first, with their places."""

    changes: Sequence[tuple[KeyChange, int]] = field(default_factory=tuple)

    @property
    def verifiers(self) -> list[Verifier]:
        """The public keys, oldest first."""
        return [Verifier.read(change.key) for change, _ in self.changes]

    @property
    def origin(self) -> str:
        """The name of the log, which its first key has for good; empty while there is none."""
        return self.verifiers[0].name if self.changes else ""


def log_keys(session: Session) -> LogKeys:
    """The keys that the log has had. Refused when a leaf cannot be read."""
    leaves = session.scalars(select(LogLeaf).where(LogLeaf.kind == "key").order_by(LogLeaf.number))
    read = [(_read(leaf.number, leaf.content), leaf.number) for leaf in leaves]
    return LogKeys([(change, number) for change, number in read if isinstance(change, KeyChange)])


def state_of(session: Session, head: LogHead) -> State:
    """The state that a head ends with. Refused when its last leaf is none."""
    content = session.scalar(select(LogLeaf.content).where(LogLeaf.number == head.size - 1)) or ""
    said = _read(head.size - 1, content)
    if not isinstance(said, State):
        raise Refused(f"The head of {head.size} leaves does not end with a state.")
    return said


def place_of(nodes: Nodes, index: int, size: int) -> Place:
    """A leaf's place in the log of this size, with its proof."""
    return Place(index, inclusion_proof(nodes, index, size))


def anchor_of(session: Session, head: LogHead, nodes: Nodes, *, in_bundle: bool) -> dict[str, Any]:
    """What files carry of a head: the head itself, the state it ends with, and the log's keys with their places.

    Refused when a leaf cannot be read.
    """
    path = place_of(nodes, head.size - 1, head.size).path
    places = [(change, place_of(nodes, index, head.size)) for change, index in log_keys(session).changes]
    return {
        "head": head.note,
        "state": state_part(state_of(session, head), path, in_bundle=in_bundle),
        "keys": [introduced(change, place.content) for change, place in places],
    }


def entries_of(session: Session, tile: Tile) -> bytes:
    """The leaves beside a tile of the lowest level, as they are served."""
    first = tile.number * WIDTH
    leaves = select(LogLeaf.content).where(LogLeaf.number >= first, LogLeaf.number < first + tile.width)
    return entry_bundle([content.encode() for content in session.scalars(leaves.order_by(LogLeaf.number))])
