"""Trees, notes and proofs against published vectors, and against every way to bend them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.evidence.merkle import EMPTY, Frontier, Tree, is_included, leaf_hash
from signoff.evidence.notes import NotANote, Signer, Verifier

# The eight leaves and heads that implementations of RFC 6962 have been tested with since the first one.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
HEAD_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
HEAD_OF_NONE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# The note and key of the documentation of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)  # fmt: skip
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("positions.example/record", bytes(range(32)))


def hashes(number: int) -> list[bytes]:
    return [leaf_hash(str(place).encode()) for place in range(number)]


def test_the_known_heads() -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert Tree(leaves).root.hex() == Frontier().grown(leaves).root.hex() == HEAD_OF_EIGHT
    assert Tree([]).root == Frontier().root == EMPTY == bytes.fromhex(HEAD_OF_NONE)


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 64, 100])
def test_each_leaf_is_proven_at_its_place_and_at_no_other(size: int) -> None:
    leaves = hashes(size)
    tree = Tree(leaves)
    for index in range(size):
        proof = tree.proof(index)
        assert is_included(leaves[index], index, size, proof, tree.root)
        assert not is_included(leaves[index], index, size, proof, bytes(32))
        assert not is_included(bytes(32), index, size, proof, tree.root)
        assert not is_included(leaves[index], index, size, [*proof, bytes(32)], tree.root)
        assert not proof or not is_included(leaves[index], index, size, proof[:-1], tree.root)
        for other in range(size):
            assert other == index or not is_included(leaves[index], other, size, proof, tree.root)
    for index in (-1, size):
        assert not is_included(leaves[0], index, size, tree.proof(0), tree.root)
        with pytest.raises(IndexError):
            tree.proof(index)


@given(st.lists(st.integers(0, 9) | st.integers(100, 300), max_size=12))
def test_a_tree_grown_in_steps_is_the_tree_grown_at_once(steps: list[int]) -> None:
    leaves, frontier, at = hashes(sum(steps)), Frontier(), 0
    for step in steps:
        frontier = frontier.grown(leaves[at : at + step])
        at += step
    assert (frontier.size, frontier.root) == (len(leaves), Tree(leaves).root)


def test_another_programs_note_is_opened_and_ours_is_of_its_kind() -> None:
    assert Verifier.read(GO_KEY).opened(GO_NOTE) == GO_TEXT
    assert str(Verifier.read(GO_KEY)) == GO_KEY
    note = SIGNER.sign("positions.example/record\n3\nAAAA\n")
    assert Verifier.read(str(SIGNER.verifier)).opened(note) == "positions.example/record\n3\nAAAA\n"
    both = note + GO_NOTE.rpartition("\n\n")[2]
    assert SIGNER.verifier.opened(both)  # other signatures are passed over


@pytest.mark.parametrize(
    "note",
    [
        GO_NOTE.replace("problem is", "answer is"),
        GO_NOTE.replace("PeterNeumann", "PeterNewmann"),
        GO_NOTE.replace("— ", "- "),
        GO_NOTE.replace("x08go", "x08gp"),
        GO_NOTE.rstrip("\n"),
        GO_TEXT,
        "",
        "\n\n",
        GO_NOTE.replace("JnAM=", "JnAN="),
    ],
)
def test_a_bent_note_is_refused(note: str) -> None:
    with pytest.raises(NotANote):
        Verifier.read(GO_KEY).opened(note)


@pytest.mark.parametrize(
    "key", ["", "x", "a+b", GO_KEY[:-1], GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY.replace("Peter", "Pater"), "++"]
)
def test_a_bent_key_is_refused(key: str) -> None:
    with pytest.raises(NotANote):
        Verifier.read(key)


def test_a_note_that_could_be_read_two_ways_is_not_signed() -> None:
    for text in ("no line break", "a\rb\n", "a\x00b\n"):
        with pytest.raises(NotANote):
            SIGNER.sign(text)
