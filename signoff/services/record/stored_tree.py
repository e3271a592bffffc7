"""Trees whose leaf hashes are stored: their tiles and subtrees, read without the whole tree in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.evidence.consistency import Nodes
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import WIDTH, Tile, nodes_from_tiles, tile_root
from signoff.models import Entry, Leaf, LogLeaf

_HASH = 32  # bytes

# Whole tiles never change; the root of each is computed once for each database.
_ROOTS: WeakKeyDictionary[Any, dict[tuple[str, int, int], bytes]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class StoredTree:
    """One of the two trees; `hashes` selects its leaf hashes, in hexadecimal digits, and `number` is their place."""

    name: str
    hashes: Select[Any]
    number: InstrumentedAttribute[int]

    def tile(self, session: Session, tile: Tile) -> bytes:
        """The hashes of a tile; of a whole one below, each is over 256 of the level beneath. Shorter where leaves lack.

        Refused when a tile beneath it is not whole, or a hash is none.
        """
        first = tile.number * WIDTH
        if tile.level == 0:
            hashes = self.hashes.where(self.number >= first, self.number < first + tile.width)
            try:
                return bytes.fromhex("".join(session.scalars(hashes.order_by(self.number))))
            except ValueError:
                raise Refused("A stored hash cannot be read.") from None
        return b"".join(self._root(session, tile.level - 1, number) for number in range(first, first + tile.width))

    def nodes(self, session: Session, size: int) -> Nodes:
        """The hashes of subtrees of the tree of this size. Refused where leaves are missing."""
        seen = dict[Tile, bytes]()

        def fetch(tile: Tile) -> bytes:
            if tile not in seen:
                seen[tile] = self.tile(session, tile)
            return seen[tile]

        return nodes_from_tiles(fetch, size)

    def _root(self, session: Session, level: int, number: int) -> bytes:
        bound = session.get_bind()
        roots = _ROOTS.setdefault(bound if isinstance(bound, Engine) else bound.engine, {})
        key = (self.name, level, number)
        if key not in roots:
            roots[key] = tile_root(self.tile(session, Tile(level, number)))
        return roots[key]


def read_hashes(stored: Sequence[str | None]) -> list[bytes]:
    """Hashes that are stored in hexadecimal digits; ValueError when one is missing or none."""
    # Read together: one by one takes three times as long.
    read = bytes.fromhex("".join(one or "" for one in stored))
    if len(read) != _HASH * len(stored):
        raise ValueError("a stored hash is missing")
    return [read[at : at + _HASH] for at in range(0, len(read), _HASH)]


PUBLIC_LOG = StoredTree("log", select(LogLeaf.hash), LogLeaf.number)
RECORD = StoredTree("record", select(Entry.leaf).join(Leaf, Leaf.entry_id == Entry.id), Leaf.number)
