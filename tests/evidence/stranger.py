"""A verifier of bundles, proofs and logs, written from `docs/evidence.md` alone: it shares no code with the program."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]

MAX_BUNDLE = 16 * 1024 * 1024
MAX_BUNDLE_MARKS = 1_000_000
MAX_PROOF = 200_000
MAX_LEAF = 65_535
CLOCK_TOLERANCE = timedelta(minutes=5)
FRESH = timedelta(days=1)
LOG_FORMAT = "signoff-log/1"
TEXT_HEADER = b"signoff-text/1\n"
KNOWN_FIELDS = (
    "language", "kind", "title", "addressed_to", "reference", "summary", "body", "date_line", "salutation", "closing",
    "copies", "enclosures", "press_contact", "docket", "hearing",
)  # fmt: skip


class Refused(Exception):
    """The file, log or head is not what the format demands."""


def require(condition: object, reason: str) -> None:
    """Refuse unless a condition holds."""
    if not condition:
        raise Refused(reason)


def canonical(value: object) -> bytes:
    """Return the one accepted spelling of a JSON value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def digest_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def parse_canonical(data: bytes, limit: int) -> Any:
    """Parse JSON and refuse every spelling but the canonical one."""
    require(len(data) <= limit, f"it is longer than {limit} bytes")

    def not_an_integer(spelling: str) -> NoReturn:
        raise ValueError(spelling)

    try:
        value = json.loads(data.decode("utf-8"), parse_float=not_an_integer, parse_constant=not_an_integer)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise Refused("it is not valid JSON") from error
    require(same, "it is not canonical JSON")
    return value


class Items(NamedTuple):
    """The shape of a list: the shape of its items, and how many there may be."""

    shape: Any
    low: int
    high: int


def conform(shape: Any, value: Any, where: str) -> None:
    """Refuse a value that is not of a shape.

    A shape is a dictionary of shapes for an object with exactly these keys, `Items` for a list, a range for an integer,
    a tuple for one of several values, a pattern for a string that it matches as a whole, or a function that checks.
    """
    fits = True
    if isinstance(shape, dict):
        require(isinstance(value, dict) and value.keys() == shape.keys(), f"{where} has not exactly its keys")
        for name, inner in shape.items():
            conform(inner, value[name], f"{where}.{name}")
    elif isinstance(shape, Items):
        require(isinstance(value, list) and shape.low <= len(value) <= shape.high, f"{where} is not a list of its size")
        for place, item in enumerate(value):
            conform(shape.shape, item, f"{where}[{place}]")
    elif isinstance(shape, range):
        fits = type(value) is int and value in shape
    elif isinstance(shape, tuple):
        fits = (value is None or isinstance(value, str)) and value in shape
    elif isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and shape.fullmatch(value) is not None
    else:
        shape(value, where)
    require(fits, f"{where} is not a value of its type")


def line(limit: int, low: int = 1) -> re.Pattern[str]:
    """Make the shape of a string without control characters."""
    return re.compile(rf"[^\x00-\x1f\x7f-\x9f]{{{low},{limit}}}")


def lines(limit: int, low: int = 1) -> re.Pattern[str]:
    """Make the shape of a string whose only control characters are line feeds and tabs."""
    return re.compile(rf"[^\x00-\x08\x0b-\x1f\x7f-\x9f]{{{low},{limit}}}")


TIME = re.compile(r"2[01][0-9]{2}(?:-[0-9]{2}){2}T(?:[01][0-9]|2[0-3])(?::[0-9]{2}){2}(?:\.(?!000000)[0-9]{6})?Z")
DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


def parse_time(value: Any, where: str = "a time") -> datetime:
    """Read a time in the one spelling it may have."""
    conform(TIME, value, where)
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(f"{where} does not exist") from error


def check_date(value: Any, where: str) -> None:
    """Refuse what is not a date."""
    conform(DATE, value, where)
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise Refused(f"{where} does not exist") from error


