"""A whole public log in memory, with the private record beside it: what tests make bundles and proofs of."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from signoff.evidence.anchors import state_part
from signoff.evidence.canonical import canonical_json
from signoff.evidence.file_writing import Place, PreparedList, bundle_file, proof_file
from signoff.evidence.heads import Head
from signoff.evidence.key_changes import change_key, introduced
from signoff.evidence.leaves import leaf_of
from signoff.evidence.log_leaves import Ended, KeyChange, Leaf, Listed, Published, State
from signoff.evidence.merkle import Tree, leaf_hash
from signoff.evidence.notes import Signer
from signoff.evidence.public_state import Row, check_digest, list_digest, record_commitment, state_tree

ORIGIN = "positions.example/log"
START = datetime(2025, 11, 29, 14, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = (Signer(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3))
ALDER = {"partner": "alder", "name": "Alder School Fund", "note": "", "approved_at": "2025-11-28T09:00:00.250000Z"}
BIRCH = {"partner": "birch", "name": "Birch “Éa” & Sons", "note": "With joy.", "approved_at": "2025-11-28T10:00:00Z"}
CEDAR = {"partner": "cedar", "name": "Cedar 学校", "note": "", "approved_at": "2025-11-28T11:00:00Z"}
CHECK = {
    "edition": 1,
    "adopted_on": "2016-09-01",
    "completed_at": "2025-11-27T16:00:00Z",
    "findings": [
        {"criterion": "vision", "name": "Vision", "verdict": "advances", "rationale": "It does.", "quotes": ["Fund"]},
        {"criterion": "equity", "name": "Equity", "verdict": "not_engaged", "rationale": "", "quotes": []},
    ],
}


def text_of(**fields: str) -> str:
    """The canonical form, written here once more."""
    given = {"language": "en", "kind": "position", "title": "Fund it", "summary": "Do.", "body": "## A\n\nB é"} | fields
    parts = [f"{name} {len(value.encode())}\n{value}\n" for name, value in given.items()]
    return "signoff-text/1\n" + "".join(parts)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def salt_of(word: object) -> str:
    return hashlib.sha256(f"salt {word}".encode()).hexdigest()


@dataclass
class PublicLog:
    """Facts are added one by one; `head` ends them with a state and signs."""

    signer: Signer = FIRST
    check: dict[str, Any] = field(default_factory=lambda: CHECK)
    leaves: list[bytes] = field(default_factory=list)
    keys: list[tuple[KeyChange, int]] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    published: dict[str, tuple[int, str]] = field(default_factory=dict)
    lists: dict[str, tuple[int, str, list[dict[str, Any]]]] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.introduce(self.signer, None)

    def add(self, leaf: Leaf) -> int:
        self.leaves.append(leaf.encoded)
        return len(self.leaves) - 1

    def introduce(self, new: Signer, old: Signer | None) -> None:
        change = change_key(new, old)
        self.keys.append((change, self.add(change)))
        self.signer = new

    def publish(self, position: str = "fund-it", version: int = 1, text: str = "", names: Any = (ALDER, BIRCH)) -> None:
        self.texts[position] = text or text_of()
        digest, at = digest_of(self.texts[position]), "2025-11-29T13:00:00Z"
        self.published[position] = (self.add(Published(position, version, digest, check_digest(self.check), at)), at)
        self.rows[position] = Row(position, version, digest, "")
        self.list(position, names)

    def list(self, position: str = "fund-it", names: Any = (ALDER, BIRCH)) -> None:
        row, salt = self.rows[position], salt_of(len(self.leaves))
        hashed = list_digest(position, row.version, row.text, salt, names)
        self.rows[position] = Row(position, row.version, row.text, hashed)
        self.lists[position] = (self.add(Listed(position, row.version, row.text, hashed)), salt, list(names))

    def end(self, position: str = "fund-it", kind: str = "retired") -> None:
        self.add(Ended(kind, position, self.rows.pop(position).version, "2025-11-29T13:30:00Z"))

    def record(self, verdict: str = "approve", partner: dict[str, str] = ALDER, **facts: Any) -> int:
        told = {"position": "fund-it", "version": 1, "digest": digest_of(text_of()), "partner": partner["partner"]}
        said = {"verdict": verdict, "sequence": 1, "person": salt_of(partner)}
        if verdict != "remove":
            name, note = (partner["name"], partner["note"]) if verdict == "approve" else (None, "")
            said |= {"public_name": name, "public_note": note, "authority": "board"}
        body = {"format": "signoff-entry/1", "kind": "name_removed" if verdict == "remove" else "partner_answered"}
        body |= {"at": facts.pop("at", partner["approved_at"]), "by": "contact:4", "facts": told | said | facts}
        self.entries.append(canonical_json({**body, "salt": salt_of(len(self.entries))[:32]}))
        return len(self.entries) - 1

    def head(self, at: datetime | None = None) -> str:
        tree, rows = Tree([leaf_hash(leaf_of(entry)) for entry in self.entries]), list(self.rows.values())
        record = {"size": len(self.entries), "root": tree.root.hex(), "salt": salt_of(f"head {len(self.heads)}")}
        time = f"{at or START + timedelta(minutes=len(self.heads)):%Y-%m-%dT%H:%M:%SZ}"
        committed = record_commitment(record["size"], record["root"], record["salt"])
        self.states.append(State(time, len(rows), state_tree(rows).root.hex(), committed))
        self.add(self.states[-1])
        self.records.append(record)
        self.heads.append(Head(ORIGIN, len(self.leaves), self.tree().root).signed(self.signer))
        return self.heads[-1]

    def tree(self, size: int | None = None) -> Tree:
        return Tree([leaf_hash(leaf) for leaf in self.leaves[:size]])

    def headed(self, *, in_bundle: bool) -> dict[str, Any]:
        tree, state = self.tree(), self.states[-1]
        return {
            "head": self.heads[-1],
            "keys": [introduced(change, Place(index, tree.proof(index)).content) for change, index in self.keys],
            "state": state_part(state, tree.proof(len(self.leaves) - 1), in_bundle=in_bundle),
        }

    def bundle_of(self, position: str = "fund-it") -> dict[str, Any]:
        return json.loads(self.bundle(position))

    def bundle(self, position: str = "fund-it") -> str:
        """The bundle under the newest head, which must be the last leaf, with the list of the log, even a wrong one."""
        tree, rows = self.tree(), sorted(self.rows.values())
        (index, at), (place, salt, names) = self.published[position], self.lists[position]
        number = [row.position for row in rows].index(position)
        row = self.rows[position]
        written = json.dumps(names, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return bundle_file(
            text=self.texts[position],
            check=self.check,
            published_at=at,
            publication=Place(index, tree.proof(index)),
            listed=PreparedList(position, row.version, row.text, salt, row.list, written),
            list_place=Place(place, tree.proof(place)),
            row=Place(number, state_tree(rows).proof(number)),
            **self.headed(in_bundle=True),
        )

    def proof(self, number: int) -> str:
        """The partner's proof of an entry under the newest head."""
        record = self.records[-1]
        tree = Tree([leaf_hash(leaf_of(one)) for one in self.entries[: record["size"]]])
        place = Place(number, tree.proof(number))
        return proof_file(entry=self.entries[number], place=place, record=record, **self.headed(in_bundle=False))


NOW = START + timedelta(minutes=10)


def small_log() -> PublicLog:
    """One key, one position with two names, one head."""
    log = PublicLog()
    log.record(partner=ALDER)
    log.record(partner=BIRCH)
    log.publish()
    log.head()
    return log


def altered(bundle: dict[str, Any]) -> str:
    """A changed bundle in the one spelling that is read."""
    return canonical_json(bundle)
