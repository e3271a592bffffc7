"""What a verifier that knows `docs/evidence.md` and nothing of the program says of good bundles and of bent ones."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.evidence import stranger
from tests.evidence.attacks import changes
from tests.evidence.stranger import Refuse, canon, verify_bundle, verify_proof

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text()
NOW = stranger.time("2025-11-29T14:10:00Z")


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
    names, moment = verify_bundle(FILES[name], NOW, vector("key"))
    assert names == ["Alder School Fund", "Birch “Éa” & Sons"] and moment <= NOW


def test_a_good_proof_is_accepted() -> None:
    facts = verify_proof(FILES["proof"], NOW, vector("key"))
    assert (facts["facts.verdict"], facts["facts.public_name"]) == ("approve", "Alder School Fund")


def verify(name: str, file: bytes) -> object:
    return verify_proof(file, NOW) if name == "proof" else verify_bundle(file, NOW)


@pytest.mark.parametrize("name", FILES)
def test_every_byte_counts(name: str) -> None:
    good = FILES[name]
    for place in range(len(good)):
        bent = (bytes([good[place] ^ 1]), b"", b" " + good[place : place + 1])[place % 3]
        with pytest.raises(Refuse):
            verify(name, good[:place] + bent + good[place + 1 :])


@pytest.mark.parametrize(("name", "least"), [("bundle", 2_000), ("proof", 1_000)])
def test_thousands_of_changes_of_structure_are_refused(name: str, least: int) -> None:
    tried = 0
    for what, bent in changes(json.loads(FILES[name])):
        try:
            file = canon(bent)
        except (ValueError, TypeError):
            continue
        tried += 1
        try:
            verify(name, file)
        except Refuse:
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
        with pytest.raises(Refuse):
            verify_bundle(canon(file), now, pinned)
    assert verify_bundle(canon(longer), NOW, second)