NATURAL = range(2**53)
VERSION = range(1, 1_000_000_001)
DIGEST = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")
ORIGIN = re.compile(r"[!-*,-~]{1,200}")
FACT_NAME = re.compile(r"by|facts\.[a-z_]{1,40}")
SLUG = line(200)
PLACE = {"index": NATURAL, "path": Items(DIGEST, 0, 63)}
KEY = {"key": line(500), "after": line(500, 0), "signatures": Items(re.compile(r"[0-9a-f]{128}"), 1, 2)}
CHAIN = {"keys": Items({**KEY, **PLACE}, 1, 100), "head": lines(2_000)}
STATE = {"time": parse_time, "positions": range(1_000_000_001), "root": DIGEST, "path": PLACE["path"]}
FINDING = {
    "criterion": line(200),
    "name": line(1_000),
    "verdict": ("advances", "not_engaged", "works_against", "cannot_tell"),
    "rationale": lines(100_000, 0),
    "quotes": Items(lines(100_000), 0, 1_000),
}
SIGNATORY = {"partner": SLUG, "name": line(1_000), "note": line(10_000, 0), "approved_at": parse_time}
BUNDLE = {
    "format": ("signoff-bundle/2",),
    "position": SLUG,
    "version": VERSION,
    "text": lines(1_000_000),
    "check": {
        "edition": range(1, 1_000_001),
        "adopted_on": check_date,
        "completed_at": parse_time,
        "findings": Items(FINDING, 1, 1_000),
    },
    "publication": {"at": parse_time, **PLACE},
    "list": {"salt": DIGEST, "signatories": Items(SIGNATORY, 0, 100_000), **PLACE},
    "row": PLACE,
    "state": {"record": DIGEST, **STATE},
    **CHAIN,
}
LEAF_VERSION = {"position": SLUG, "version": VERSION}
LEAVES: dict[str, Json] = {
    "key": KEY,
    "published": {**LEAF_VERSION, "text": DIGEST, "check": DIGEST, "at": parse_time},
    "signatories": {**LEAF_VERSION, "text": DIGEST, "list": DIGEST},
    "retired": {**LEAF_VERSION, "at": parse_time},
    "superseded": {**LEAF_VERSION, "at": parse_time},
    "state": {"time": parse_time, "positions": NATURAL, "root": DIGEST, "record": DIGEST},
}


def proof_shape(kind: object, verdict: object) -> Json:
    """Make the shape of a partner's proof that shows this kind and verdict."""
    facts = {
        "kind": ("partner_answered", "name_removed"),
        "at": parse_time,
        "facts.position": SLUG,
        "facts.version": VERSION,
        "facts.digest": DIGEST,
        "facts.partner": SLUG,
        "facts.verdict": ("remove",),
    }
    if kind == "partner_answered":
        facts["facts.verdict"] = ("approve", "decline", "abstain", "withdraw", "contest")
        facts["facts.public_name"] = line(1_000) if verdict == "approve" else (None,)
        facts["facts.public_note"] = line(10_000, 0)

    def check_hidden(value: Any, where: str) -> None:
        require(isinstance(value, dict) and 1 <= len(value) <= 40, f"{where} is not 1 to 40 facts")
        for name, commitment in value.items():
            conform(FACT_NAME, name, f"a name in {where}")
            conform(DIGEST, commitment, f"{where}.{name}")

    shown = {name: {"value": shape, "salt": SALT} for name, shape in facts.items()}
    return {
        "format": ("signoff-proof/2",),
        "entry": {"shown": shown, "hidden": check_hidden, **PLACE},
        "record": {"size": range(1, 2**53), "root": DIGEST, "salt": DIGEST},
        "state": STATE,
        **CHAIN,
    }


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over some leaves."""
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else hashlib.sha256().digest()


def check_included(leaf: bytes, place: Json, size: int, root: bytes, what: str, index: int | None = None) -> None:
    """Refuse unless the leaf is at its index of the tree (RFC 9162, 2.1.3.2)."""
    at, last, value = place["index"] if index is None else index, size - 1, leaf_hash(leaf)
    require(at < size, f"{what} has a place beyond the tree")
    for sibling in map(bytes.fromhex, place["path"]):
        require(last > 0, f"{what} has a path that is too long")
        if at & 1 or at == last:
            value = node_hash(sibling, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        at, last = at >> 1, last >> 1
    require(last == 0 and value == root, f"{what} is not included where it must be")


def decode_base64(text: str, what: str) -> bytes:
    """Read Base64 in its one canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"{what} is not Base64") from error
    require(base64.b64encode(data).decode("ascii") == text, f"{what} is not canonical Base64")
    return data


