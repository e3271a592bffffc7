"""A leaf commits to every fact of an entry and gives none away; facts are shown one by one."""

import json

import pytest

from signoff.evidence.canonical import canonical_json
from signoff.evidence.leaves import leaf_of, read_shown, shown

FACTS = {"partner": "alder", "verdict": "approve", "sequence": 3, "public_note": "", "authority": "board"}
BODY = {
    "format": "signoff-entry/1", "kind": "partner_answered", "at": "2026-11-24T12:00:00Z", "by": "contact:4",
    "facts": FACTS, "salt": "ab" * 16,
}  # fmt: skip
ENTRY = canonical_json(BODY)


def test_what_is_shown_is_what_was_sealed_and_nothing_else_can_be_read() -> None:
    leaf = leaf_of(ENTRY)
    told = shown(ENTRY, ["kind", "facts.partner", "facts.verdict"])
    assert read_shown(leaf, told) == {
        "kind": "partner_answered", "facts.partner": "alder", "facts.verdict": "approve",
    }  # fmt: skip
    given = leaf.decode() + json.dumps(told)
    for hidden in ("board", "contact:4", "ab" * 16, ENTRY):
        assert hidden in ENTRY and hidden not in given


def test_nobody_can_guess_a_hidden_fact_from_those_that_are_shown() -> None:
    """Every salt is another one, so trying “1, 2, 3” with a shown salt opens nothing."""
    leaf = leaf_of(ENTRY)
    salts = [item["salt"] for item in shown(ENTRY, ["kind", "at", "by", *(f"facts.{name}" for name in FACTS)]).values()]
    assert len(set(salts)) == len(salts) == 8
    hidden = shown(ENTRY, ["facts.sequence"])["facts.sequence"]["salt"]
    for salt in set(salts) - {hidden}:
        with pytest.raises(ValueError, match="not what was sealed"):
            read_shown(leaf, {"facts.sequence": {"value": 3, "salt": salt}})


def test_two_entries_that_say_the_same_have_nothing_in_common() -> None:
    other = canonical_json({**BODY, "salt": "cd" * 16})
    ours, theirs = json.loads(leaf_of(ENTRY))["facts"], json.loads(leaf_of(other))["facts"]
    assert not set(ours.values()) & set(theirs.values())


@pytest.mark.parametrize(
    "told",
    [
        {"facts.verdict": {"value": "decline", "salt": "x"}},
        {"facts.unknown": {"value": "x", "salt": "x"}},
        {"facts.verdict": {"value": "approve"}},
        {"facts.verdict": "approve"},
        {"facts.verdict": None},
    ],
)
def test_anything_else_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"sealed|cannot be read"):
        read_shown(leaf_of(ENTRY), told)
    for bent in (b"{}", b"[]", b"x", leaf_of(ENTRY) + b" ", leaf_of(ENTRY).replace(b"leaf/1", b"leaf/2")):
        with pytest.raises(ValueError):
            read_shown(bent, {})
