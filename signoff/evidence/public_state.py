"""What leaves of the public log commit to: rows of live publications, lists, checks, the record's head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.evidence.merkle import Tree, leaf_hash

LIST_FORMAT = "signoff-list/1"
CHECK_FORMAT = "signoff-check/1"
RECORD_FORMAT = "signoff-record-head/1"


@dataclass(frozen=True, order=True)
class Row:
    """One live publication in the state: which version of a position, the digests of its text and of its list."""

    position: str
    version: int
    text: str
    list: str

    @property
    def hash(self) -> bytes:
        """The leaf hash of the row in the tree of the state."""
        return leaf_hash(canonical_json(vars(self)).encode())


def state_tree(rows: Sequence[Row]) -> Tree:
    """The tree over the rows in order of their positions; ValueError when a position has two."""
    if len({row.position for row in rows}) != len(rows):
        raise ValueError("a position has two live publications")
    return Tree([row.hash for row in sorted(rows)])


def list_digest(position: str, version: int, text: str, salt: str, signatories: Sequence[Mapping[str, Any]]) -> str:
    """The salted digest of a list: `salt` is 32 bytes by chance, in hexadecimal digits, new at each change of the list.

    Each signatory has `partner`, `name`, `note` and `approved_at`; they are in the order of `partner`.
    """
    content = {"position": position, "version": version, "text": text, "salt": salt, "signatories": list(signatories)}
    return sha256_hex(canonical_json({"format": LIST_FORMAT, **content}))


def check_digest(check: Mapping[str, Any]) -> str:
    """The digest of a check: `edition`, `adopted_on`, `completed_at` and the findings in the edition's order."""
    return sha256_hex(canonical_json({"format": CHECK_FORMAT, **check}))


def record_commitment(size: int, root: str, salt: str) -> str:
    """What a head says of the private record: its size and root under a salt of 32 bytes that no other head has."""
    return sha256_hex(canonical_json({"format": RECORD_FORMAT, "size": size, "root": root, "salt": salt}))
