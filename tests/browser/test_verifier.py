"""The verifier in the browser gives the verdicts of Python's: on vectors, on every byte, on thousands of changes."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from signoff.evidence.comparison import Outcome, compare
from signoff.evidence.heads import Head
from signoff.evidence.key_changes import change_key
from signoff.evidence.log_leaves import KeyChange, State
from signoff.evidence.partner_proofs import verify_proof
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.strict_json import Refused
from signoff.evidence.verifier import verify_file
from tests.browser.person import Person
from tests.evidence.attacks import changes
from tests.evidence.naive_tree import mth
from tests.evidence.pairs import beside_each_other
from tests.evidence.public_log import (
    ALDER,
    BIRCH,
    FIRST,
    NOW,
    ORIGIN,
    SECOND,
    THIRD,
    PublicLog,
    small_log,
    text_of,
)
from tests.evidence.test_attachments import BENT, GOOD
from tests.evidence.test_position_bundles import longer_log
from tests.evidence.test_vectors import VECTORS

# Verifies files, given as strings of one character a byte; the answers are booleans, or what went wrong otherwise.
VERIFY = """async ({ address, pins, now }) => {
  const { verifyBundle } = await import("/static/verify/bundle.js");
  const { PROOF_FORMAT, verifyProof } = await import("/static/verify/proof.js");
  const { Refused } = await import("/static/verify/strict_json.js");
  const verdict = async (file) => {
    const bytes = Uint8Array.from(file, (one) => one.charCodeAt(0));
    const isProof = file.includes(`"${PROOF_FORMAT}"`) && !file.includes('"signoff-bundle/2"');
    try {
      await (isProof ? verifyProof : verifyBundle)(bytes, { now, pins });
      return true;
    } catch (problem) {
      return problem instanceof Refused ? false : String(problem);
    }
  };
  const [files, verdicts] = [await (await fetch(address)).json(), []];
  while (files.length) verdicts.push(...(await Promise.all(files.splice(0, 100).map(verdict))));
  return verdicts;
}"""
Verify = Callable[..., list[bool]]


@pytest.fixture
def verify(browser: Browser, site: str) -> Verify:
    """Verdicts of the browser's verifier on files, at the time of the vectors."""
    page = Person(browser, site).go("/verify")

    def verdicts(files: list[bytes], pins: object = None, now: float = NOW.timestamp()) -> list[bool]:
        body = json.dumps([file.decode("latin-1") for file in files])
        page.route("**/files.json", lambda route: route.fulfill(body=body, content_type="application/json"))
        given = {"address": "/files.json", "pins": pins, "now": now * 1000}
        result: list[bool] = page.evaluate(VERIFY, given)
        page.unroute("**/files.json")
        return result

    return verdicts


def in_python(file: bytes) -> bool:
    with suppress(Refused):
        return bool(verify_file(file, now=NOW))
    return False


