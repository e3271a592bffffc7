"""The public log: its leaves, its heads, its keys, what a follower of it refuses, and what witnesses sign."""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signoff.evidence.cosignatures import WitnessKey, cosign, witness_key
from signoff.evidence.heads import Head, open_head, open_sole, read_head, read_key
from signoff.evidence.key_changes import change_key, read_change
from signoff.evidence.log_leaves import Ended, KeyChange, Listed, Published, State, read_leaf
from signoff.evidence.log_replay import LogReplay
from signoff.evidence.notes import Signer
from signoff.evidence.public_state import Row, state_tree
from signoff.evidence.strict_json import Refused
from tests.evidence.naive_tree import mth
from tests.evidence.public_log import BIRCH, FIRST, ORIGIN, SECOND, START, THIRD, PublicLog, small_log

HEX = "0a" * 32
AT = "2025-11-29T13:00:00Z"


def busy_log() -> PublicLog:
    """Two positions, lists that change, a version that takes the place of another, a retirement, two keys."""
    log = small_log()
    log.publish("aid", names=())
    log.head()
    log.list(names=(BIRCH,))
    log.introduce(SECOND, FIRST)
    log.head()
    log.end(kind="superseded")
    log.publish(version=2)
    log.end("aid")
    log.head()
    log.head()
    return log


def followed(leaves: list[bytes]) -> LogReplay:
    replay = LogReplay(ORIGIN)
    for leaf in leaves:
        replay.add(leaf)
    return replay


def test_the_bytes_of_each_leaf() -> None:
    assert Published("fund-it", 2, HEX, "0b" * 32, AT).encoded == (
        b'{"at":"2025-11-29T13:00:00Z","check":"' + b"0b" * 32 + b'","format":"signoff-log/1","kind":"published",'
        b'"position":"fund-it","text":"' + b"0a" * 32 + b'","version":2}'
    )
    assert Listed("é", 1, HEX, HEX).encoded == (
        '{"format":"signoff-log/1","kind":"signatories","list":"' + HEX + '","position":"é","text":"' + HEX
        + '","version":1}'
    ).encode()  # fmt: skip
    assert json.loads(Ended("retired", "a", 1, AT).encoded) == {
        "format": "signoff-log/1", "kind": "retired", "position": "a", "version": 1, "at": AT,
    }  # fmt: skip
    assert State(AT, 3, HEX, "0c" * 32).encoded == (
        '{"format":"signoff-log/1","kind":"state","positions":3,"record":"' + "0c" * 32 + '","root":"' + HEX
        + '","time":"2025-11-29T13:00:00Z"}'
    ).encode()  # fmt: skip


def test_leaves_are_read_as_they_were_written() -> None:
    for leaf in (
        Published("fund-it", 2, HEX, HEX, AT), Listed("a", 1, HEX, HEX), Ended("superseded", "a", 1, AT),
        Ended("retired", "a", 1, AT), State(AT, 0, HEX, HEX), change_key(FIRST, None), change_key(SECOND, FIRST),
    ):  # fmt: skip
        assert read_leaf(leaf.encoded) == leaf


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "declined"}, {"kind": ["state"]}, {"kind": None}, {"format": "signoff-log/2"}, {"extra": 1},
        {"version": "1"}, {"version": 0}, {"position": ""}, {"text": "0A" * 32}, {"list": None}, {"salt": HEX},
    ],
)  # fmt: skip
def test_other_bytes_are_no_leaf(change: dict[str, object]) -> None:
    leaf = {**json.loads(Listed("a", 1, HEX, HEX).encoded), **change}
    with pytest.raises(Refused):
        read_leaf(json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode())
    for bent in (b"", b"{}", b"[]", Listed("a", 1, HEX, HEX).encoded + b" ", b" " * 70_000):
        with pytest.raises(Refused):
            read_leaf(bent)


def test_the_state_is_a_tree_over_sorted_rows() -> None:
    rows = [Row("b", 2, HEX, "0b" * 32), Row("a", 1, HEX, HEX)]
    told = [
        '{"list":"' + HEX + '","position":"a","text":"' + HEX + '","version":1}',
        '{"list":"' + "0b" * 32 + '","position":"b","text":"' + HEX + '","version":2}',
    ]  # fmt: skip
    assert state_tree(rows).root == state_tree(rows[::-1]).root == mth([row.encode() for row in told])
    assert state_tree([]).root == hashlib.sha256().digest()
    with pytest.raises(ValueError, match="two live"):
        state_tree([Row("a", 1, HEX, HEX), Row("a", 2, HEX, HEX)])


