"""A public log as outsiders read it over HTTP: its checkpoint, tiles and leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.strict_json import MOST_BYTES, Refused
from signoff.evidence.tiles import LONGEST_LEAF, WIDTH, Tile, read_entry_bundle
from signoff.oversight.http_client import Unreachable, exchange

_PATIENCE = 30.0  # seconds for one answer
_LONGEST = {False: WIDTH * 32, True: WIDTH * (LONGEST_LEAF + 2)}


@dataclass(frozen=True)
class LogReader:
    """The log of the installation at an address. Unreachable when it does not answer with what was asked for."""

    url: str

    @property
    def place(self) -> str:
        """The address without its scheme, for people and for names of files."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path.rstrip('/')}"

    def checkpoint(self) -> str:
        """The newest head; what is no text in UTF-8 comes with replaced characters, which no signature covers."""
        return self._get("checkpoint", LONGEST_HEAD * 4).decode(errors="replace")

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile, of hashes or of leaves."""
        return self._get(f"tile/{tile.path}", _LONGEST[tile.level < 0])

    def leaves(self, start: int, size: int) -> Iterator[bytes]:
        """The leaves from a place on, of a log of this size. Refused for a bundle that does not hold what it should."""
        for first in range(start - start % WIDTH, size, WIDTH):
            width = min(WIDTH, size - first)
            bundle = read_entry_bundle(self.tile(Tile(-1, first // WIDTH, width)), width)
            yield from bundle[max(start - first, 0) :]

    def page(self, path: str) -> bytes:
        """What the installation answers at an address of its own."""
        return self._answer(path, MOST_BYTES)

    def _get(self, path: str, most: int) -> bytes:
        return self._answer(f"log/{path}", most)

    def _answer(self, path: str, most: int) -> bytes:
        url = f"{self.url.rstrip('/')}/{path}"
        answer = exchange(url, patience=_PATIENCE, most=most)
        if answer.status != 200:
            raise Unreachable(f"{url} answers {answer.status}.")
        return answer.body


def ensure_readable(size: int, most: int) -> None:
    """Refuse a log that says to have grown by more leaves than anyone reads at once."""
    if size > most:
        raise Refused(f"The log says that it has {size:,} new leaves, more than can be read at once.")
