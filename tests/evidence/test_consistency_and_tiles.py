"""Proofs and tiles against RFC 6962 written down naively, against published examples, and against bending."""

import pytest

from signoff.evidence.consistency import consistency_proof, inclusion_proof, is_consistent, root_of
from signoff.evidence.merkle import EMPTY, Frontier, Tree, is_included, leaf_hash, node_hash
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import (
    Tile,
    entry_bundle,
    nodes_from_tiles,
    read_entry_bundle,
    read_tile_path,
    tile_root,
    tiles_of,
)
from tests.evidence.naive_tree import mth, path, proof

# What implementations of RFC 6962 have been tested with since the first one: eight leaves and the roots of their trees.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MANY = [f"leaf {number}".encode() for number in range(300)]


def nodes_of(leaves: list[bytes]):
    def nodes(level: int, index: int) -> bytes:
        assert (index + 1) << level <= len(leaves), "a subtree that is not complete"
        return mth(leaves[index << level : (index + 1) << level])

    return nodes


def test_the_published_roots() -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    for size, root in enumerate(ROOTS, start=1):
        known = bytes.fromhex(root)
        assert mth(LEAVES[:size]) == known
        assert Tree(hashes[:size]).root == Frontier().grown(hashes[:size]).root == known
        assert root_of(nodes_of(LEAVES[:size]), size) == known
    assert root_of(nodes_of([]), 0) == EMPTY == mth([])


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 63, 64, 65])
def test_proofs_are_those_of_the_rfc(size: int) -> None:
    leaves = MANY[:size]
    nodes, tree = nodes_of(leaves), Tree([leaf_hash(leaf) for leaf in leaves])
    for index in range(size):
        made = inclusion_proof(nodes, index, size)
        assert made == path(index, leaves) == tree.proof(index)
        assert is_included(leaf_hash(leaves[index]), index, size, made, mth(leaves))
    for old in range(1, size + 1):
        made = consistency_proof(nodes, old, size)
        assert made == proof(old, leaves)
        assert is_consistent(old, mth(leaves[:old]), size, mth(leaves), made)
    assert is_consistent(0, EMPTY, size, mth(leaves), consistency_proof(nodes, 0, size))


@pytest.mark.parametrize("size", [2, 3, 4, 7, 8, 13, 16, 21])
def test_a_fork_has_no_consistency_proof(size: int) -> None:
    leaves, other = MANY[:size], [b"another", *MANY[1:size]]
    for old in range(1, size + 1):
        good = proof(old, leaves)
        assert not is_consistent(old, mth(other[:old]), size, mth(leaves), good)
        assert not is_consistent(old, mth(leaves[:old]), size, mth(other), good)
        assert not is_consistent(old, mth(other[:old]), size, mth(leaves), proof(old, other))
        for bent in ([*good, bytes(32)], [bytes(32), *good], good[:-1], good[::-1], [bytes(32)] * len(good)):
            assert bent == good or not is_consistent(old, mth(leaves[:old]), size, mth(leaves), bent)
        for wrong in (old - 1, old + 1):
            assert not is_consistent(wrong, mth(leaves[:old]), size, mth(leaves), good)


def test_sizes_that_make_no_sense() -> None:
    root = mth(MANY[:4])
    assert not is_consistent(5, root, 4, root, [])
    assert not is_consistent(-1, root, 4, root, [])
    assert not is_consistent(0, root, 4, root, [])
    assert not is_consistent(4, root, 4, root, [root])
    for old, new in ((5, 4), (-1, 4)):
        with pytest.raises(IndexError):
            consistency_proof(nodes_of(MANY[:4]), old, new)
    for index in (-1, 4):
        with pytest.raises(IndexError):
            inclusion_proof(nodes_of(MANY[:4]), index, 4)


