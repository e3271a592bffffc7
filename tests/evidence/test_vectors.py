"""The test vectors of docs/evidence.md, computed again by a second reader that shares no code with the program."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signoff.evidence.partner_proofs import verify_proof
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.strict_json import Refused
from tests.evidence.naive_tree import k_of, mth
from tests.evidence.public_log import FIRST, SECOND, small_log
from tests.evidence.test_position_bundles import longer_log

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
VECTORS = dict(re.findall(r"<!-- vector: (\w+) -->\n```\n(.*?)\n```", PAGE, re.DOTALL))
NOW = datetime(2025, 11, 29, 14, 10, tzinfo=UTC)


def j(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def h(content: dict[str, Any]) -> str:
    return sha256(j(content)).hexdigest()


def root_from(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """From the leaf to the root, by the recursion of RFC 6962, section 2.1.1, read backward."""
    assert 0 <= index < size and (path or size == 1)
    if size == 1:
        assert not path
        return sha256(b"\x00" + leaf).digest()
    k, beside = k_of(size), bytes.fromhex(path[-1])
    if index < k:
        return sha256(b"\x01" + root_from(leaf, index, k, path[:-1]) + beside).digest()
    return sha256(b"\x01" + beside + root_from(leaf, index - k, size - k, path[:-1])).digest()


def verify_by_hand(bundle: dict[str, Any]) -> None:
    origin, size, root = bundle["head"].split("\n")[:3]
    signed = b64decode(bundle["head"].split(" ")[-1])
    key = bundle["keys"][-1]["key"]
    public = b64decode(key.split("+", 2)[2])
    assert signed[:4].hex() == key.split("+")[1] == sha256(f"{origin}\n".encode() + public).hexdigest()[:8]
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], f"{origin}\n{size}\n{root}\n".encode())

    def included(content: dict[str, Any], place: dict[str, Any], index: int | None = None) -> None:
        at = place["index"] if index is None else index
        leaf = j({"format": "signoff-log/1", **content})
        assert root_from(leaf, at, int(size), place["path"]) == b64decode(root)

    before = ""
    for one in bundle["keys"]:
        assert one["after"] == before
        statement = f"signoff-key/1\n{before}\n{one['key']}\n".encode()
        for signer, signature in zip([one["key"], before], one["signatures"], strict=False):
            public = b64decode(signer.split("+", 2)[2])[1:]
            Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), statement)
        included({"kind": "key", **{name: one[name] for name in ("key", "after", "signatures")}}, one)
        before = one["key"]
    state = {name: bundle["state"][name] for name in ("time", "positions", "root", "record")}
    included({"kind": "state", **state}, bundle["state"], int(size) - 1)
    text = sha256(bundle["text"].encode()).hexdigest()
    about = {"position": bundle["position"], "version": bundle["version"], "text": text}
    listed, row = bundle["list"], bundle["row"]
    hashed = h({"format": "signoff-list/1", **about, "salt": listed["salt"], "signatories": listed["signatories"]})
    assert root_from(j({**about, "list": hashed}), row["index"], state["positions"], row["path"]).hex() == state["root"]
    check = h({"format": "signoff-check/1", **bundle["check"]})
    published = {"kind": "published", **about, "check": check, "at": bundle["publication"]["at"]}
    included(published, bundle["publication"])
    included({"kind": "signatories", **about, "list": hashed}, listed)


def test_the_page_has_the_vectors_that_the_program_makes() -> None:
    log = small_log()
    assert VECTORS["key"] == str(FIRST.verifier)
    assert VECTORS["leaves"] == "\n".join(leaf.decode() for leaf in log.leaves)
    assert VECTORS["bundle"] == log.bundle() and VECTORS["proof"] == log.proof(0)
    assert VECTORS["longer"] == longer_log().bundle()
    assert len(VECTORS) == 7


def test_a_second_reader_computes_the_same() -> None:
    leaves = [leaf.encode() for leaf in VECTORS["leaves"].split("\n")]
    assert VECTORS["hashes"].split("\n") == [sha256(b"\x00" + leaf).hexdigest() for leaf in leaves]
    bundle = json.loads(VECTORS["bundle"])
    assert b64decode(bundle["head"].split("\n")[2]) == mth(leaves)
    row, text, check, listed = VECTORS["digests"].split("\n")
    assert bundle["state"]["root"] == sha256(b"\x00" + row.encode()).hexdigest()
    assert text == sha256(bundle["text"].encode()).hexdigest()
    assert check == h({"format": "signoff-check/1", **bundle["check"]}) == json.loads(leaves[1])["check"]
    assert listed == json.loads(leaves[2])["list"] == json.loads(row)["list"]
    verify_by_hand(bundle)
    verify_by_hand(json.loads(VECTORS["longer"]))


def test_a_second_reader_computes_the_same_of_the_proof() -> None:
    proof = json.loads(VECTORS["proof"])
    entry, record = proof["entry"], proof["record"]
    shown = {n: h({"facts": {n: one["value"]}, "salt": one["salt"]}) for n, one in entry["shown"].items()}
    leaf = j({"format": "signoff-leaf/1", "facts": {**shown, **entry["hidden"]}})
    assert root_from(leaf, entry["index"], record["size"], entry["path"]).hex() == record["root"]
    committed = h({"format": "signoff-record-head/1", **record})
    state = {"kind": "state", **{name: proof["state"][name] for name in ("time", "positions", "root")}}
    head = proof["head"].split("\n")
    state_leaf = j({"format": "signoff-log/1", **state, "record": committed})
    assert root_from(state_leaf, int(head[1]) - 1, int(head[1]), proof["state"]["path"]) == b64decode(head[2])
    assert json.loads(VECTORS["bundle"])["state"]["record"] == committed


def test_the_program_accepts_and_refuses_what_the_page_says() -> None:
    bundle, longer = VECTORS["bundle"], VECTORS["longer"]
    assert verify_bundle(bundle, now=NOW) and verify_proof(VECTORS["proof"], now=NOW)
    assert verify_bundle(longer, now=NOW, pinned=str(FIRST.verifier)).anchor.key == SECOND.verifier
    one, other = json.loads(bundle), json.loads(longer)
    for bent in ({**one, "list": other["list"]}, {**other, "keys": other["keys"][:1]}):
        with pytest.raises(Refused):
            verify_bundle(j(bent), now=NOW)
    for file in (bundle, longer):
        with pytest.raises(Refused, match="from the future"):
            verify_bundle(file, now=datetime(2025, 11, 29, 13, 0, tzinfo=UTC))
    with pytest.raises(Refused, match="no hand-over"):
        verify_bundle(bundle, now=NOW, pinned=str(SECOND.verifier))
