"""What a verifier that knows `docs/evidence.md` and nothing of the program says of good bundles and of bent ones."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from signoff.evidence import comparison, position_bundles
from signoff.evidence.comparison import Outcome
from signoff.evidence.partner_proofs import verify_proof
from tests.evidence import stranger
from tests.evidence.attacks import changes
from tests.evidence.pairs import beside_each_other
from tests.evidence.public_log import BIRCH, FIRST, SECOND, small_log, text_of
from tests.evidence.stranger import Refused, canonical, compare, follow_log, verify_bundle, verify_partner_proof

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text()
NOW = stranger.parse_time("2025-11-29T14:10:00Z")


def vector(name: str) -> str:
    found = re.search(rf"<!-- vector: {name} -->\n```\n(.*?)\n```", PAGE, re.DOTALL)
    assert found
    return found[1]


FILES = {name: vector(name).encode() for name in ("bundle", "longer", "proof")}


def test_it_imports_nothing_of_the_program() -> None:
    assert "signoff." not in re.sub(r'""".*?"""|"signoff-[a-z]+/\d', "", Path(stranger.__file__).read_text())
    assert not re.search(r"^(from|import) (signoff|tests)", Path(stranger.__file__).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["bundle", "longer"])
def test_good_bundles_are_accepted(name: str) -> None:
    found = verify_bundle(FILES[name], now=NOW, key=vector("key"))
    assert [one["name"] for one in found["signatories"]] == ["Alder School Fund", "Birch “Éa” & Sons"]
    assert stranger.parse_time(found["as_of"]) <= NOW


def test_a_good_proof_is_accepted() -> None:
    facts = verify_partner_proof(FILES["proof"], now=NOW, key=vector("key"))
    assert (facts["verdict"], facts["public_name"]) == ("approve", "Alder School Fund")


def verify(name: str, file: bytes) -> object:
    return (verify_partner_proof if name == "proof" else verify_bundle)(file, now=NOW)


@pytest.mark.parametrize("name", FILES)
def test_every_byte_counts(name: str) -> None:
    good = FILES[name]
    for place in range(len(good)):
        bent = (bytes([good[place] ^ 1]), b"", b" " + good[place : place + 1])[place % 3]
        with pytest.raises(Refused):
            verify(name, good[:place] + bent + good[place + 1 :])


@pytest.mark.parametrize(("name", "least"), [("bundle", 2_000), ("proof", 1_000)])
def test_thousands_of_changes_of_structure_are_refused(name: str, least: int) -> None:
    tried = 0
    for what, bent in changes(json.loads(FILES[name])):
        try:
            file = canonical(bent)
        except (ValueError, TypeError):
            continue
        tried += 1
        try:
            verify(name, file)
        except Refused:
            continue
        pytest.fail(f"accepted: {what}")
    assert tried >= least


def test_what_the_page_says_must_be_refused_is_refused() -> None:
    first, longer = (json.loads(FILES[name]) for name in ("bundle", "longer"))
    second = longer["keys"][1]["key"]
    for file, now, pinned in (
        ({**first, "list": longer["list"]}, NOW, ""),
        ({**longer, "keys": longer["keys"][:1]}, NOW, ""),
        (first, NOW - timedelta(minutes=70), ""),
        (longer, NOW - timedelta(minutes=70), ""),
        (first, NOW, second),
    ):
        with pytest.raises(Refused):
            verify_bundle(canonical(file), now=now, key=pinned)
    assert verify_bundle(canonical(longer), now=NOW, key=second)


OUTCOMES = {
    Outcome.AGREES: "agreement",
    Outcome.CONTRADICTS: "contradiction",
    Outcome.QUESTION: "ask",
    Outcome.UNRELATED: "unrelated",
}


def test_it_compares_a_proof_with_a_list_as_the_program_does() -> None:
    found = set()
    for proof, bundle in beside_each_other():
        ours = comparison.compare(verify_proof(proof, now=NOW), position_bundles.verify_bundle(bundle, now=NOW)).outcome
        mine = verify_partner_proof(proof.encode(), now=NOW), verify_bundle(bundle.encode(), now=NOW)
        assert compare(*mine)[0] == OUTCOMES[ours], (mine, ours)
        found.add(ours)
    assert found == set(Outcome)


def test_it_follows_a_log_with_lists_ends_and_a_new_key() -> None:
    log = small_log()
    log.list(names=(BIRCH,))
    log.end()
    log.publish("aid", text=text_of(title="Aid"))
    log.head()
    log.introduce(SECOND, FIRST)
    log.list("aid", names=())
    head = log.head()
    found = follow_log(log.leaves, head)
    assert [one["position"] for one in found["live"]] == ["aid"] and found["size"] == len(log.leaves)
    assert follow_log(log.leaves, head + "— witness.example/w1 not+Base64\n")
    for place, leaf in enumerate(log.leaves):
        bent = leaf.replace(b'"aid"', b'"aim"') if b'"aid"' in leaf else leaf[:-2] + b' "}'
        with pytest.raises(Refused):
            follow_log([*log.leaves[:place], bent, *log.leaves[place + 1 :]], head)
        with pytest.raises(Refused):
            follow_log([*log.leaves[:place], *log.leaves[place + 1 :]], head)