@dataclass(frozen=True)
class Key:
    """A public key of a log."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key that is written `name+id+key`."""
        name, written_id, encoded = [*text.split("+", 2), "", ""][:3]
        conform(ORIGIN, name, "the name of a key")
        raw = decode_base64(encoded, "a key")
        require(len(raw) == 33 and raw[0] == 1, "a key is not an Ed25519 key of a log")
        key_id = hashlib.sha256(name.encode("ascii") + b"\n" + raw).digest()[:4]
        require(written_id == key_id.hex(), "the id of a key is wrong")
        return cls(name, key_id, raw[1:])

    def check_signature(self, signature: bytes, message: bytes, what: str) -> None:
        """Refuse unless this key made the signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise Refused(f"the signature of {what} is wrong") from error


@dataclass(frozen=True)
class Head:
    """A checkpoint, read but not yet verified."""

    origin: str
    size: int
    root: bytes
    message: bytes
    signatures: list[tuple[str, str, bytes]]

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read a checkpoint."""
        body, _, tail = text.partition("\n\n")
        rows = body.split("\n")
        require(len(rows) == 3 and tail.endswith("\n"), "the head is not three lines, an empty line and signatures")
        conform(ORIGIN, rows[0], "the origin of the head")
        conform(re.compile("0|[1-9][0-9]{0,15}"), rows[1], "the size of the head")
        conform(NATURAL, size := int(rows[1]), "the size of the head")
        root = decode_base64(rows[2], "the root of the head")
        require(len(root) == 32, "the root of the head has not 32 bytes")
        signatures = []
        for row in tail[:-1].split("\n"):
            mark, name, encoded = [*row.split(" "), "", ""][:3]
            try:
                signatures.append((mark, name, decode_base64(encoded, "a line of signature")))
            except Refused:
                signatures.append((mark, name, b""))
        return cls(rows[0], size, root, f"{body}\n".encode("ascii"), signatures)

    def check_signed(self, key: Key) -> None:
        """Refuse unless the key signed this head."""
        own = [data[4:] for *mark, data in self.signatures if mark == ["\u2014", key.name] and data[:4] == key.id]
        require(own and key.name == self.origin, "the current key did not sign the head")
        for signature in own[:-1]:
            with suppress(Refused):
                return key.check_signature(signature, self.message, "the head")
        return key.check_signature(own[-1], self.message, "the head")


@dataclass
class Keys:
    """The keys of a log, in the order in which they were introduced."""

    texts: list[str] = field(default_factory=list)
    parsed: list[Key] = field(default_factory=list)

    def add(self, entry: Json) -> None:
        """Verify the introduction of one more key."""
        key, before, text = Key.parse(entry["key"]), self.texts[-1] if self.texts else "", entry["key"]
        require(text not in self.texts, "a key comes twice")
        require(entry["after"] == before, "a key does not name the key before it")
        require(not before or key.name == self.parsed[0].name, "a key has another name than the first")
        signers = [key, *self.parsed[-1:]]
        require(len(entry["signatures"]) == len(signers), "a key has not exactly the signatures it needs")
        statement = f"signoff-key/1\n{before}\n{text}\n".encode("ascii")
        for signer, signature in zip(signers, entry["signatures"], strict=True):
            signer.check_signature(bytes.fromhex(signature), statement, "a key")
        self.texts.append(text)
        self.parsed.append(key)


