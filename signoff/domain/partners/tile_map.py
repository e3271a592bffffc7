"""The states as tiles, each one square where it lies among its neighbors, so that small states can be pressed too."""

from collections.abc import Mapping
from dataclasses import dataclass

_ROWS = """
    AK .  .  .  .  .  .  .  .  .  ME
    .  .  .  .  .  .  WI .  .  VT NH
    WA ID MT ND MN IL .  MI NY RI MA
    OR NV WY SD IA IN OH PA NJ CT .
    CA UT CO NE MO KY WV VA MD DE .
    .  AZ NM KS AR TN NC SC DC .  .
    .  .  .  OK LA MS AL GA .  .  .
    HI .  .  TX .  .  .  .  FL .  .
    AS GU MP .  .  .  .  .  .  PR VI
"""
TILES: tuple[tuple[str, ...], ...] = tuple(
    tuple("" if code == "." else code for code in row.split()) for row in _ROWS.strip().splitlines()
)
SHADES = 4


@dataclass(frozen=True)
class Tile:
    """A square of the map: the code of a state, empty for none; how many partners work there, and its shade from 0."""

    code: str
    partners: int
    shade: int


def tiles(partners: Mapping[str, int]) -> list[list[Tile]]:
    """The map for numbers of partners by state: darker where there are more, in steps of the largest number."""
    most = max((number for code, number in partners.items() if code in _SHOWN), default=0)
    return [[_tile(code, partners.get(code, 0), most) for code in row] for row in TILES]


_SHOWN = frozenset(code for row in TILES for code in row if code)


def _tile(code: str, number: int, most: int) -> Tile:
    return Tile(code, number if code else 0, -(-SHADES * number // most) if code and number else 0)
