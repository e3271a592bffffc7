"""A partner's proof: what the partner said and when, in the private record, under a public head that commits to it.

The partner keeps the file. It shows the facts that the partner's receipt shows and nothing of anyone else; any later
list can be compared with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signoff.evidence.anchors import HEADED, INDEX, STATE, Anchor, hashes_of, is_superseded, read_anchor
from signoff.evidence.canonical import canonical_json, commitment
from signoff.evidence.leaves import FORMAT as LEAF_FORMAT
from signoff.evidence.merkle import is_included, leaf_hash
from signoff.evidence.public_state import record_commitment
from signoff.evidence.shapes import (
    DIGEST,
    PATH,
    SLUG,
    VERSION,
    Shape,
    ensure_format,
    hexadecimal,
    line,
    map_of,
    moment,
    nothing_or,
    object_of,
    read_moment,
    whole,
    word,
)
from signoff.evidence.strict_json import MOST_INTEGER, Refused, read_canonical

PROOF_FORMAT = "signoff-proof/2"
_MOST_PROOF_BYTES = 200_000
_SHOWN: Mapping[str, Shape] = {
    "at": moment,
    "facts.digest": DIGEST,
    "facts.partner": SLUG,
    "facts.position": SLUG,
    "facts.version": VERSION,
}
_SHOWN_OF_KIND: Mapping[str, Mapping[str, Shape]] = {
    "partner_answered": {
        **_SHOWN,
        "kind": word("partner_answered"),
        "facts.verdict": word("approve", "decline", "abstain", "withdraw", "contest"),
        "facts.public_name": nothing_or(line(1_000)),
        "facts.public_note": line(10_000, least=0),
    },
    "name_removed": {**_SHOWN, "kind": word("name_removed"), "facts.verdict": word("remove")},
}
_HIDDEN = re.compile(r"by|facts\.[a-z_]{1,40}")


def _opened_fact(value: Shape) -> Shape:
    return object_of(value=value, salt=hexadecimal(16))


def _shape_for(kind: str) -> Shape:
    shown = object_of(**{name: _opened_fact(value) for name, value in _SHOWN_OF_KIND[kind].items()})
    return object_of(
        format=word(PROOF_FORMAT),
        entry=object_of(shown=shown, hidden=map_of(DIGEST, names=_HIDDEN, most=40), index=INDEX, path=PATH),
        record=object_of(size=whole(1, MOST_INTEGER), root=DIGEST, salt=DIGEST),
        state=STATE,
        **HEADED,
    )


_PROOFS: Mapping[str, Shape] = {kind: _shape_for(kind) for kind in _SHOWN_OF_KIND}


def shown_names(kind: str) -> tuple[str, ...]:
    """Which facts of an entry of this kind a partner's proof shows; KeyError for kinds that have none."""
    return tuple(sorted(_SHOWN_OF_KIND[kind]))


@dataclass(frozen=True)
class ProofVerdict:
    """What a partner's proof proves: the partner said this at that time, and the head commits to a record that has it.

    `verdict` is approve, decline, abstain, withdraw, contest, or remove where staff took the name away.
    """

    partner: str
    verdict: str
    public_name: str
    public_note: str
    at: datetime
    position: str
    version: int
    digest: str
    anchor: Anchor
    age: timedelta
    has_later_head: bool


def verify_proof(file: bytes | str, *, now: datetime, pinned: str = "", kept: str = "") -> ProofVerdict:
    """What a partner's proof proves; Refused with a sentence when anything in it is wrong. See `verify_bundle`."""
    proof = read_canonical(file, _MOST_PROOF_BYTES)
    ensure_format(proof, PROOF_FORMAT)
    proof_shape(proof)(proof, "")
    entry, record = proof["entry"], proof["record"]
    _ensure_in_record(entry, record)
    said = {name: one["value"] for name, one in entry["shown"].items()}
    committed = record_commitment(record["size"], record["root"], record["salt"])
    anchor = read_anchor(proof, committed, pinned=pinned, now=now)
    if read_moment(said["at"]) > anchor.time:
        raise Refused("The answer is later than the head that is said to cover it.")
    return ProofVerdict(
        partner=said["facts.partner"],
        verdict=said["facts.verdict"],
        public_name=said.get("facts.public_name") or "",
        public_note=said.get("facts.public_note", ""),
        at=read_moment(said["at"]),
        position=said["facts.position"],
        version=said["facts.version"],
        digest=said["facts.digest"],
        anchor=anchor,
        age=anchor.age(now),
        has_later_head=bool(kept) and is_superseded(anchor, kept),
    )


def proof_shape(proof: Any) -> Shape:
    """What a proof must be, by the kind of its entry."""
    try:
        return _PROOFS[proof["entry"]["shown"]["kind"]["value"]]
    except (KeyError, TypeError):
        return _PROOFS["partner_answered"]  # which says what is wrong


def _ensure_in_record(entry: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    if twice := sorted(entry["shown"].keys() & entry["hidden"].keys()):
        raise Refused(f"“entry” has “{twice[0]}” both shown and hidden.")
    shown = {name: commitment({name: one["value"]}, one["salt"]) for name, one in entry["shown"].items()}
    leaf = canonical_json({"format": LEAF_FORMAT, "facts": {**shown, **entry["hidden"]}}).encode()
    path, root = hashes_of(entry["path"]), bytes.fromhex(record["root"])
    if not is_included(leaf_hash(leaf), entry["index"], record["size"], path, root):
        raise Refused("The answer is not in the record that the file names: a fact, its salt or its place is another.")
    if (entry["shown"]["facts.verdict"]["value"] == "approve") is (_name_of(entry) is None):
        raise Refused("An approval, and nothing else, has a public name.")


def _name_of(entry: Mapping[str, Any]) -> str | None:
    name: str | None = entry["shown"].get("facts.public_name", {"value": None})["value"]
    return name
