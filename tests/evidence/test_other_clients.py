"""A client of C2SP logs that others wrote reads our log: its heads, tiles, entries, proofs and cosignatures."""

from datetime import timedelta
from pathlib import Path

import pytest
from tlog_scales import backend, reader, signing

from signoff.evidence.cosignatures import cosign, witness_key
from signoff.evidence.merkle import Tree, leaf_hash
from signoff.evidence.notes import Signer
from signoff.evidence.tiles import Tile, entry_bundle, tile_root, tiles_of
from tests.evidence.public_log import ALDER, BIRCH, FIRST, START, THIRD, PublicLog, small_log

WITNESS = Signer("witness.example/w1", bytes([9]) * 32)


def laid_out(log: PublicLog, folder: Path) -> None:
    """The log as files, as a web server would serve them."""
    hashes = [leaf_hash(leaf) for leaf in log.leaves]
    levels = [hashes, [tile_root(b"".join(hashes[at : at + 256])) for at in range(0, len(hashes) // 256 * 256, 256)]]
    for tile in tiles_of(len(hashes)):
        here = slice(tile.number * 256, tile.number * 256 + tile.width)
        write(folder / "tile" / tile.path, b"".join(levels[tile.level][here]))
        if tile.level == 0:
            write(folder / "tile" / Tile(-1, tile.number, tile.width).path, entry_bundle(log.leaves[here]))
    note = log.heads[-1]
    write(folder / "checkpoint", (note + cosign(note, WITNESS, 1764425000)).encode())


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_client_of_others_reads_our_log(tmp_path: Path) -> None:
    log = small_log()
    for number in range(350):
        log.list(names=(ALDER,) if number % 2 else (BIRCH,))
        log.head(START + timedelta(minutes=number + 1))
    laid_out(log, tmp_path)
    size, hashes = len(log.leaves), [leaf_hash(leaf) for leaf in log.leaves]
    client = reader.TilesReader(backend.LocalBackend(tmp_path))
    head = client.get_checkpoint()
    assert (head.origin, head.size, head.root_hash) == ("positions.example/log", size, Tree(hashes).root)
    assert client.calculate_root_hash() == head.root_hash
    for index in (0, 255, 256, 511, size - 1):
        assert client.get_entry(index) == log.leaves[index]
        client.get_inclusion_proof(index, size).check(hashes[index], head.root_hash)
    for old in (1, 256, 300, size - 1):
        client.get_consistency_proof(old, size).check(Tree(hashes[:old]).root, head.root_hash)
    for key in (FIRST.verifier, witness_key(WITNESS)):
        head.verify(signing.Vkey.from_string(str(key)))
    with pytest.raises(Exception, match="signature"):
        head.verify(signing.Vkey.from_string(str(THIRD.verifier)))
