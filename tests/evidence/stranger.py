"""A verifier written from `docs/evidence.md` alone: it imports nothing of the program and is kept apart from it."""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LARGEST = 2**53 - 1
DIGEST = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?Z", re.ASCII)
KNOWN = (
    *(
        "language",
        "kind",
        "title",
        "addressed_to",
        "reference",
        "summary",
        "body",
        "date_line",
        "salutation",
        "closing",
    ),
    *("copies", "enclosures", "press_contact", "docket", "hearing"),
)


class Refuse(Exception):
    """The file is not what the page describes."""


def need(condition: object, why: str) -> None:
    if not condition:
        raise Refuse(why)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canon(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes, most: int) -> Any:
    need(len(data) <= most, "too long")
    need(sum(data.count(one) for one in (b"{", b"[", b",")) <= 1_000_000, "too many parts")
    try:
        text = data.decode()
        value = json.loads(text, parse_float=_never, parse_constant=_never, object_pairs_hook=_once)
        need(canon(value) == data, "another spelling")
    except (ValueError, RecursionError) as problem:
        raise Refuse(str(problem)) from None
    _plain(value, 0)
    return value


def _never(_text: str) -> Any:
    raise Refuse("a number with a fraction")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len({key for key, _ in pairs}) == len(pairs), "a key twice")
    need(all(key.isascii() for key, _ in pairs), "a key that is not ASCII")
    return dict(pairs)


def _plain(value: Any, depth: int) -> None:
    need(depth < 32 and value is not True and value is not False, "a truth value")
    if isinstance(value, int):
        need(0 <= value <= LARGEST, "a number out of bounds")
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _plain(one, depth + 1)


# Types


def digest(value: Any) -> bytes:
    need(isinstance(value, str) and DIGEST.fullmatch(value), "no digest")
    return bytes.fromhex(value)


def path(value: Any) -> list[bytes]:
    need(isinstance(value, list) and len(value) <= 63, "no path")
    return [digest(one) for one in value]


def whole(value: Any, least: int = 0, most: int = LARGEST) -> int:
    need(type(value) is int and least <= value <= most, "a number out of bounds")
    return int(value)


def line(value: Any, most: int, *, empty: bool = False, several: bool = False) -> str:
    need(isinstance(value, str) and (empty or value) and len(value) <= most, "no line")
    banned = {chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))} - (set("\n\t") if several else set())
    need(not banned & set(value), "a control character")
    return str(value)


def time(value: Any) -> datetime:
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    need(found and 2000 <= int(found[1]) <= 2199 and found[7] != "000000", "no time")
    assert found
    try:
        return datetime(*(int(found[n]) for n in range(1, 7)), int(found[7] or 0))  # type: ignore[arg-type]
    except ValueError:
        raise Refuse("a time that does not exist") from None


def day(value: Any) -> None:
    need(isinstance(value, str) and re.fullmatch(r"[12]\d{3}-\d\d-\d\d", value, re.ASCII), "no date")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise Refuse("a date that does not exist") from None


def keys(value: Any, names: str) -> dict[str, Any]:
    need(isinstance(value, dict) and set(value) == set(names.split()), f"not exactly {names}")
    return dict(value)


def items(value: Any, least: int, most: int) -> list[Any]:
    need(isinstance(value, list) and least <= len(value) <= most, "no list of this length")
    return list(value)


# Trees, keys, heads


