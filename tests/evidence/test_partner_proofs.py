"""A partner's proof: what it shows and hides, every way to bend it, and what it says about a later list."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from signoff.evidence.canonical import canonical_json
from signoff.evidence.comparison import Outcome, compare
from signoff.evidence.partner_proofs import shown_names, verify_proof
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.strict_json import Refused
from tests.evidence.attacks import refused_changes
from tests.evidence.public_log import (
    ALDER,
    BIRCH,
    FIRST,
    NOW,
    SECOND,
    START,
    THIRD,
    PublicLog,
    digest_of,
    salt_of,
    small_log,
    text_of,
)

LATER = "2025-11-29T14:00:30Z"


def refused(file: bytes | str, sentence: str = "", **given: Any) -> None:
    with pytest.raises(Refused, match=re.escape(sentence) or None):
        verify_proof(file, **{"now": NOW, **given})


def withdrawn() -> tuple[PublicLog, int]:
    """Alder approved, was published and withdrew; the head after that has the shorter list."""
    log = small_log()
    number = log.record("withdraw", at=LATER, sequence=2)
    log.list(names=(BIRCH,))
    log.head()
    return log, number


def test_it_says_who_answered_what_and_when() -> None:
    log, number = withdrawn()
    verdict = verify_proof(log.proof(number), now=NOW)
    assert (verdict.partner, verdict.verdict, verdict.public_name) == ("alder", "withdraw", "")
    assert (verdict.position, verdict.version, verdict.digest) == ("fund-it", 1, digest_of(text_of()))
    assert verdict.at == START + timedelta(seconds=30) and verdict.anchor.time == START + timedelta(minutes=1)
    approval = verify_proof(log.proof(0), now=NOW, pinned=str(FIRST.verifier))
    assert (approval.verdict, approval.public_name, approval.anchor.pinned) == ("approve", "Alder School Fund", True)


@pytest.mark.parametrize("verdict", ["approve", "decline", "abstain", "withdraw", "contest", "remove"])
def test_every_kind_of_answer_has_its_proof(verdict: str) -> None:
    log = PublicLog()
    number = log.record(verdict, partner=BIRCH)
    log.head()
    assert verify_proof(log.proof(number), now=NOW).verdict == verdict


def test_it_gives_nothing_else_away() -> None:
    log, number = withdrawn()
    proof = log.proof(number)
    assert json.loads(log.entries[number])["salt"] == salt_of(number)[:32] not in proof
    for hidden in ("board", "contact", "birch", "Birch", salt_of(ALDER)):
        assert hidden not in proof
    with pytest.raises(KeyError):
        shown_names("comment_made")


def test_every_byte_that_is_changed_is_refused() -> None:
    good = small_log().proof(0).encode()
    for place, byte in enumerate(good):
        for bent in (byte ^ 1, byte ^ 0x20):
            refused(good[:place] + bytes([bent]) + good[place + 1 :])
        refused(good[:place] + good[place + 1 :])


def test_changes_of_its_structure_are_refused() -> None:
    log, number = withdrawn()
    assert refused_changes(json.loads(log.proof(number)), lambda file: verify_proof(file, now=NOW)) >= 1_000


def test_no_part_of_another_proof_fits() -> None:
    log, number = withdrawn()
    good = json.loads(log.proof(number))
    other = PublicLog(signer=THIRD)
    other.record("withdraw")
    other.head()
    log.head()
    for donor in (small_log().proof(0), log.proof(number), other.proof(0)):
        for part, value in json.loads(donor).items():
            if value != good[part]:
                refused(canonical_json({**good, part: value}))
    for part in ("shown", "hidden", "index", "path"):
        entry = {**good["entry"], part: json.loads(log.proof(1))["entry"][part]}
        refused(canonical_json({**good, "entry": entry}), "not in the record")


def test_a_fact_cannot_be_shown_and_hidden_or_left_out() -> None:
    good = json.loads(small_log().proof(0))
    hidden = {**good["entry"]["hidden"], "facts.verdict": "0a" * 32}
    refused(canonical_json({**good, "entry": {**good["entry"], "hidden": hidden}}), "both shown and hidden")
    for name in good["entry"]["hidden"]:
        without = {key: value for key, value in good["entry"]["hidden"].items() if key != name}
        refused(canonical_json({**good, "entry": {**good["entry"], "hidden": without}}), "not in the record")


def test_heads_keys_and_times_are_verified_as_in_bundles() -> None:
    log, number = withdrawn()
    refused(log.proof(number), "from the future", now=START - timedelta(days=1))
    refused(log.proof(number), "no hand-over", pinned=str(SECOND.verifier))
    kept = log.heads[-1]
    log.introduce(SECOND, FIRST)
    log.head()
    verdict = verify_proof(log.proof(number), now=NOW, pinned=str(FIRST.verifier), kept=kept)
    assert verdict.anchor.key == SECOND.verifier and not verdict.has_later_head
    early = PublicLog()
    early.record(at="2025-11-29T15:00:00Z")
    early.head()
    refused(early.proof(0), "later than the head")
    refused(log.bundle(), "not of the format “signoff-proof/2”")
    refused("{}", "not of the format “signoff-proof/2”")
    refused(b"x" * 300_000, "larger than 200,000 bytes")


def outcome(log: PublicLog, number: int, bundle: str) -> Outcome:
    verdict = compare(verify_proof(log.proof(number), now=NOW), verify_bundle(bundle, now=NOW))
    assert verdict.sentence.endswith(".")
    return verdict.outcome


def test_a_list_that_still_names_a_partner_that_withdrew_convicts_the_operator() -> None:
    log, number = withdrawn()
    assert outcome(log, number, log.bundle()) == Outcome.AGREES
    assert outcome(log, number, small_log().bundle()) == Outcome.UNRELATED  # from before the withdrawal
    proof = verify_proof(log.proof(number), now=NOW)
    log.list(names=(ALDER, BIRCH))
    log.head()
    lie = verify_bundle(log.bundle(), now=NOW)
    assert compare(proof, lie).outcome == Outcome.CONTRADICTS
    later = {**ALDER, "approved_at": "2025-11-29T14:00:31Z"}
    log.list(names=(later, BIRCH))
    log.head()
    assert compare(proof, verify_bundle(log.bundle(), now=NOW)).outcome == Outcome.QUESTION


@pytest.mark.parametrize("verdict", ["decline", "abstain", "contest", "remove"])
def test_so_does_every_answer_but_an_approval(verdict: str) -> None:
    log = PublicLog()
    number = log.record(verdict)
    log.publish(names=(ALDER,))
    log.head()
    assert outcome(log, number, log.bundle()) == Outcome.CONTRADICTS


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (ALDER, Outcome.AGREES),
        ({**ALDER, "name": "Alder & Co"}, Outcome.CONTRADICTS),
        ({**ALDER, "note": "We love it."}, Outcome.CONTRADICTS),
        ({**ALDER, "approved_at": "2025-11-28T08:00:00Z"}, Outcome.CONTRADICTS),
        ({**ALDER, "approved_at": "2025-11-28T09:00:01Z"}, Outcome.QUESTION),
        (BIRCH, Outcome.QUESTION),
    ],
)
def test_an_approval_beside_a_later_list(named: dict[str, str], expected: Outcome) -> None:
    log = small_log()
    log.list(names=(named,))
    log.head()
    assert outcome(log, 0, log.bundle()) == expected


def test_another_text_another_log_and_a_fork() -> None:
    log = PublicLog()
    log.record()
    log.publish(text=text_of(title="Cut it"))
    log.publish("aid")
    log.head()
    proof = verify_proof(log.proof(0), now=NOW)
    assert compare(proof, verify_bundle(log.bundle(), now=NOW)).outcome == Outcome.CONTRADICTS
    assert compare(proof, verify_bundle(log.bundle("aid"), now=NOW)).outcome == Outcome.UNRELATED
    other = PublicLog(signer=THIRD)
    other.publish()
    other.head()
    assert compare(proof, verify_bundle(other.bundle(), now=NOW)).outcome == Outcome.UNRELATED


def test_a_fork_shows_when_sizes_and_times_do_not_go_together() -> None:
    log, number = withdrawn()
    proof = verify_proof(log.proof(number), now=NOW)
    fork = small_log()
    fork.list(names=(ALDER, BIRCH))
    fork.head()
    assert compare(proof, verify_bundle(fork.bundle(), now=NOW)).outcome == Outcome.CONTRADICTS
    longer = small_log()
    longer.list(names=(ALDER, BIRCH))
    longer.list(names=(BIRCH,))
    longer.head(START + timedelta(seconds=1))
    forked = compare(proof, verify_bundle(longer.bundle(), now=NOW))
    assert forked.outcome == Outcome.CONTRADICTS and "forked" in forked.sentence
