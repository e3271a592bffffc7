"""Makes the files that carry evidence: bundles, whose lists are prepared once for many, and partners' proofs.

What is made is checked for its shape, not for its truth; verify it before it is served.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signoff.evidence.canonical import canonical_json
from signoff.evidence.leaves import leaf_of, shown
from signoff.evidence.partner_proofs import PROOF_FORMAT, proof_shape, shown_names
from signoff.evidence.position_bundles import BUNDLE, BUNDLE_FORMAT, SIGNATORIES, ensure_listed_in_order
from signoff.evidence.public_state import list_digest

_PLACEHOLDER = "\x00"  # which nothing else in a bundle can say


@dataclass(frozen=True)
class PreparedList:
    """A list of signatories as bundles carry it, with its salted digest: made once, kept while the list is the same."""

    position: str
    version: int
    text: str
    salt: str
    digest: str
    json: str


def prepare_list(
    position: str, version: int, text: str, salt: str, signatories: Sequence[Mapping[str, Any]]
) -> PreparedList:
    """Order, check and write a list; `text` is the digest of the text, `salt` 32 random bytes in hexadecimal digits.

    Each signatory has `partner`, `name`, `note` and `approved_at`. Refused when the list cannot be in a bundle.
    """
    ordered = sorted((dict(one) for one in signatories), key=lambda one: str(one["partner"]))
    SIGNATORIES(ordered, "list.signatories")
    ensure_listed_in_order(ordered)
    written = json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PreparedList(position, version, text, salt, list_digest(position, version, text, salt, ordered), written)


@dataclass(frozen=True)
class Place:
    """Where a leaf is in a tree, and the hashes beside the way from it to the root, lowest first."""

    index: int
    path: Sequence[bytes]

    @property
    def content(self) -> dict[str, Any]:
        """The place as files carry it."""
        return {"index": self.index, "path": [one.hex() for one in self.path]}


def bundle_around(
    *,
    text: str,
    check: Mapping[str, Any],
    published_at: str,
    publication: Place,
    listed: PreparedList,
    list_place: Place,
    row: Place,
    state: Mapping[str, Any],
    keys: Sequence[Mapping[str, Any]],
    head: str,
) -> dict[str, Any]:
    """A bundle without the signatories of its list; Refused when a part is not of its shape, ValueError for a list of
    another text.

    `publication` and `list_place` are places in the log, `row` in the tree of the state. `state` and `keys` are what
    `state_part` and `introduced` give.
    """
    if listed.text != hashlib.sha256(text.encode()).hexdigest():
        raise ValueError("the list is of another text")
    bundle = {
        "format": BUNDLE_FORMAT,
        "position": listed.position,
        "version": listed.version,
        "text": text,
        "check": check,
        "publication": {"at": published_at, **publication.content},
        "list": {**list_place.content, "salt": listed.salt, "signatories": []},
        "row": row.content,
        "state": state,
        "keys": list(keys),
        "head": head,
    }
    BUNDLE(bundle, "")
    return bundle


def written_around(bundle: Mapping[str, Any]) -> tuple[str, str]:
    """The text of a bundle before and after its signatories, which are a prepared list's `json`."""
    written = canonical_json({**bundle, "list": {**bundle["list"], "signatories": _PLACEHOLDER}})
    before, _, after = written.partition('"\\u0000"')
    return before, after


def bundle_file(*, listed: PreparedList, **parts: Any) -> str:
    """The text of a bundle, of what `bundle_around` takes."""
    before, after = written_around(bundle_around(listed=listed, **parts))
    return f"{before}{listed.json}{after}"


def proof_file(
    *,
    entry: str,
    place: Place,
    record: Mapping[str, Any],
    state: Mapping[str, Any],
    keys: Sequence[Mapping[str, Any]],
    head: str,
) -> str:
    """The text of a partner's proof; KeyError for an entry of a kind that has none.

    `entry` is the body of the entry, `place` its place in the private record. `record`: size, root, salt of the
    record's head that the state commits to. `state` is what `state_part` gives, without the record.
    """
    names = shown_names(json.loads(entry)["kind"])
    commitments = json.loads(leaf_of(entry))["facts"]
    hidden = {name: value for name, value in commitments.items() if name not in names}
    proof = {
        "format": PROOF_FORMAT,
        "entry": {"shown": shown(entry, names), "hidden": hidden, **place.content},
        "record": record,
        "state": state,
        "keys": list(keys),
        "head": head,
    }
    proof_shape(proof)(proof, "")
    return canonical_json(proof)