def included(leaf: bytes, index: int, size: int, way: list[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return False
    first, last, result = index, size - 1, leaf
    for beside in way:
        if last == 0:
            return False
        if first & 1 or first == last:
            result = sha(b"\x01" + beside + result)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = sha(b"\x01" + result + beside)
        first, last = first >> 1, last >> 1
    return last == 0 and result == root


def leaf_hash(content: dict[str, Any]) -> bytes:
    written = canon(content)
    need(len(written) <= 65_535, "a leaf too long")
    return sha(b"\x00" + written)


def base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise Refuse("no Base64") from None
    need(b64encode(data).decode() == text, "another spelling of Base64")
    return data


def public_key(text: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    need(len(parts) == 3, "no key")
    name, number, coded = parts
    need(1 <= len(name) <= 200 and all("\x21" <= one <= "\x7f" for one in name), "no name of a key")
    data = base64(coded)
    need(len(data) == 33 and data[0] == 1, "no Ed25519 key")
    own = sha(name.encode() + b"\n" + data)[:4]
    need(own.hex() == number, "a key under another id")
    return name, own, data[1:]


def verify_signature(key: bytes, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        raise Refuse("a wrong signature") from None


def anchored(
    file: dict[str, Any], record: str, now: datetime, pinned: str
) -> tuple[str, int, bytes, datetime, list[str]]:
    """Steps 4 to 8; returns the log's name, the head's size and root, the time of the state, the keys."""
    note = line(file["head"], 2_000, several=True)
    parts = note.split("\n")
    need(len(parts) == 6 and parts[3] == "" and parts[5] == "", "no head")
    origin, size_text, root_text, _, signed, _ = parts
    need(re.fullmatch(r"0|[1-9]\d{0,15}", size_text, re.ASCII), "no size")
    size, root = int(size_text), base64(root_text)
    need(size <= LARGEST and len(root) == 32, "no root")
    chain = [keys(one, "key after signatures index path") for one in items(file["keys"], 1, 100)]
    before, last_index = "", -1
    for number, one in enumerate(chain):
        line(one["key"], 500), line(one["after"], 500, empty=True)
        need(one["after"] == before and whole(one["index"]) > last_index, "keys out of order")
        signatures = items(one["signatures"], 1, 2)
        need(len(signatures) == (2 if number else 1), "not as many signatures as needed")
        statement = f"signoff-key/1\n{one['after']}\n{one['key']}\n".encode()
        for signature, by in zip(signatures, (one["key"], one["after"]), strict=False):
            need(isinstance(signature, str) and re.fullmatch("[0-9a-f]{128}", signature), "no signature")
            name, _, key = public_key(by)
            need(name == origin, "a key of another log")
            verify_signature(key, bytes.fromhex(signature), statement)
        said = {name: one[name] for name in ("key", "after", "signatures")}
        leaf = leaf_hash({"format": "signoff-log/1", "kind": "key", **said})
        need(included(leaf, one["index"], size, path(one["path"]), root), "a key that is not in the log")
        before, last_index = one["key"], one["index"]
    names = [one["key"] for one in chain]
    need(len(set(names)) == len(names), "a key twice")
    need(chain[0]["index"] == 0 and last_index < size - 1, "keys at other places")
    name, number_of_key, key = public_key(before)
    start = f"— {origin} "
    need(name == origin and signed.startswith(start), "signed by another")
    blob = base64(signed.removeprefix(start))
    need(len(blob) == 68 and blob[:4] == number_of_key, "signed with another key")
    verify_signature(key, blob[4:], f"{origin}\n{size_text}\n{root_text}\n".encode())
    state = file["state"]
    moment = time(state["time"])
    whole(state["positions"], 0, 10**9), digest(state["root"])
    content = {"format": "signoff-log/1", "kind": "state", "record": record}
    content |= {name: state[name] for name in ("time", "positions", "root")}
    need(included(leaf_hash(content), size - 1, size, path(state["path"]), root), "the state is not the last leaf")
    need(moment <= now + timedelta(minutes=5), "from the future")
    need(not pinned or pinned in names, "another key than the one you trust")
    return origin, size, root, moment, names


# The text


def read_text(text: str) -> dict[str, str]:
    data = text.encode()
    need(data.startswith(b"signoff-text/1\n"), "no text")
    data, fields = data[len(b"signoff-text/1\n") :], dict[str, str]()
    while data:
        heading, feed, data = data.partition(b"\n")
        found = re.fullmatch(rb"([a-z][a-z_]{0,39}) ([1-9]\d{0,8})", heading)
        need(feed and found, "no field")
        assert found
        name, length = found[1].decode(), int(found[2])
        need(name not in fields and data[length : length + 1] == b"\n", "a length that leads elsewhere")
        try:
            value = data[:length].decode()
        except ValueError:
            raise Refuse("half a character") from None
        line(value, 10**9, several=True)
        need(not value.endswith((" ", "\n")), "a space at the end")
        fields[name], data = value, data[length + 1 :]
    known = [KNOWN.index(name) for name in fields if name in KNOWN]
    need(known == sorted(known) and all(name in KNOWN for name in list(fields)[: len(known)]), "fields out of order")
    need("title" in fields and "\n" not in fields["title"], "no title")
    return fields


def verify_bundle(data: bytes, now: datetime, pinned: str = "") -> tuple[list[str], datetime]:
    """The names under the text, and as of when. Refuse for whatever is not as the page says."""
    file = keys(read(data, 16 * 2**20), "format position version text check publication list row state keys head")
    need(file["format"] == "signoff-bundle/2", "another format")
    position, version = line(file["position"], 200), whole(file["version"], 1, 10**9)
    read_text(line(file["text"], 1_000_000, several=True))
    text = sha(file["text"].encode()).hex()
    checked = _check(file["check"])
    publication = keys(file["publication"], "at index path")
    listed = keys(file["list"], "index path salt signatories")
    digest(listed["salt"])
    named = [keys(one, "partner name note approved_at") for one in items(listed["signatories"], 0, 100_000)]
    for one in named:
        line(one["partner"], 200), line(one["name"], 1_000), line(one["note"], 10_000, empty=True)
    slugs, names = [one["partner"] for one in named], [one["name"] for one in named]
    need(slugs == sorted(set(slugs)) and len(set(names)) == len(names), "names out of order or twice")
    need(whole(publication["index"]) < whole(listed["index"]), "a list before its publication")
    keys(file["state"], "time positions root record path")
    digest(file["state"]["record"])
    _, size, root, moment, _ = anchored(file, file["state"]["record"], now, pinned)
    for instant in (publication["at"], checked["completed_at"], *(one["approved_at"] for one in named)):
        need(time(instant) <= moment, "later than the state")
    about = {"position": position, "version": version, "text": text}
    whole_list = {**about, "format": "signoff-list/1", "salt": listed["salt"], "signatories": named}
    list_digest = sha(canon(whole_list)).hex()
    row = keys(file["row"], "index path")
    row_leaf = sha(b"\x00" + canon({**about, "list": list_digest}))
    state = file["state"]
    in_state = included(row_leaf, whole(row["index"]), state["positions"], path(row["path"]), digest(state["root"]))
    need(in_state, "not the row of the state")
    published = {**about, "format": "signoff-log/1", "kind": "published", "at": publication["at"]}
    published["check"] = sha(canon({**checked, "format": "signoff-check/1"})).hex()
    signatories = {**about, "format": "signoff-log/1", "kind": "signatories", "list": list_digest}
    for leaf, place in ((published, publication), (signatories, listed)):
        need(
            included(leaf_hash(leaf), place["index"], size, path(place["path"]), root), "a leaf that is not in the log"
        )
    return names, moment


def _check(value: Any) -> dict[str, Any]:
    check = keys(value, "edition adopted_on completed_at findings")
    whole(check["edition"], 1, 10**6), day(check["adopted_on"]), time(check["completed_at"])
    findings = [keys(one, "criterion name verdict rationale quotes") for one in items(check["findings"], 1, 1_000)]
    for one in findings:
        line(one["criterion"], 200), line(one["name"], 1_000)
        need(one["verdict"] in ("advances", "not_engaged", "works_against", "cannot_tell"), "no verdict")
        line(one["rationale"], 100_000, empty=True, several=True)
        for quote in items(one["quotes"], 0, 1_000):
            line(quote, 100_000, several=True)
    criteria = [one["criterion"] for one in findings]
    need(len(set(criteria)) == len(criteria), "a criterion twice")
    return check


# A partner's proof

_FACTS = "position version digest partner verdict"


def verify_proof(data: bytes, now: datetime, pinned: str = "") -> dict[str, Any]:
    """The facts of the answer that the file opens. Refuse for whatever is not as the page says."""
    file = keys(read(data, 200_000), "format entry record state keys head")
    need(file["format"] == "signoff-proof/2", "another format")
    entry = keys(file["entry"], "shown hidden index path")
    shown, hidden = entry["shown"], entry["hidden"]
    need(isinstance(shown, dict) and isinstance(hidden, dict) and 1 <= len(hidden) <= 40, "no facts")
    need(not shown.keys() & hidden.keys(), "shown and hidden")
    for name in hidden:
        need(name == "by" or re.fullmatch(r"facts\.[a-z_]{1,40}", name), "no name of a fact")
    facts = {name: _opened(one) for name, one in shown.items()}
    _ensure_facts(facts)
    sealed = {name: _commitment(name, shown[name]) for name in shown} | {
        name: digest(one).hex() for name, one in hidden.items()
    }
    leaf = sha(b"\x00" + canon({"facts": sealed, "format": "signoff-leaf/1"}))
    record = keys(file["record"], "size root salt")
    size, root = whole(record["size"], 1), digest(record["root"])
    need(digest(record["salt"]) and included(leaf, whole(entry["index"]), size, path(entry["path"]), root), "no entry")
    keys(file["state"], "time positions root path")
    commitment = sha(canon({"format": "signoff-record-head/1", **record})).hex()
    moment = anchored(file, commitment, now, pinned)[3]
    need(time(facts["at"]) <= moment, "later than the state")
    return facts


def _opened(one: Any) -> Any:
    keys(one, "value salt")
    need(isinstance(one["salt"], str) and re.fullmatch("[0-9a-f]{32}", one["salt"]), "no salt")
    return one["value"]


def _commitment(name: str, one: dict[str, Any]) -> str:
    return sha(canon({"facts": {name: one["value"]}, "salt": one["salt"]})).hex()


def _ensure_facts(facts: dict[str, Any]) -> None:
    is_answer = facts.get("kind") == "partner_answered"
    more = ("public_name", "public_note") if is_answer else ()
    need(set(facts) == {"kind", "at", *(f"facts.{name}" for name in (*_FACTS.split(), *more))}, "other facts")
    verdicts = ("approve", "decline", "abstain", "withdraw", "contest") if is_answer else ("remove",)
    need(is_answer or facts["kind"] == "name_removed", "another kind")
    need(facts["facts.verdict"] in verdicts, "another verdict")
    time(facts["at"]), line(facts["facts.position"], 200), line(facts["facts.partner"], 200)
    whole(facts["facts.version"], 1, 10**9), digest(facts["facts.digest"])
    if is_answer:
        line(facts["facts.public_note"], 10_000, empty=True)
        name = facts["facts.public_name"]
        need((name is not None) == (facts["facts.verdict"] == "approve"), "a name without an approval")
        line(name or "-", 1_000)
