"""Tiles of a public log as C2SP's tlog-tiles has them: their addresses, their bytes, and the entries beside them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from signoff.evidence.consistency import Nodes
from signoff.evidence.merkle import node_hash
from signoff.evidence.strict_json import Refused

WIDTH = 256
LONGEST_LEAF = 65_535
_HASH = 32
_ADDRESS = re.compile(r"([0-9]{1,2}|entries)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True)
class Tile:
    """A tile by its level, its number and how many hashes it has; the level of entries themselves is -1."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The address after `/tile/`, such as `0/x001/234` or `entries/000.p/17`."""
        digits = str(self.number)
        digits = digits.zfill(len(digits) + -len(digits) % 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level < 0 else str(self.level)
        return f"{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    def is_in(self, size: int) -> bool:
        """Whether a log of this size has the tile."""
        hashes = size >> 8 * max(self.level, 0)
        return self.number * WIDTH + self.width <= hashes


def read_tile_path(path: str) -> Tile:
    """The tile of an address after `/tile/`; Refused for every other spelling."""
    match = _ADDRESS.fullmatch(path)
    if match:
        level = -1 if match[1] == "entries" else int(match[1])
        tile = Tile(level, int(re.sub(r"[x/]", "", match[2])), int(match[3] or WIDTH))
        if tile.path == path and level <= 63:
            return tile
    raise Refused("This is not the address of a tile.")


def tiles_of(size: int, after: int = 0) -> Iterator[Tile]:
    """The tiles of hashes that a log of this size has and a log of the size `after` had not, lowest level first."""
    level = 0
    while hashes := size >> 8 * level:
        already = (after >> 8 * level) // WIDTH
        yield from (Tile(level, number) for number in range(already, hashes // WIDTH))
        if hashes % WIDTH and hashes != after >> 8 * level:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)
        level += 1


def tile_root(hashes: bytes) -> bytes:
    """The one hash, at the level above, of a whole tile's hashes."""
    if len(hashes) != WIDTH * _HASH:
        raise Refused("Only a whole tile has a hash of its own.")
    return subtree_of(hashes, 0, WIDTH)


def subtree_of(hashes: bytes, start: int, count: int) -> bytes:
    """The hash over `count` hashes of a tile, a power of two, from `start`."""
    level = [hashes[at * _HASH : (at + 1) * _HASH] for at in range(start, start + count)]
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def nodes_from_tiles(fetch: Callable[[Tile], bytes], size: int) -> Nodes:
    """Hashes of subtrees of the log of this size, read from its tiles; `fetch` gives a tile's bytes.

    A tile of a wrong length is Refused.
    """

    def nodes(level: int, index: int) -> bytes:
        tier, within = divmod(level, 8)
        first = index << within
        number, start = divmod(first, WIDTH)
        tile = Tile(tier, number, min(WIDTH, (size >> 8 * tier) - number * WIDTH))
        hashes = fetch(tile)
        if len(hashes) != tile.width * _HASH or start + (1 << within) > tile.width:
            raise Refused(f"The tile {tile.path} does not have {tile.width} hashes.")
        return subtree_of(hashes, start, 1 << within)

    return nodes


def entry_bundle(leaves: Sequence[bytes]) -> bytes:
    """Leaves as they are served under `/tile/entries/`: each after its length in two bytes."""
    for leaf in leaves:
        if len(leaf) > LONGEST_LEAF:
            raise Refused(f"A leaf has at most {LONGEST_LEAF:,} bytes.")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def read_entry_bundle(bundle: bytes, count: int) -> list[bytes]:
    """The leaves of an entry bundle that has exactly so many; Refused otherwise."""
    leaves, at = list[bytes](), 0
    while at < len(bundle) and len(leaves) <= count:
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        leaves.append(bundle[at + 2 : end])
        at = end
    if at != len(bundle) or len(leaves) != count:
        raise Refused(f"The entry bundle does not hold exactly {count} leaves.")
    return leaves