def log_leaf(kind: str, **facts: Any) -> bytes:
    """Make a leaf of the public log."""
    return canonical({"format": LOG_FORMAT, "kind": kind, **facts})


def read_text(text: str) -> dict[str, str]:
    """Read the fields of an approved text."""
    data = text.encode("utf-8")
    require(data.startswith(TEXT_HEADER), "the text does not begin with signoff-text/1")
    fields: dict[str, str] = {}
    start, rank = len(TEXT_HEADER), 0
    while start < len(data):
        match = re.compile(rb"([a-z][a-z_]{0,39}) ([1-9][0-9]{0,6})\n").match(data, start)
        if not match:
            raise Refused("a field of the text has a malformed name or length")
        name, end = match[1].decode("ascii"), match.end() + int(match[2])
        require(data[end : end + 1] == b"\n", f"the length of {name} does not lead to a line feed")
        own_rank = KNOWN_FIELDS.index(name) if name in KNOWN_FIELDS else len(KNOWN_FIELDS)
        require(name not in fields and own_rank >= rank, f"{name} is twice in the text, or out of order")
        value = data[match.end() : end].decode("utf-8")
        conform(lines(1_000_000), value, name)
        require(not value.endswith((" ", "\n")), f"{name} ends with a space or a line feed")
        fields[name], start, rank = value, end + 1, own_rank
    require("title" in fields and "\n" not in fields["title"], "the text has no title of one line")
    return fields


def verify_head(file: Json, record: str, now: datetime, pinned: str) -> tuple[Head, Json]:
    """Verify keys, head and state, which both kinds of file have."""
    head, state, keys, before = Head.parse(file["head"]), file["state"], Keys(), -1
    for entry in file["keys"]:
        keys.add(entry)
        ascending = before < entry["index"] if keys.texts[1:] else entry["index"] == 0
        require(ascending, "the places of the keys do not begin with 0 and ascend")
        before = entry["index"]
        leaf = log_leaf("key", **{name: entry[name] for name in KEY})
        check_included(leaf, entry, head.size, head.root, "a key")
    require(before < head.size - 1, "the last key is not before the state")
    require(len(head.signatures) == 1, "the head has not exactly one line of signature")
    head.check_signed(keys.parsed[-1])
    leaf = log_leaf("state", positions=state["positions"], record=record, root=state["root"], time=state["time"])
    check_included(leaf, state, head.size, head.root, "the state", head.size - 1)
    age = (now if now.tzinfo else now.replace(tzinfo=UTC)) - parse_time(state["time"])
    require(-age <= CLOCK_TOLERANCE, "the head is from the future")
    if pinned:
        Key.parse(pinned)
        require(pinned in keys.texts, "the trusted key is not a key of this file")
    return head, {
        "as_of": state["time"],
        "old": age > FRESH,
        "pinned": bool(pinned),
        "size": head.size,
        "root": head.root.hex(),
        "first_key": keys.texts[0],
        "key": keys.texts[-1],
        "fingerprint": hashlib.sha256(keys.parsed[-1].public).hexdigest()[:16],
    }