def written(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def changed(file: str) -> list[bytes]:
    """Every change of the list that Python's verifier is held to."""
    found = []
    for _, bent in changes(json.loads(file)):
        with suppress(TypeError):
            found.append(written(bent))
    return found


def every_byte(file: str) -> list[bytes]:
    good = file.encode()
    flipped = [good[:at] + bytes([byte ^ 1]) + good[at + 1 :] for at, byte in enumerate(good)]
    return [
        *flipped,
        *(good[:end] for end in range(0, len(good), 97)),
        good + b"\n",
        b" " + good,
        b"\xef\xbb\xbf" + good,
    ]


def unusual() -> list[bytes]:
    """Files at the edges of the format: some good, some not."""
    bundle = VECTORS["bundle"]
    spellings = [
        b'{"a":' * 200_000 + b"1" + b"}" * 200_000, b"[" * 999_000, b"", b"[]",
        b'{"a":1e3}', b'{"a":-0}', b'{"a":"\\ud800"}', b'{"__proto__":{"format":"signoff-bundle/2"}}',
        b'{"format":"signoff-proof/2","entry":{"shown":{"kind":{"value":"constructor"}}}}',
        bundle.replace("Fund it", "Fund \\u0069t").encode(), bundle.replace('"version":1', '"version":1.0').encode(),
        bundle.replace("\\n\\n— ", "\\n\\njunk\u2028— ").encode(),
        bundle.replace('"index":2', '"index":4294967298').encode(),
    ]  # fmt: skip
    start = "signoff-text/1\n"
    fields = (
        f"{start}zeta 1\nz\ntitle 1\na\n",
        f"{start}body 1\nb\ntitle 1\na\n",
        f"{start}title 1\na\n",
        f"{start}body 1\na\n",
        f"{start}title 2\né\n",
        f"{start}title 1\né\n",
    )
    for text in (text_of(zeta="Later"), text_of(body="😀\ue000"), *fields):
        log = PublicLog()
        log.publish(text=text)
        log.head()
        spellings.append(log.bundle().encode())
    for names in (("\ue000", "😀"), ("😀", "\ue000")):  # in the order of code points, and in that of UTF-16
        log = PublicLog()
        log.publish(names=[{**one, "partner": partner} for one, partner in zip((ALDER, BIRCH), names, strict=True)])
        log.head()
        spellings.append(log.bundle().encode())
    log = PublicLog()
    log.publish(names=({**ALDER, "name": "😀" * 1_000},))
    log.head()
    return [*spellings, log.bundle().encode()]


def signed_by_the_operator() -> list[bytes]:
    """What no change of a good file gives: an operator that signs what it must not."""
    unsigned = small_log()
    change = change_key(SECOND, FIRST)
    bad = KeyChange(change.key, change.after, (change.signatures[0], "0a" * 64))
    unsigned.keys.append((bad, unsigned.add(bad)))
    unsigned.signer = SECOND
    unsigned.head()
    larger = small_log()
    state = State(larger.states[0].time, 2, larger.states[0].root, larger.states[0].record)
    larger.states[0], larger.leaves[-1] = state, state.encoded
    larger.heads[0] = Head(ORIGIN, len(larger.leaves), larger.tree().root).signed(FIRST)
    early = small_log()
    early.head(datetime(2025, 11, 28, 9, 30, tzinfo=UTC))
    return [log.bundle().encode() for log in (unsigned, larger, early)]


def test_it_verifies_what_python_verifies_and_refuses_what_python_refuses(verify: Verify) -> None:
    good = [VECTORS[name].encode() for name in ("bundle", "longer", "proof")]
    assert verify(good) == [True] * 3
    bent = [*every_byte(VECTORS["bundle"]), *changed(VECTORS["longer"]), *changed(VECTORS["proof"])[::3]]
    assert len(bent) > 5_000
    accepted = [file[:200] for file, verdict in zip(bent, verify(bent), strict=True) if verdict is not False]
    assert accepted == []  # as tests/evidence asserts of Python's
    files = [*unusual(), *signed_by_the_operator()]
    expected = [in_python(file) for file in files]
    assert verify(files) == expected and sum(expected) == 6


COMPARE = """async ({ pairs, now }) => {
  const { verifyBundle } = await import("/static/verify/bundle.js");
  const { compare, verifyProof } = await import("/static/verify/proof.js");
  const { Words, proofWords } = await import("/static/verify/words.js");
  const words = new Words({ now, locale: "en-US", zone: "America/New_York" });
  const bytes = (text) => new TextEncoder().encode(text);
  const found = [];
  for (const [one, other] of pairs) {
    const proof = await verifyProof(bytes(one), { now });
    const bundle = await verifyBundle(bytes(other), { now });
    const site = { how: "bundle", bundle, log: { relation: "same" } };
    found.push([compare(proof, bundle), proofWords(words, proof, site).state]);
  }
  return found;
}"""


def test_it_compares_a_proof_with_a_list_as_python_does(browser: Browser, site: str) -> None:
    pairs = beside_each_other()
    page = Person(browser, site).go("/verify")
    found = page.evaluate(COMPARE, {"pairs": pairs, "now": NOW.timestamp() * 1000})
    expected = [compare(verify_proof(one, now=NOW), verify_bundle(other, now=NOW)).outcome for one, other in pairs]
    assert [outcome.replace("forked", "contradicts") for outcome, _ in found] == expected
    assert set(expected) == set(Outcome) and "forked" in dict(found)
    assert all((state == "Contradiction") == (outcome in ("forked", "contradicts")) for outcome, state in found)


# The relations of pairs of sizes, with the log's tiles and roots; then the addresses that a large log is asked for.
ROOTS = """async ({ sizes, tiles, large }) => {
  const { nodesOf, rootsOf } = await import("/static/verify/consistency.js");
  const { fromHex, toHex } = await import("/static/verify/hashing.js");
  const found = [];
  for (const [earlier, later] of sizes) {
    const roots = await rootsOf(nodesOf(async (address) => fromHex(tiles[address]), later), earlier, later);
    found.push([toHex(roots.earlier), toHex(roots.later)]);
  }
  const asked = [];
  for (const [size, level, index] of large) {
    const tile = async (address) => (asked.push(address), new Uint8Array(0));
    await nodesOf(tile, size)(level, index).catch(() => null);
  }
  return { found, asked };
}"""


def test_it_computes_the_roots_of_a_log_from_its_tiles(browser: Browser, site: str) -> None:
    leaves = [str(number).encode() for number in range(600)]
    hashes = [mth([leaf]).hex() for leaf in leaves]
    sizes = [(earlier, later) for later in range(2, 18) for earlier in range(1, later)]
    sizes += [(1, 600), (255, 256), (256, 257), (256, 600), (300, 513), (511, 512), (513, 600)]
    tiles = {f"0/00{number}": "".join(hashes[256 * number : 256 * number + 256]) for number in range(2)}
    for size in {later for _, later in sizes}:
        if size % 256:
            tiles[f"0/00{size // 256}.p/{size % 256}"] = "".join(hashes[size - size % 256 : size])
        if size >= 256:
            tiles[f"1/000.p/{size // 256}"] = "".join(
                mth(leaves[at : at + 256]).hex() for at in range(0, size - 255, 256)
            )
    large = [(1_234_067 * 256 + 1, 0, 1_234_067 * 256), (2**40 + 2**33, 24, 0), (2**40 + 2**33, 33, 128)]
    page = Person(browser, site).go("/verify")
    answer = page.evaluate(ROOTS, {"sizes": sizes, "tiles": tiles, "large": large})
    assert answer["found"] == [[mth(leaves[:size]).hex() for size in pair] for pair in sizes]
    assert answer["asked"] == ["0/x001/x234/067.p/1", "3/000", "4/001.p/2"]


ATTACHED = """async (files) => {
  const { attachmentOf } = await import("/static/verify/attachment.js");
  const read = async (file) => {
    const bytes = Uint8Array.from(file, (one) => one.charCodeAt(0));
    return attachmentOf(bytes).then((found) => new TextDecoder().decode(found), (problem) => problem.constructor.name);
  };
  return Promise.all(files.map(read));
}"""


def test_it_reads_the_attachments_that_python_reads(browser: Browser, site: str) -> None:
    page = Person(browser, site).go("/verify")
    files = [*GOOD, *(file for file, _ in BENT.values())]
    found = page.evaluate(ATTACHED, [file.decode("latin-1") for file in files])
    assert found == ["{}"] * len(GOOD) + ["Refused"] * len(BENT)


def test_the_clock_and_the_pinned_keys(verify: Verify) -> None:
    bundle, longer = VECTORS["bundle"].encode(), VECTORS["longer"].encode()
    assert verify([bundle, longer], now=NOW.timestamp() - 4_200) == [False, False]  # from the future
    first, second, third = (
        {"key": str(one.verifier), "index": at} for one, at in ((FIRST, 0), (SECOND, 7), (THIRD, 12))
    )
    both = [bundle, longer]
    assert verify(both, [first]) == [True, True]  # what is known is handed over
    assert verify(both, [first, second]) == [True, True]  # what was signed before a hand-over stands
    assert verify(both, [first, second, third]) == [True, True]
    assert verify(both, [second]) == verify(both, [third]) == verify(both, []) == [False, False]
    assert verify(both, [{**first, "index": 1}, second]) == [False, False]
    # A retired key signed nothing after the key that took its place.
    thief = small_log()
    for _ in range(6):
        thief.head()
    assert verify([thief.bundle().encode()], [first]) == [True]
    assert verify([thief.bundle().encode()], [first, second]) == [False]
    assert len(longer_log().leaves) == 9
