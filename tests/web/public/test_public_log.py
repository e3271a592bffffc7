"""The public log over HTTP: its checkpoint, heads by size and tiles, as C2SP's tlog-tiles has them."""

import pytest

from signoff.evidence.consistency import consistency_proof, is_consistent, root_of
from signoff.evidence.heads import open_head, read_head
from signoff.evidence.log_replay import LogReplay
from signoff.evidence.tiles import Tile, nodes_from_tiles, read_entry_bundle
from signoff.services.record import stored_tree
from tests.house import House
from tests.inspection import InspectingClient
from tests.services.publications.logged import first, public_list, sealed

ORIGIN = "127.0.0.1:8000/log"


@pytest.fixture
def logged(house: House) -> House:
    """A log of several hundred leaves: whole tiles, and a part of one."""
    public_list(house)
    with house.database.unit_of_work() as session:
        for number in range(270):
            house.seal(session)
            if number == 100:
                house.withdraw(session, first(session), "Alder")
    return house


def fetched(client: InspectingClient, tile: Tile) -> bytes:
    response = client.get(f"/log/tile/{tile.path}")
    assert response.status_code == 200, tile.path
    assert response.content_type == "application/octet-stream"
    return response.data


def test_a_stranger_follows_the_whole_log_from_its_tiles(logged: House, client: InspectingClient) -> None:
    note = client.get("/log/checkpoint").text
    head = open_head(note, logged.keys.signers(ORIGIN)[0].verifier)
    assert head.size > 256
    nodes = nodes_from_tiles(lambda tile: fetched(client, tile), head.size)
    assert root_of(nodes, head.size) == head.root
    replay = LogReplay(ORIGIN)
    for number in range(0, head.size, 256):
        width = min(256, head.size - number)
        for leaf in read_entry_bundle(fetched(client, Tile(-1, number // 256, width)), width):
            replay.add(leaf)
            older = client.get(f"/log/heads/{replay.frontier.size}")
            if older.status_code == 200:
                replay.ensure_head(older.text)
    assert replay.ensure_head(note) == head
    old = read_head(client.get("/log/heads/4").text)
    proof = consistency_proof(nodes, old.size, head.size)
    assert is_consistent(old.size, old.root, head.size, head.root, proof)


def test_what_the_log_does_not_have_is_not_found(house: House, client: InspectingClient) -> None:
    public_list(house)
    for address in ("tile/0/000.p/1", "heads/1", "checkpoint"):
        assert client.get(f"/log/{address}").status_code == 503
    sealed(house)
    for address in (
        "tile/0/000", "tile/0/000.p/5", "tile/0/001.p/1", "tile/1/000.p/1", "tile/x", "tile/entries/000.p/5",
        "tile/0/000.p/0", "tile/00/000.p/1", "tile/0/x000/000.p/1", "heads/3", "heads/0", "heads/99999999999999999999",
        f"tile/63/{'x999/' * 5}999.p/255",
    ):  # fmt: skip
        assert client.get(f"/log/{address}").status_code == 404, address
    for address in ("tile/0/000.p/1", "tile/0/000.p/4", "tile/entries/000.p/2", "heads/4"):
        assert client.get(f"/log/{address}").status_code == 200, address


def test_the_roots_of_whole_tiles_are_computed_once(
    logged: House, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/log/tile/1/000.p/1").data
    monkeypatch.setattr(stored_tree, "tile_root", lambda _hashes: pytest.fail("computed again"))
    assert client.get("/log/tile/1/000.p/1").data == before and len(before) == 32