def verify_bundle(data: bytes, *, now: datetime, key: str = "") -> Json:
    """Verify a bundle and return what it proves."""
    require(len(data) <= MAX_BUNDLE, "it is too large for a bundle")
    require(sum(map(data.count, (b"{", b"[", b","))) <= MAX_BUNDLE_MARKS, "it has too many parts for a bundle")
    bundle = parse_canonical(data, MAX_BUNDLE)
    conform(BUNDLE, bundle, "bundle")
    fields = read_text(bundle["text"])
    check, publication, listed, state = (bundle[name] for name in ("check", "publication", "list", "state"))
    signatories, findings = listed["signatories"], check["findings"]
    require(all(a["partner"] < b["partner"] for a, b in pairwise(signatories)), "the signatories are out of order")
    require(len({one["name"] for one in signatories}) == len(signatories), "a name is twice in the list")
    require(len({one["criterion"] for one in findings}) == len(findings), "a criterion is twice in the check")
    require(publication["index"] < listed["index"], "the list is not after the publication")
    times = [publication["at"], check["completed_at"], *(one["approved_at"] for one in signatories)]
    require(max(map(parse_time, times)) <= parse_time(state["time"]), "a time is later than the state")

    head, result = verify_head(bundle, state["record"], now, key)
    text = hashlib.sha256(bundle["text"].encode("utf-8")).hexdigest()
    version = {"position": bundle["position"], "version": bundle["version"], "text": text}
    digest = digest_of({"format": "signoff-list/1", "salt": listed["salt"], "signatories": signatories, **version})
    row = canonical({"list": digest, **version})
    check_included(row, bundle["row"], state["positions"], bytes.fromhex(state["root"]), "the row")
    check_digest = digest_of({"format": "signoff-check/1", **check})
    leaf = log_leaf("published", check=check_digest, at=publication["at"], **version)
    check_included(leaf, publication, head.size, head.root, "the publication")
    leaf = log_leaf("signatories", list=digest, **version)
    check_included(leaf, listed, head.size, head.root, "the list")
    return {**result, **version, "fields": fields, "check": check, "signatories": signatories, "list": digest}


def verify_partner_proof(data: bytes, *, now: datetime, key: str = "") -> Json:
    """Verify a partner's proof and return what it proves."""
    proof = parse_canonical(data, MAX_PROOF)
    try:
        shown = proof["entry"]["shown"]
        shape = proof_shape(shown["kind"]["value"], shown["facts.verdict"]["value"])
    except (KeyError, TypeError, IndexError) as error:
        raise Refused("the proof shows no kind or no verdict") from error
    conform(shape, proof, "proof")
    entry, record = proof["entry"], proof["record"]
    require(not shown.keys() & entry["hidden"].keys(), "a fact is both shown and hidden")
    opened = {name: digest_of({"facts": {name: fact["value"]}, "salt": fact["salt"]}) for name, fact in shown.items()}
    leaf = canonical({"facts": {**opened, **entry["hidden"]}, "format": "signoff-leaf/1"})
    check_included(leaf, entry, record["size"], bytes.fromhex(record["root"]), "the answer")
    _, result = verify_head(proof, digest_of({"format": "signoff-record-head/1", **record}), now, key)
    on_time = parse_time(shown["at"]["value"]) <= parse_time(proof["state"]["time"])
    require(on_time, "the answer is later than the state")
    return {**result, **{name.removeprefix("facts."): fact["value"] for name, fact in shown.items()}}


def compare(proof: Json, bundle: Json) -> tuple[str, str]:
    """Say what a verified proof and a verified bundle mean for each other.

    The first part is `unrelated`, `contradiction`, `ask` or `agreement`; the second says why.
    """
    if proof["first_key"] != bundle["first_key"]:
        return "unrelated", "they are of different logs"
    later, later_time = bundle["size"] - proof["size"], parse_time(bundle["as_of"]) - parse_time(proof["as_of"])
    if (later == 0 and bundle["root"] != proof["root"]) or (later and later * later_time <= timedelta(0)):
        return "contradiction", "the log was forked"
    if (proof["position"], proof["version"]) != (bundle["position"], bundle["version"]):
        return "unrelated", "they are about different texts"
    if proof["digest"] != bundle["text"]:
        return "contradiction", "they have different texts of one version"
    if later < 0:
        return "unrelated", "the list is from before the answer and says nothing about it"
    named = next((one for one in bundle["signatories"] if one["partner"] == proof["partner"]), None)
    approved = proof["verdict"] == "approve"
    if named is None and approved:
        return "ask", "the list no longer names the partner; ask for the proof of the entry that says why"
    if named is None:
        return "agreement", "the list does not name the partner"
    approved_at, answered_at = parse_time(named["approved_at"]), parse_time(proof["at"])
    if approved_at > answered_at:
        return "ask", "the list names a later approval; ask for its proof"
    if not approved:
        return "contradiction", "the list keeps a name after it had to go"
    if approved_at < answered_at:
        return "contradiction", "the list names an earlier approval than this one"
    if (named["name"], named["note"]) != (proof["public_name"], proof["public_note"]):
        return "contradiction", "the list names the partner under another name or note"
    return "agreement", "the list names the partner as it approved"


