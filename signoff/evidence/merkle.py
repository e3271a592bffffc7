"""A Merkle tree as RFC 6962 has it: heads, and proofs that a leaf is in a tree of a size."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps it from passing for a node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """A tree of `size` leaves by the heads of its whole subtrees, largest first: enough to let it grow."""

    size: int = 0
    heads: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree after these leaf hashes were appended."""
        size, heads, hashes, at = self.size, list(self.heads), list(leaves), 0
        while at < len(hashes):
            # The largest whole subtree that can begin here: a third faster than its leaves one by one.
            most = 1 << (len(hashes) - at).bit_length() - 1
            count = min(most, size & -size) if size else most
            head = _whole_root(hashes[at : at + count])
            size, at = size + count, at + count
            # As many subtrees are whole now as the new size ends in zero bits; those within the block are done.
            for _ in range((size & -size).bit_length() - count.bit_length()):
                head = node_hash(heads.pop(), head)
            heads.append(head)
        return Frontier(size, tuple(heads))

    @property
    def root(self) -> bytes:
        """The head of the tree."""
        if not self.heads:
            return EMPTY
        root = self.heads[-1]
        for head in reversed(self.heads[:-1]):
            root = node_hash(head, root)
        return root


def _whole_root(level: list[bytes]) -> bytes:
    # `level` has a power of two of hashes. A call for each node would take a third longer.
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]


class Tree:
    """A whole tree in memory, made once for many proofs; `leaves` are leaf hashes in order."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            # A last one without a sibling rises as it is.
            self._levels.append([node_hash(*pair) for pair in pairs] + below[len(below) & ~1 :])

    @property
    def root(self) -> bytes:
        """The head of the tree."""
        return self._levels[-1][0] if self._levels[-1] else EMPTY

    def proof(self, index: int) -> list[bytes]:
        """The hashes beside the way from a leaf to the head, lowest first."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError("no such leaf")
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside])
            index >>= 1
        return path


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf hash at a place to the head of a tree of this size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, head = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            head = node_hash(beside, head)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            head = node_hash(head, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and head == root
