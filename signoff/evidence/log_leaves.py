"""The leaves of the public log: each public fact in the bytes that are hashed, served and read by strangers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.evidence.canonical import canonical_json
from signoff.evidence.shapes import (
    DIGEST,
    SIGNATURE,
    SLUG,
    VERSION,
    Shape,
    line,
    list_of,
    moment,
    object_of,
    whole,
    word,
)
from signoff.evidence.strict_json import Refused, read_canonical

LOG_FORMAT = "signoff-log/1"
LONGEST_KEY = 500


class Leaf:
    """One leaf of the public log."""

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says, without its format."""
        raise TypeError("a leaf of no kind")

    @property
    def encoded(self) -> bytes:
        """The bytes of the leaf: canonical JSON with its format."""
        return canonical_json({"format": LOG_FORMAT, **self.content}).encode()


@dataclass(frozen=True)
class Published(Leaf):
    """A version became public: the digests of its text and of its check."""

    position: str
    version: int
    text: str
    check: str
    at: str

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says."""
        return {"kind": "published", **vars(self)}


@dataclass(frozen=True)
class Listed(Leaf):
    """The list of a version's signatories became this one; `list` is the salted digest of it."""

    position: str
    version: int
    text: str
    list: str

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says."""
        return {"kind": "signatories", **vars(self)}


@dataclass(frozen=True)
class Ended(Leaf):
    """A publication ended; `kind` says whether it was retired or superseded by a later version."""

    kind: str
    position: str
    version: int
    at: str

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says."""
        return dict(vars(self))


@dataclass(frozen=True)
class KeyChange(Leaf):
    """A key signs the heads from here on, in place of the key `after` (empty for the first), which is retired.

    `signatures` are made by the new key and, where there is one, by the key before it, in this order.
    """

    key: str
    after: str
    signatures: tuple[str, ...]

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says."""
        return {"kind": "key", "key": self.key, "after": self.after, "signatures": list(self.signatures)}


@dataclass(frozen=True)
class State(Leaf):
    """All that is public at the moment of a head, whose last leaf this is.

    `root` is the root over the rows of `positions` live publications; `record` is a salted commitment to the private
    record's head. The time is not earlier than anything that the head covers.
    """

    time: str
    positions: int
    root: str
    record: str

    @property
    def content(self) -> dict[str, Any]:
        """What the leaf says."""
        return {"kind": "state", **vars(self)}


def _leaf_shape(kind: str, **members: Shape) -> Shape:
    return object_of(format=word(LOG_FORMAT), kind=word(kind), **members)


_OF_VERSION: Mapping[str, Shape] = {"position": SLUG, "version": VERSION}
KEY_MEMBERS: Mapping[str, Shape] = {
    "key": line(LONGEST_KEY),
    "after": line(LONGEST_KEY, least=0),
    "signatures": list_of(SIGNATURE, least=1, most=2),
}
_KINDS: Mapping[str, tuple[type[Leaf], Shape]] = {
    "published": (Published, _leaf_shape("published", **_OF_VERSION, text=DIGEST, check=DIGEST, at=moment)),
    "signatories": (Listed, _leaf_shape("signatories", **_OF_VERSION, text=DIGEST, list=DIGEST)),
    "retired": (Ended, _leaf_shape("retired", **_OF_VERSION, at=moment)),
    "superseded": (Ended, _leaf_shape("superseded", **_OF_VERSION, at=moment)),
    "key": (KeyChange, _leaf_shape("key", **KEY_MEMBERS)),
    "state": (State, _leaf_shape("state", time=moment, positions=whole(0), root=DIGEST, record=DIGEST)),
}


def read_leaf(leaf: bytes) -> Leaf:
    """The leaf of these bytes; Refused for bytes that no leaf has."""
    content = read_canonical(leaf, most=65_535)
    kind = content.get("kind")
    if type(kind) is not str or kind not in _KINDS:
        raise Refused("The leaf is of an unknown kind.")
    made_by, shape = _KINDS[kind]
    shape(content, "")
    given = {key: value for key, value in content.items() if key != "format" and (key != "kind" or made_by is Ended)}
    return made_by(**{key: tuple(value) if key == "signatures" else value for key, value in given.items()})
