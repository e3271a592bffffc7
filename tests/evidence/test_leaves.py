"""A leaf commits to every fact of an entry and gives none away; facts are shown one by one."""

import hashlib
import json

import pytest

from signoff.evidence.canonical import canonical_json
from signoff.evidence.leaves import leaf_of, shown

FACTS = {"partner": "alder", "verdict": "approve", "sequence": 3, "public_note": "", "authority": "board"}
BODY = {
    "format": "signoff-entry/1", "kind": "partner_answered", "at": "2026-11-24T12:00:00Z", "by": "contact:4",
    "facts": FACTS, "salt": "ab" * 16,
}  # fmt: skip
ENTRY = canonical_json(BODY)


def committed(name: str, value: object, salt: str) -> str:
    """The commitment that docs/developers.md describes, computed here."""
    return hashlib.sha256(canonical_json({"facts": {name: value}, "salt": salt}).encode()).hexdigest()


def test_what_is_shown_is_what_was_sealed_and_nothing_else_can_be_read() -> None:
    leaf = leaf_of(ENTRY)
    told = shown(ENTRY, ["kind", "facts.partner", "facts.verdict"])
    assert {name: item["value"] for name, item in told.items()} == {
        "kind": "partner_answered", "facts.partner": "alder", "facts.verdict": "approve",
    }  # fmt: skip
    sealed = json.loads(leaf)["facts"]
    assert all(sealed[name] == committed(name, item["value"], item["salt"]) for name, item in told.items())
    given = leaf.decode() + json.dumps(told)
    for hidden in ("board", "contact:4", "ab" * 16, ENTRY):
        assert hidden in ENTRY and hidden not in given


def test_no_one_can_guess_a_hidden_fact_from_those_that_are_shown() -> None:
    """Every salt is another one, so trying “1, 2, 3” with a shown salt opens nothing."""
    sealed = json.loads(leaf_of(ENTRY))["facts"]
    salts = [item["salt"] for item in shown(ENTRY, ["kind", "at", "by", *(f"facts.{name}" for name in FACTS)]).values()]
    assert len(set(salts)) == len(salts) == 8
    own = shown(ENTRY, ["facts.sequence"])["facts.sequence"]["salt"]
    for salt in salts:
        assert (committed("facts.sequence", 3, salt) == sealed["facts.sequence"]) is (salt == own)


def test_two_entries_that_say_the_same_have_nothing_in_common() -> None:
    other = canonical_json({**BODY, "salt": "cd" * 16})
    ours, theirs = json.loads(leaf_of(ENTRY))["facts"], json.loads(leaf_of(other))["facts"]
    assert not set(ours.values()) & set(theirs.values())


def test_a_fact_that_the_entry_lacks_cannot_be_shown() -> None:
    with pytest.raises(KeyError):
        shown(ENTRY, ["facts.unknown"])
