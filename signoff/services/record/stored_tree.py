"""Trees whose leaf hashes are stored: their tiles and subtrees, read without the whole tree in memory."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from signoff.evidence.consistency import Nodes
from signoff.evidence.tiles import WIDTH, Tile, nodes_from_tiles, tile_root
from signoff.models import Leaf, LogLeaf

# Whole tiles never change; the root of each is computed once for each database.
_ROOTS: WeakKeyDictionary[Any, dict[tuple[str, int, int], bytes]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class StoredTree:
    """One of the two trees; `hashes` selects its leaf hashes, in hexadecimal digits, and `number` is their place."""

    name: str
    hashes: Select[tuple[str]]
    number: InstrumentedAttribute[int]

    def tile(self, session: Session, tile: Tile) -> bytes:
        """The hashes of a tile; of a whole one below, each is over 256 of the level beneath. Shorter where leaves lack.

        Refused when a tile beneath it is not whole.
        """
        first = tile.number * WIDTH
        if tile.level == 0:
            hashes = self.hashes.where(self.number >= first, self.number < first + tile.width)
            return bytes.fromhex("".join(session.scalars(hashes.order_by(self.number))))
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


PUBLIC_LOG = StoredTree("log", select(LogLeaf.hash), LogLeaf.number)
RECORD = StoredTree("record", select(Leaf.hash), Leaf.number)
