"""The picture of a position for where people share links: its title, how many signed, and who publishes it."""

import hashlib
import json
import threading
from dataclasses import dataclass
from functools import lru_cache

import typst

from signoff.paper.shapes import with_numbers_for_shapeless
from signoff.paper.stationery import MARK
from signoff.settings import PROJECT

WIDTH, HEIGHT = 1200, 630  # pixels
_TEMPLATE = PROJECT / "templates" / "paper" / "card.typ"
_LONGEST_TITLE = 300  # characters; a longer one does not fit in letters that can be read
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Card:
    """What the picture says; `logo` is a PNG file, or empty."""

    title: str
    signed: str
    coalition: str
    logo: bytes = b""

    @property
    def digest(self) -> str:
        """Another whenever the picture says something else: sixteen characters of a SHA-256."""
        said = json.dumps([self.title, self.signed, self.coalition]).encode()
        return hashlib.sha256(said + self.logo).hexdigest()[:16]


@lru_cache(maxsize=64)
def card_png(card: Card) -> bytes:
    """The picture as a PNG file."""
    title = card.title if len(card.title) <= _LONGEST_TITLE else f"{card.title[: _LONGEST_TITLE - 1].rstrip()}…"
    words = {"title": title, "signed": card.signed, "coalition": card.coalition}
    facts = {name: with_numbers_for_shapeless(said) for name, said in words.items()}
    inputs = {"facts": json.dumps({**facts, "logo": list(card.logo), "mark": MARK})}
    with _ONE_AT_A_TIME:
        made = typst.compile(_TEMPLATE.read_bytes(), format="png", ppi=72.0, sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made