def test_a_log_is_followed_from_its_first_leaf() -> None:
    log = busy_log()
    replay, heads = LogReplay(ORIGIN), {read_head(note).size: note for note in log.heads}
    for number, leaf in enumerate(log.leaves, start=1):
        replay.add(leaf)
        if number in heads:
            assert replay.ensure_head(heads.pop(number)).size == number
    assert not heads
    assert replay.rows == {"fund-it": log.rows["fund-it"]} and len(replay.keys) == 2


STATE = State(f"{START + timedelta(hours=9):%Y-%m-%dT%H:%M:%SZ}", 1, HEX, HEX)


def test_what_cannot_follow_is_refused_with_its_place() -> None:
    log = busy_log()
    row, at = log.rows["fund-it"], len(log.leaves)
    wrong = {
        "published while another": Published("fund-it", 3, HEX, HEX, AT),
        "is published again": Published("aid", 1, HEX, HEX, AT),
        "version 1 of “fund-it” is not published": Ended("retired", "fund-it", 1, AT),
        "version 1 of “aid” is not published": Listed("aid", 1, HEX, HEX),
        "another text, or no other list": Listed("fund-it", 2, "0b" * 32, HEX),
        "or no other list than before": Listed("fund-it", 2, row.text, row.list),
        "not what the leaves before it make": STATE,
        "not later than that": State(log.states[-1].time, 1, state_tree([row]).root.hex(), HEX),
        "does not follow the key before it": change_key(THIRD, FIRST),
        "must be signed by itself": change_key(SECOND, SECOND),
        "a retired key is used again": change_key(FIRST, SECOND),
        "cannot sign for the log": change_key(Signer("other.example/log", bytes(32)), SECOND),
    }
    for sentence, leaf in wrong.items():
        with pytest.raises(Refused, match=rf"^Leaf {at} of the log: .*{re.escape(sentence)}"):
            followed(log.leaves).add(leaf.encoded)


def test_what_a_state_covers_is_whole_and_not_later_than_it() -> None:
    replay = followed(small_log().leaves)
    replay.add(Published("b", 1, HEX, HEX, "2026-01-01T00:00:00Z").encoded)
    with pytest.raises(Refused, match="earlier than what it covers"):
        replay.add(STATE.encoded)
    replay = followed(small_log().leaves)
    replay.add(Published("b", 1, HEX, HEX, AT).encoded)
    with pytest.raises(Refused, match="“b” is published without a list"):
        replay.add(STATE.encoded)


def test_a_log_begins_with_its_key_and_heads_end_with_a_state() -> None:
    log = small_log()
    with pytest.raises(Refused, match="must begin with its first key"):
        followed(log.leaves[1:])
    with pytest.raises(Refused, match="no key yet"):
        LogReplay(ORIGIN).ensure_head(log.heads[0])
    replay = followed(log.leaves[:3])
    head = Head(ORIGIN, 3, log.tree(3).root)
    with pytest.raises(Refused, match="does not end with a state"):
        replay.ensure_head(head.signed(FIRST))
    with pytest.raises(Refused, match="not the head of the leaves"):
        replay.ensure_head(log.heads[0])
    with pytest.raises(Refused, match="valid signature"):
        followed(log.leaves).ensure_head(Head(ORIGIN, 4, log.tree().root).signed(SECOND))


def test_after_a_hand_over_the_key_before_signs_no_more() -> None:
    log = busy_log()
    head = read_head(log.heads[-1])
    with pytest.raises(Refused, match="valid signature"):
        followed(log.leaves).ensure_head(head.signed(FIRST))


def test_a_key_is_introduced_by_both_keys_and_by_no_one_else() -> None:
    good = change_key(SECOND, FIRST)
    assert read_change(good, origin=ORIGIN, before=FIRST.verifier) == SECOND.verifier
    new, old = good.signatures
    for signatures in ((old, new), (new,), (new, new), (new, old, old), (old,), ("00" * 64, old)):
        with pytest.raises(Refused, match="signed"):
            bent = KeyChange(key=good.key, after=good.after, signatures=signatures)
            read_change(bent, origin=ORIGIN, before=FIRST.verifier)
    with pytest.raises(Refused, match="signed"):
        stolen = KeyChange(key=str(THIRD.verifier), after=good.after, signatures=good.signatures)
        read_change(stolen, origin=ORIGIN, before=FIRST.verifier)


