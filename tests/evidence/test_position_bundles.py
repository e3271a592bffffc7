"""Bundles: what they prove, and every way to bend one."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from signoff.evidence.approved_text import read_text
from signoff.evidence.canonical import canonical_json
from signoff.evidence.heads import read_head
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.strict_json import Refused
from tests.evidence.attacks import refused_changes
from tests.evidence.public_log import (
    ALDER,
    BIRCH,
    CEDAR,
    CHECK,
    FIRST,
    NOW,
    ORIGIN,
    SECOND,
    START,
    THIRD,
    PublicLog,
    digest_of,
    small_log,
    text_of,
)


def refused(file: bytes | str, sentence: str = "", **given: Any) -> None:
    with pytest.raises(Refused, match=re.escape(sentence) or None):
        verify_bundle(file, **{"now": NOW, **given})


def longer_log() -> PublicLog:
    """Two positions and three heads, so that no path is empty."""
    log = small_log()
    log.publish("aid", 3, text_of(title="Aid"), names=(CEDAR,))
    log.head()
    log.introduce(SECOND, FIRST)
    log.head()
    return log


def test_a_bundle_says_who_was_named_on_which_text_as_of_when() -> None:
    verdict = verify_bundle(small_log().bundle(), now=NOW)
    assert (verdict.position, verdict.version, verdict.title) == ("fund-it", 1, "Fund it")
    assert verdict.names == ("Alder School Fund", "Birch “Éa” & Sons")
    assert verdict.digest == digest_of(text_of())
    assert verdict.anchor.time == START and verdict.age == timedelta(minutes=10) and not verdict.is_stale
    assert verdict.anchor.key == FIRST.verifier and not verdict.anchor.pinned
    assert verdict.check["edition"] == 1 and verdict.fields["body"] == "## A\n\nB é"
    assert verify_bundle(small_log().bundle().encode(), now=NOW, pinned=str(FIRST.verifier)).anchor.pinned


def test_any_position_of_a_longer_log_and_an_empty_list() -> None:
    log = longer_log()
    assert verify_bundle(log.bundle("aid"), now=NOW).names == ("Cedar 学校",)
    assert len(verify_bundle(log.bundle("fund-it"), now=NOW).names) == 2
    log.list("aid", names=())
    log.head()
    assert verify_bundle(log.bundle("aid"), now=NOW).names == ()


def test_every_byte_that_is_changed_is_refused() -> None:
    good = small_log().bundle().encode()
    for place, byte in enumerate(good):
        for bent in (byte ^ 1, byte ^ 0x20):
            refused(good[:place] + bytes([bent]) + good[place + 1 :])
        refused(good[:place] + good[place + 1 :])
        refused(good[:place] + b"0" + good[place:])
    for end in range(0, len(good), 7):
        refused(good[:end])


def test_thousands_of_changes_of_its_structure_are_refused() -> None:
    good = longer_log().bundle_of()
    assert verify_bundle(canonical_json(good), now=NOW)
    assert refused_changes(good, lambda file: verify_bundle(file, now=NOW)) >= 2_000


def test_no_part_of_another_bundle_fits() -> None:
    """Two public bundles of one log, mixed: a list from before a withdrawal under the newest head, and all others."""
    log = longer_log()
    before, aid_before = log.bundle_of(), log.bundle_of("aid")
    log.list(names=(ALDER,))
    log.head()
    after, other = log.bundle_of(), PublicLog(signer=THIRD)
    other.publish(names=(ALDER, BIRCH, CEDAR))
    other.head()
    assert verify_bundle(canonical_json(after), now=NOW).names == ("Alder School Fund",)
    for donor in (before, aid_before, log.bundle_of("aid"), other.bundle_of()):
        for part in after:
            if donor[part] != after[part]:
                refused(canonical_json({**after, part: donor[part]}))
                refused(canonical_json({**donor, part: after[part]}))


@pytest.mark.parametrize("parts", [("head",), ("head", "keys"), ("head", "keys", "state"), ("head", "state", "row")])
def test_a_withdrawn_name_cannot_be_carried_to_a_newer_head(parts: tuple[str, ...]) -> None:
    log = longer_log()
    old = log.bundle_of()
    log.list(names=(ALDER,))
    log.head()
    new = log.bundle_of()
    refused(canonical_json({**old, **{part: new[part] for part in parts}}))
    kept = {**new, "list": {**new["list"], "signatories": old["list"]["signatories"]}}
    refused(canonical_json(kept), "The text with this list is not what the head says")
    refused(canonical_json({**kept, "list": {**kept["list"], "salt": old["list"]["salt"]}}), "not what the head says")
    # All of the old list, with the ways that lead to the new head: it is in the log, but it is not the state.
    place, tree = old["list"]["index"], log.tree()
    path = [one.hex() for one in tree.proof(place)]
    refused(canonical_json({**new, "list": {**old["list"], "path": path}}), "not what the head says")


def test_a_state_that_is_not_the_last_leaf_proves_nothing() -> None:
    log = small_log()
    log.head()
    old, tree = log.states[0], log.tree()
    bundle = log.bundle_of()
    path = [one.hex() for one in tree.proof(3)]
    bent = {"path": path, "positions": old.positions, "record": old.record, "root": old.root, "time": old.time}
    refused(canonical_json({**bundle, "state": bent}), "The state, as the last leaf")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda names: names[::-1], "in the order of “partner”"),
        (lambda names: [*names, names[-1]], "each partner once"),
        (lambda names: [*names, {**names[0], "partner": "zebra"}], "one name twice"),
        (lambda names: names[:1], "not what the head says"),
        (lambda names: [*names, CEDAR], "not what the head says"),
        (lambda names: [{**names[0], "note": "Yes"}, *names[1:]], "not what the head says"),
        (lambda names: [{**names[0], "approved_at": "2026-01-01T00:00:00Z"}, *names[1:]], "later than its head"),
        (lambda names: [{**names[0], "level": "state"}, *names[1:]], "signatories[0]” has an unknown key: “level”"),
        (lambda names: [{**names[0], "name": "Al\u0000der"}, *names[1:]], "“list.signatories[0].name” has a character"),
    ],
)  # fmt: skip
def test_another_list_is_refused(change: Callable[[Any], Any], sentence: str) -> None:
    bundle = small_log().bundle_of()
    bundle["list"]["signatories"] = change(bundle["list"]["signatories"])
    refused(canonical_json(bundle), sentence)


def test_a_check_that_the_operator_signed_with_a_criterion_twice_is_refused_too() -> None:
    twice = [CHECK["findings"][0], {**CHECK["findings"][1], "criterion": "vision"}]
    log = PublicLog(check={**CHECK, "findings": twice})
    log.publish()
    log.head()
    refused(log.bundle(), "has one criterion twice")


def test_a_list_that_is_in_the_log_before_its_publication_is_refused() -> None:
    log = PublicLog()
    log.publish()
    log.leaves[1:3] = log.leaves[2:0:-1]
    (_, at), (_, salt, names) = log.published["fund-it"], log.lists["fund-it"]
    log.published["fund-it"], log.lists["fund-it"] = (2, at), (1, salt, names)
    log.head()
    refused(log.bundle(), "after the publication")


def test_a_list_that_the_operator_signed_in_another_order_is_refused_too() -> None:
    log = small_log()
    log.list(names=(BIRCH, ALDER))
    log.head()
    refused(log.bundle(), "in the order of “partner”")


@pytest.mark.parametrize(
    "change",
    [
        lambda check: check["findings"].reverse(),
        lambda check: check["findings"][0].update(verdict="not_engaged"),
        lambda check: check["findings"][0].update(rationale="It does not."),
        lambda check: check["findings"][0].update(name="Mission"),
        lambda check: check["findings"][0]["quotes"].append("Fund"),
        lambda check: check.update(edition=2),
        lambda check: check.update(adopted_on="2016-09-02"),
        lambda check: check.update(completed_at="2025-11-27T16:00:01Z"),
        lambda check: check["findings"][1].update(criterion="vision"),
        lambda check: check["findings"].pop(),
    ],
)
def test_another_check_is_refused(change: Callable[[Any], Any]) -> None:
    bundle = small_log().bundle_of()
    change(bundle["check"])
    refused(canonical_json(bundle))


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (lambda note: note + note.splitlines()[-1] + "\n", "exactly one signature line"),
        (lambda note: note + "— witness.example AAAA\n", "exactly one signature line"),
        (lambda note: note[:-1], "exactly one signature line"),
        (lambda note: note + "\n", "exactly one signature line"),
        (lambda note: read_head(note).signed(THIRD), "valid signature"),
        (lambda note: note.replace("\n4\n", "\n5\n"), "valid signature"),
        (lambda note: note.replace("\n\n", "\nmore\n\n"), "not a checkpoint"),
        (lambda note: note.replace("— ", "—  "), "valid signature"),
        (lambda note: note.replace("/log ", "/log2 "), "valid signature"),
        (lambda note: note.replace("\n\n", "\n\njunk\u2028"), "valid signature"),
        (lambda note: note.replace("\n\n", "\n\n\u2029"), "valid signature"),
        (lambda note: note[:-1] + "\u2028junk\n", "valid signature"),
    ],
)
def test_another_head_is_refused(note: Callable[[str], str], sentence: str) -> None:
    bundle = small_log().bundle_of()
    refused(canonical_json({**bundle, "head": note(bundle["head"])}), sentence)


def test_a_pinned_key_is_followed_through_hand_overs() -> None:
    log = longer_log()
    log.introduce(THIRD, SECOND)
    log.head()
    for signer in (FIRST, SECOND, THIRD):
        verdict = verify_bundle(log.bundle(), now=NOW, pinned=str(signer.verifier))
        assert verdict.anchor.key == THIRD.verifier and verdict.anchor.pinned
    other = PublicLog(signer=SECOND)
    other.publish()
    other.head()
    assert verify_bundle(other.bundle(), now=NOW)
    refused(other.bundle(), "no hand-over leads to it", pinned=str(FIRST.verifier))
    refused(log.bundle(), "cannot be read", pinned="a key")


def test_keys_cannot_be_left_out_added_or_reordered() -> None:
    log = longer_log()
    bundle = log.bundle_of()
    first, second = bundle["keys"]
    for keys in ([first], [second], [second, first], [first, first], [first, second, second]):
        refused(canonical_json({**bundle, "keys": keys}))
    refused(canonical_json({**bundle, "keys": []}), "must have 1 to 100 items")
    # A stranger's key that no one introduced.
    stranger = PublicLog(signer=THIRD)
    stranger.head()
    refused(canonical_json({**bundle, "keys": [first, {**second, "key": str(THIRD.verifier)}]}), "not signed by")


def test_the_age_of_a_head() -> None:
    file = small_log().bundle()
    refused(file, "from the future", now=START - timedelta(minutes=6))
    assert not verify_bundle(file, now=START - timedelta(minutes=4)).age
    assert not verify_bundle(file, now=START + timedelta(days=1)).is_stale
    old = verify_bundle(file, now=START + timedelta(days=9))
    assert old.is_stale and old.age == timedelta(days=9)
    assert not verify_bundle(file, now=START + timedelta(days=9), fresh_within=timedelta(days=10)).is_stale


def test_a_head_that_the_reader_kept() -> None:
    log = longer_log()
    file, kept = log.bundle(), list(log.heads)
    log.head()
    assert not verify_bundle(file, now=NOW, kept=kept[-1]).is_stale
    assert not verify_bundle(file, now=NOW, kept=kept[0]).is_stale
    assert verify_bundle(file, now=NOW, kept=log.heads[-1]).is_stale
    forked = longer_log()
    forked.leaves[-1] = forked.leaves[-1].replace(b"14:02", b"14:03")
    fork = read_head(kept[-1]).__class__(ORIGIN, len(forked.leaves), forked.tree().root).signed(SECOND)
    refused(file, "The log was forked", kept=fork)
    refused(file, "not signed by a key of this log", kept=read_head(kept[0]).signed(THIRD))
    refused(file, "not a checkpoint", kept="junk")


def test_a_text_is_read_field_by_field() -> None:
    assert list(read_text(text_of())) == ["language", "kind", "title", "summary", "body"]
    later = text_of(zeta="A field of a later program")
    assert read_text(later)["zeta"] == "A field of a later program"
    log = PublicLog()
    log.publish(text=later)
    log.head()
    assert verify_bundle(log.bundle(), now=NOW).fields["zeta"] == "A field of a later program"


@pytest.mark.parametrize(
    "text",
    [
        "", "signoff-text/1", "signoff-text/1\n", "signoff-text/2\ntitle 1\na\n", "signoff-text/1\ntitle 2\na\n",
        "signoff-text/1\ntitle 1\na", "signoff-text/1\ntitle 1\na\n\n", "signoff-text/1\ntitle 01\na\n",
        "signoff-text/1\ntitle 0\n\n", "signoff-text/1\ntitle 1\na\ntitle 1\na\n", "signoff-text/1\nbody 1\na\n",
        "signoff-text/1\nbody 1\nb\ntitle 1\na\n", "signoff-text/1\nTitle 1\na\n", "signoff-text/1\ntitle  1\na\n",
        "signoff-text/1\ntitle 3\na\nb\n", "signoff-text/1\ntitle 2\na \n", "signoff-text/1\ntitle 1\né\n",
        "signoff-text/1\ntitle 1\na\njunk", "signoff-text/1\ntitle -1\na\n", "signoff-text/1\ntitle 999999999\na\n",
        "signoff-text/1\nzeta 1\nz\ntitle 1\na\n", "signoff-text/1\ntitle 2\na\x07\n", "signoff-text/1\n" + "t" * 9000,
        "signoff-text/1\ntitle ٣\naaa\n",
    ],
)  # fmt: skip
def test_a_text_that_is_not_in_its_canonical_form_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"text|title"):
        read_text(text)
    if text:  # nor when the operator signs it
        log = PublicLog()
        log.publish(text=text)
        log.head()
        with pytest.raises(Refused):
            verify_bundle(log.bundle(), now=NOW)
