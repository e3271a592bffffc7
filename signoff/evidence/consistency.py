"""Consistency of two trees, and proofs made from stored hashes of subtrees, without the whole tree in memory."""

from collections.abc import Callable, Iterator, Sequence

from signoff.evidence.merkle import EMPTY, node_hash

# Gives the hash of the complete subtree over leaves [index * 2**level, (index + 1) * 2**level).
Nodes = Callable[[int, int], bytes]


def is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with all leaves of the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if len(steps) < 2:
        return False
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def root_of(nodes: Nodes, size: int) -> bytes:
    """The head of the tree of the first `size` leaves."""
    return _range_hash(nodes, 0, size) if size else EMPTY


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the head of the tree of this size, lowest first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    return [_range_hash(nodes, start, end) for start, end in _beside(index, 0, size)][::-1]


def _beside(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle


def consistency_proof(nodes: Nodes, old_size: int, new_size: int) -> list[bytes]:
    """The hashes that show that the tree of the new size begins with that of the old (RFC 6962, 2.1.2)."""
    if not 0 <= old_size <= new_size:
        raise IndexError("the old tree is larger than the new one")
    if old_size in (0, new_size):
        return []
    start, end, found, is_left = 0, new_size, list[bytes](), True
    while old_size != end:
        middle = start + _largest_power_below(end - start)
        if old_size <= middle:
            found.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            found.append(_range_hash(nodes, start, middle))
            start, is_left = middle, False
    return [*([] if is_left else [_range_hash(nodes, start, end)]), *found[::-1]]


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    # Ranges here start at a multiple of the largest power of two that fits into them.
    heads, at = list[bytes](), start
    while at < end:
        level = (end - at).bit_length() - 1
        heads.append(nodes(level, at >> level))
        at += 1 << level
    root = heads.pop()
    while heads:
        root = node_hash(heads.pop(), root)
    return root