def test_a_head_is_read_in_one_spelling() -> None:
    note = small_log().heads[0]
    assert open_sole(note, FIRST.verifier) == open_head(note, FIRST.verifier) == read_head(note)
    junk = note.splitlines()[-1].replace(ORIGIN, "other.example")
    for also in (note + junk + "\n", note + note.splitlines()[-1] + "\n", note + "\n", note + "x"):
        with pytest.raises(Refused, match="exactly one signature line"):
            open_sole(also, FIRST.verifier)
    assert open_head(note + junk + "\n", FIRST.verifier)  # as C2SP says of checkpoints that are fetched
    lines = note.split("\n")
    for bent in (
        note.replace("\n4\n", "\n04\n"), note.replace("\n4\n", "\n4 \n"), note.replace("\n4\n", "\n٤\n"),
        note.replace("\n4\n", "\n" + "9" * 5000 + "\n"), note.replace("\n\n", "\nextension\n\n"),
        note.replace("\n", "\r\n"), "\n" + note, lines[0], "", "\n\n\n", note.replace("=\n\n", "\n\n"),
        "x" * 200_000,
    ):  # fmt: skip
        with pytest.raises(Refused):
            open_head(bent, FIRST.verifier)
    with pytest.raises(Refused, match="belongs to the log"):
        open_head(note, Signer("other.example/log", bytes([1]) * 32).verifier)
    with pytest.raises(ValueError, match="another log"):
        read_head(note).signed(Signer("other.example/log", bytes(32)))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "é.example", "a\u00a0b", "x" * 201, "a\tb"])
def test_names_that_no_log_can_have(name: str) -> None:
    with pytest.raises(ValueError, match="no log can have"):
        Head(name, 1, bytes(32)).signed(Signer(name, bytes(32)))
    with pytest.raises(Refused, match="not a checkpoint"):
        read_head(Head(name, 1, bytes(32)).text + "\n— x AAAA\n")
    with pytest.raises(Refused):
        read_key(str(Signer(name, bytes(32)).verifier))


def test_a_key_is_read_in_one_spelling() -> None:
    key = str(FIRST.verifier)
    assert read_key(key) == FIRST.verifier
    for bent in (f" {key}", f"{key}\n", key.replace("+A", "+B"), key[:-1], "", key.replace("7ec5b1ef", "7EC5B1EF")):
        with pytest.raises(Refused):
            read_key(bent)


def test_a_witness_signs_the_time_and_the_head() -> None:
    note, witness = small_log().heads[0], Signer("witness.example/w1", bytes([9]) * 32)
    line, key = cosign(note, witness, 1679315147), witness_key(witness)
    name, encoded = line.removeprefix("— ").removesuffix("\n").split(" ")
    signed = b64decode(encoded)
    # Written once more from the specification.
    public = witness.verifier.public
    assert name == "witness.example/w1" and len(signed) == 4 + 8 + 64
    assert signed[:4] == hashlib.sha256(b"witness.example/w1\n\x04" + public).digest()[:4]
    assert signed[4:12] == (1679315147).to_bytes(8, "big")
    body = note.split("\n\n")[0] + "\n"
    message = f"cosignature/v1\ntime 1679315147\n{body}".encode()
    Ed25519PublicKey.from_public_bytes(public).verify(signed[12:], message)
    assert str(key) == f"witness.example/w1+{signed[:4].hex()}+{b64encode(bytes([4]) + public).decode()}"
    assert WitnessKey.read(str(key)) == key
    assert key.seen_at(note + line) == 1679315147
    assert key.seen_at(note + cosign(note, witness, 5) + line + cosign(note, witness, 7)) == 1679315147
    assert open_head(note + line, FIRST.verifier)


def test_no_one_else_can_be_the_witness() -> None:
    log, witness = small_log(), Signer("witness.example/w1", bytes([9]) * 32)
    note, line, key = log.heads[0], cosign(log.heads[0], witness, 1679315147), witness_key(witness)
    later = log.head()
    other = Signer("witness.example/w1", bytes([8]) * 32)
    signed = bytearray(b64decode(line.split(" ")[2]))
    signed[11] ^= 1  # another time
    bent = f"— {witness.name} {b64encode(signed).decode()}\n"
    for wrong in (note, later + line, note + cosign(note, other, 5), note + bent, note + line.replace("— ", "- ")):
        assert key.seen_at(wrong) is None
    assert key.seen_at(note + line.replace("/w1", "/w2")) is None
    for text in ("", "x", str(FIRST.verifier), str(key)[:-1], str(key).replace("w1", "w2"), f"a b{str(key)[7:]}"):
        with pytest.raises(Refused):
            WitnessKey.read(text)