@pytest.mark.parametrize(
    ("tile", "address"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(2, 5, 17), "2/005.p/17"),
        (Tile(0, 999), "0/999"),
        (Tile(0, 1000, 255), "0/x001/000.p/255"),
        (Tile(-1, 1234), "entries/x001/234"),
        (Tile(-1, 0, 1), "entries/000.p/1"),
        (Tile(63, 1), "63/001"),
    ],
)
def test_addresses_of_tiles(tile: Tile, address: str) -> None:
    assert tile.path == address
    assert read_tile_path(address) == tile


@pytest.mark.parametrize(
    "address",
    [
        "", "0", "0/", "0/0", "0/00", "0/0000", "00/000", "64/000", "0/x000/000", "0/000.p/0", "0/000.p/256",
        "0/000.p/01", "0/000.p/", "0/001/000", "0/x001/x234", "-1/000", "entries/x001", "0/000\n", "0/٠٠٠",
        "0/x1/000", "0/000.p/999", "1/../000", "0/" + "x001/" * 6 + "000", "data/000",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="not the address of a tile"):
        read_tile_path(address)


def test_the_example_of_the_specification() -> None:
    """A tree of 70,000 leaves, as tlog-tiles counts its tiles."""
    tiles = list(tiles_of(70_000))
    assert [sum(1 for tile in tiles if tile.level == level and tile.width == 256) for level in (0, 1, 2)] == [273, 1, 0]
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert all(tile.is_in(70_000) for tile in tiles)
    assert not any(tile.is_in(70_000) for tile in (Tile(0, 273, 113), Tile(1, 1), Tile(2, 0, 2), Tile(-1, 274, 1)))
    assert Tile(-1, 273, 112).is_in(70_000)


@pytest.mark.parametrize(("after", "size"), [(0, 300), (255, 256), (256, 257), (256, 600), (300, 300), (511, 513)])
def test_new_tiles_are_those_that_were_not_there(after: int, size: int) -> None:
    assert set(tiles_of(size, after)) == set(tiles_of(size)) - set(tiles_of(after))


def test_proofs_can_be_made_of_tiles_alone() -> None:
    leaves = [str(number).encode() for number in range(66_000)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    level_one = [Tree(hashes[at : at + 256]).root for at in range(0, len(leaves) // 256 * 256, 256)]
    levels = [hashes, level_one, [Tree(level_one[:256]).root]]
    size, fetched = 66_000, list[Tile]()

    def fetch(tile: Tile) -> bytes:
        assert tile in set_of_tiles
        fetched.append(tile)
        start = tile.number * 256
        return b"".join(levels[tile.level][start : start + tile.width])

    set_of_tiles = set(tiles_of(size))
    nodes, tree = nodes_from_tiles(fetch, size), Tree(hashes)
    assert root_of(nodes, size) == tree.root
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        assert inclusion_proof(nodes, index, size) == tree.proof(index)
    for old in (1, 255, 256, 40_000, 65_536, 65_999):
        made = consistency_proof(nodes, old, size)
        assert is_consistent(old, Tree(hashes[:old]).root, size, tree.root, made)
    assert tile_root(b"".join(hashes[:256])) == level_one[0]
    with pytest.raises(Refused, match="whole tile"):
        tile_root(b"".join(hashes[:255]))
    with pytest.raises(Refused, match="does not have"):
        root_of(nodes_from_tiles(lambda tile: bytes(31), size), size)


def test_entry_bundles() -> None:
    leaves = [b"", b"a", b"b" * 65_535, "é".encode()]
    bundle = entry_bundle(leaves)
    assert bundle[:5] == b"\x00\x00\x00\x01a" and bundle[5:7] == b"\xff\xff"
    assert read_entry_bundle(bundle, 4) == leaves
    for bent, count in ((bundle, 3), (bundle, 5), (bundle[:-1], 4), (bundle + b"\x00", 4), (b"", 1), (b"\x00", 1)):
        with pytest.raises(Refused):
            read_entry_bundle(bent, count)
    with pytest.raises(Refused, match="65,535"):
        entry_bundle([bytes(65_536)])
    assert node_hash(b"a", b"b") != node_hash(b"b", b"a")
