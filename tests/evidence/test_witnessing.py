"""Forks and rollbacks are found, and a witness answers as C2SP's tlog-witness says."""

import re

import pytest

from signoff.evidence.heads import Head, read_head
from signoff.evidence.notes import Signer
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import WitnessRequest, answer_of, ensure_follows, read_witness_request
from tests.evidence.naive_tree import proof
from tests.evidence.public_log import ALDER, BIRCH, FIRST, ORIGIN, SECOND, PublicLog, small_log

KEYS = [FIRST.verifier]


def grown() -> PublicLog:
    log = small_log()
    log.list(names=(ALDER,))
    log.head()
    log.head()
    return log


def test_a_log_that_grows_follows_itself() -> None:
    log = grown()
    heads = [read_head(note) for note in log.heads]
    for number, old in enumerate(heads):
        for new in heads[number:]:
            ensure_follows(old, new, proof(old.size, log.leaves[: new.size]))


def test_a_fork_and_a_rollback_are_found() -> None:
    log, fork = grown(), small_log()
    fork.list(names=(BIRCH,))
    fork.head()
    old, new, other = read_head(log.heads[1]), read_head(log.heads[2]), read_head(fork.heads[1])
    wrong = [
        (old, other, [], f"two heads of {old.size} leaves"),
        (new, old, [], f"rolled back: it had {new.size} leaves and now has {old.size}"),
        (other, new, proof(other.size, log.leaves), "is not shown to follow"),
        (other, new, proof(other.size, [*fork.leaves, *log.leaves[other.size :]]), "is not shown to follow"),
        (old, new, [], "is not shown to follow"),
        (old, Head("other.example", new.size, new.root), [], "two logs"),
    ]
    for before, after, given, sentence in wrong:
        with pytest.raises(Refused, match=re.escape(sentence)):
            ensure_follows(before, after, given)


def test_a_request_is_read_as_it_was_written() -> None:
    log = grown()
    request = WitnessRequest(4, tuple(proof(4, log.leaves)), log.heads[-1])
    assert str(request).startswith("old 4\n") and f"=\n\n{ORIGIN}\n" in str(request)
    assert read_witness_request(str(request).encode()) == request
    first = WitnessRequest(0, (), log.heads[0])
    assert read_witness_request(str(first).encode()) == first
    assert str(first).startswith(f"old 0\n\n{ORIGIN}\n")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old 4", b"old 4\n", b"old 04\n\nx", b"old -1\n\nx", b"old x\n\nx", b"4\n\nx", b"\xff",
        b"old 4\nAAAA\n\nx",
        b"old 4\r\n\r\nx", b"old 4\n" + b"A" * 43 + b"=\n" * 70 + b"\n\nx", b"x" * 1_000_000, "old ٤\n\nx".encode(),
        b"old 99999999999999999999\n\nx", b"old 4\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx",
    ],
)  # fmt: skip
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="not a request"):
        read_witness_request(body)


def test_what_a_witness_answers() -> None:
    log = grown()
    first, second, third = log.heads
    old, new = read_head(first), read_head(third)
    good = tuple(proof(old.size, log.leaves))
    fork = Head(ORIGIN, old.size, bytes(32)).signed(FIRST)
    other = Head("other.example/log", 4, bytes(32)).signed(Signer("other.example/log", bytes(32)))
    cases = [
        (WitnessRequest(0, (), first), None, 200, ""),
        (WitnessRequest(0, (bytes(32),), first), None, 422, ""),
        (WitnessRequest(old.size, good, third), old, 200, ""),
        (WitnessRequest(old.size, (), first), old, 200, ""),
        (WitnessRequest(old.size, good[1:], third), old, 422, ""),
        (WitnessRequest(old.size, (), fork), old, 409, "4\n"),
        (WitnessRequest(0, (), third), old, 409, "4\n"),
        (WitnessRequest(new.size, (), third), None, 409, "0\n"),
        (WitnessRequest(old.size, (), first), new, 409, f"{new.size}\n"),
        (WitnessRequest(old.size + 1, (), first), old, 400, "The old size"),
        (WitnessRequest(0, (), other), None, 404, "not known"),
        (WitnessRequest(old.size, good, new.signed(SECOND)), old, 403, "valid signature"),
        (WitnessRequest(0, (), "junk"), None, 400, "not a checkpoint"),
    ]
    for request, latest, status, body in cases:
        answer = answer_of(request, KEYS, latest)
        assert answer.status == status and body in answer.body, (request, answer)
        assert answer.content_type == ("text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
    assert second