@dataclass
class Log:
    """What the leaves of a log make, one after the other."""

    keys: Keys = field(default_factory=Keys)
    live: dict[str, Json] = field(default_factory=dict)
    versions: set[tuple[str, int]] = field(default_factory=set)
    acts: list[datetime] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def add(self, data: bytes) -> str:
        """Check one more leaf and return its kind."""
        leaf = parse_canonical(data, MAX_LEAF)
        kind = leaf.get("kind") if isinstance(leaf, dict) else None
        conform(tuple(LEAVES), kind, "the kind of a leaf")
        conform({"format": (LOG_FORMAT,), "kind": (kind,), **LEAVES[str(kind)]}, leaf, "leaf")
        require(kind == "key" or self.keys.texts, "the first leaf is not a key")
        if "at" in leaf:
            self.acts.append(parse_time(leaf["at"]))
        steps: dict[str, Callable[[Json], None]] = {
            "key": self.keys.add, "published": self._publish, "signatories": self._list, "state": self._state
        }  # fmt: skip
        steps.get(str(kind), self._end)(leaf)
        return str(kind)

    def _publish(self, leaf: Json) -> None:
        version = leaf["position"], leaf["version"]
        require(leaf["position"] not in self.live, "a position is published while a version of it is")
        require(version not in self.versions, "a version is published twice")
        self.versions.add(version)
        self.live[leaf["position"]] = {name: leaf[name] for name in ("position", "version", "text")}

    def _current(self, leaf: Json) -> Json:
        row = self.live.get(leaf["position"], {})
        fits = row and all(row[name] == leaf[name] for name in ("version", "text") if name in leaf)
        require(fits, "a leaf does not belong to the live publication")
        return row

    def _list(self, leaf: Json) -> None:
        row = self._current(leaf)
        require(row.get("list") != leaf["list"], "a list is repeated")
        row["list"] = leaf["list"]

    def _end(self, leaf: Json) -> None:
        del self.live[self._current(leaf)["position"]]

    def _state(self, leaf: Json) -> None:
        require(all("list" in row for row in self.live.values()), "a live publication has no list")
        rows = [canonical(self.live[position]) for position in sorted(self.live)]
        same = leaf["positions"] == len(rows) and leaf["root"] == tree_root(rows).hex()
        require(same, "a state is not what the leaves before it make")
        moment = parse_time(leaf["time"])
        require(all(moment > before for before in self.times[-1:]), "a state is not later than the one before it")
        require(all(moment >= act for act in self.acts), "a state is earlier than an act before it")
        self.times.append(moment)
        self.acts.clear()


def follow_log(leaves: list[bytes], head: str) -> Json:
    """Check all leaves of a log and the head over them, and return what is live."""
    log, kind = Log(), ""
    for index, leaf in enumerate(leaves):
        try:
            kind = log.add(leaf)
        except Refused as error:
            raise Refused(f"leaf {index}: {error}") from error
    require(kind == "state", "the last leaf is not a state")
    checkpoint = Head.parse(head)
    same = checkpoint.size == len(leaves) and checkpoint.root == tree_root(leaves)
    require(same, "the head is not over these leaves")
    checkpoint.check_signed(log.keys.parsed[-1])
    live = [log.live[position] for position in sorted(log.live)]
    return {"size": checkpoint.size, "root": checkpoint.root.hex(), "key": log.keys.texts[-1], "live": live}
