"""What bundles and partners' proofs have in common: a signed head, the log's keys, and the state it ends with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signoff.evidence.heads import Head, bears_signature, open_sole, read_head, read_key
from signoff.evidence.key_changes import chain_of
from signoff.evidence.log_leaves import KEY_MEMBERS, KeyChange, State
from signoff.evidence.merkle import is_included, leaf_hash
from signoff.evidence.notes import Verifier
from signoff.evidence.shapes import DIGEST, PATH, Shape, lines, list_of, moment, object_of, read_moment, whole
from signoff.evidence.strict_json import MOST_INTEGER, Refused

MOST_KEYS = 100
AHEAD = timedelta(minutes=5)  # how far a head may be ahead of the reader's clock

INDEX = whole(0, MOST_INTEGER - 1)
_STATE: Mapping[str, Shape] = {"path": PATH, "positions": whole(0, 1_000_000_000), "root": DIGEST, "time": moment}
STATE = object_of(**_STATE)
STATE_WITH_RECORD = object_of(**_STATE, record=DIGEST)
HEADED: Mapping[str, Shape] = {
    "head": lines(2_000),
    "keys": list_of(object_of(**KEY_MEMBERS, index=INDEX, path=PATH), least=1, most=MOST_KEYS),
}


@dataclass(frozen=True)
class Anchor:
    """The head that evidence stands on: verified, with its time and the keys of its log, oldest first.

    `pinned` says whether the reader's own key is among them; otherwise the keys are only those that the file names.
    """

    head: Head
    note: str
    time: datetime
    keys: tuple[Verifier, ...]
    pinned: bool

    @property
    def key(self) -> Verifier:
        """The key that signed the head."""
        return self.keys[-1]

    def age(self, now: datetime) -> timedelta:
        """How old the head is."""
        return max(now - self.time, timedelta(0))


def hashes_of(path: Sequence[str]) -> list[bytes]:
    """The hashes of a path that a file carries as hexadecimal digits."""
    return [bytes.fromhex(one) for one in path]


def ensure_included(leaf: bytes, index: int, path: Sequence[str], head: Head, what: str) -> None:
    """Refuse unless the path leads from the leaf at its place to the root of the head."""
    if not is_included(leaf_hash(leaf), index, head.size, hashes_of(path), head.root):
        raise Refused(f"{what} is not in the log under this head.")


def read_anchor(file: Mapping[str, Any], record: str, *, pinned: str, now: datetime) -> Anchor:
    """Verify head, keys and state of a file of the right shape; `record` is what the state must say of the record.

    Refused when anything of it is wrong, or the head is from the future.
    """
    head = read_head(file["head"])
    changes = [KeyChange(one["key"], one["after"], tuple(one["signatures"])) for one in file["keys"]]
    keys = chain_of(changes, head.origin)
    open_sole(file["head"], keys[-1])
    _ensure_introduced(changes, file["keys"], head)
    state = file["state"]
    leaf = State(time=state["time"], positions=state["positions"], root=state["root"], record=record)
    ensure_included(leaf.encoded, head.size - 1, state["path"], head, "The state, as the last leaf,")
    time = read_moment(state["time"])
    if time > now + AHEAD:
        raise Refused(f"The head is from the future: it says {state['time']}. Please check the clock of this computer.")
    if pinned and read_key(pinned) not in keys:
        raise Refused("The file is signed with another key than the one you gave, and no hand-over leads to it.")
    return Anchor(head, file["head"], time, keys, bool(pinned))


def state_part(state: State, path: Sequence[bytes], *, in_bundle: bool) -> dict[str, Any]:
    """A head's state as files carry it; in a partner's proof what it says of the record follows from the record."""
    part = {"time": state.time, "positions": state.positions, "root": state.root, "path": [one.hex() for one in path]}
    return {**part, "record": state.record} if in_bundle else part


def _ensure_introduced(changes: Sequence[KeyChange], told: Sequence[Mapping[str, Any]], head: Head) -> None:
    places = [one["index"] for one in told]
    if places[0] != 0 or sorted(set(places)) != places or places[-1] >= head.size - 1:
        raise Refused("The keys are not in the order in which the log has them, with the first key as its first leaf.")
    for change, one in zip(changes, told, strict=True):
        ensure_included(change.encoded, one["index"], one["path"], head, "The introduction of a key")


def is_superseded(anchor: Anchor, kept: str) -> bool:
    """Whether the log has a later head than this: the one that the reader kept, a checkpoint signed by one of its keys.

    Refused when the two show that the log was forked, or the checkpoint is of another log.
    """
    other = read_head(kept)
    if not any(bears_signature(kept, key) for key in anchor.keys):
        raise Refused("The head that you kept is not signed by a key of this log.")
    if other.size == anchor.head.size and other.root != anchor.head.root:
        raise Refused("The log was forked: the head that you kept and the head in the file differ at the same size.")
    return other.size > anchor.head.size
