"""Making files: a list is prepared once, ordered and checked, and its bundle is the one spelling of it."""

import pytest

from signoff.evidence.canonical import canonical_json
from signoff.evidence.file_writing import prepare_list
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.public_state import list_digest
from signoff.evidence.strict_json import Refused
from tests.evidence.public_log import ALDER, BIRCH, NOW, PublicLog, digest_of, salt_of, small_log, text_of

ABOUT = ("fund-it", 1, digest_of(text_of()), salt_of("list"))


def test_a_list_is_put_in_order_and_digested() -> None:
    made = prepare_list(*ABOUT, [BIRCH, ALDER])
    assert made.digest == list_digest(*ABOUT, [ALDER, BIRCH]) == prepare_list(*ABOUT, [ALDER, BIRCH]).digest
    assert made.json == canonical_json({"a": [ALDER, BIRCH]})[5:-1]
    other = prepare_list(*ABOUT[:3], salt_of("other"), [ALDER, BIRCH])
    assert other.digest != made.digest and other.json == made.json


@pytest.mark.parametrize(
    "names", [[ALDER, ALDER], [ALDER, {**BIRCH, "name": ALDER["name"]}], [{**ALDER, "name": ""}], [{**ALDER, "x": 1}]]
)
def test_a_list_that_no_bundle_can_have_is_refused(names: list[dict[str, str]]) -> None:
    with pytest.raises(Refused):
        prepare_list(*ABOUT, names)


def test_a_list_of_another_text_is_a_mistake() -> None:
    log = small_log()
    log.texts["fund-it"] = text_of(title="Cut it")
    with pytest.raises(ValueError, match="another text"):
        log.bundle()


@pytest.mark.parametrize("words", ['\\u0000"', '"\\u0000"', "\\", '"'])
def test_no_words_can_pass_for_the_place_of_the_list(words: str) -> None:
    log = PublicLog()
    log.publish(text=text_of(body=words), names=({**ALDER, "note": words},))
    log.head()
    assert verify_bundle(log.bundle(), now=NOW).signatories[0].note == words
