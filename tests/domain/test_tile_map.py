"""The map of states in squares: how many partners work there, and how dark each square is."""

from signoff.domain.partners.places import STATES
from signoff.domain.partners.tile_map import TILES, Tile, tiles


def by_code(partners: dict[str, int]) -> dict[str, Tile]:
    return {tile.code: tile for row in tiles(partners) for tile in row if tile.code}


def test_shades_are_steps_of_the_largest_number() -> None:
    shown = by_code({"OH": 8, "TX": 5, "AK": 4, "NY": 1, "US": 99})
    assert {code: (tile.partners, tile.shade) for code, tile in shown.items() if tile.partners} == {
        "OH": (8, 4), "TX": (5, 3), "AK": (4, 2), "NY": (1, 1),
    }  # fmt: skip
    assert by_code({}) == {code: Tile(code, 0, 0) for code in shown}
    assert shown.keys() <= STATES.keys()


def test_the_map_keeps_its_shape() -> None:
    rows = tiles({"OH": 1})
    assert [[tile.code for tile in row] for row in rows] == [list(row) for row in TILES]
    assert {(tile.partners, tile.shade) for row in rows for tile in row if not tile.code} == {(0, 0)}
