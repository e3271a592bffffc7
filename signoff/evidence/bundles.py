"""The bundle of a position: its text, its check and its signatories, each with the proof that it was recorded.

Verified offline by this module alone, with nothing but the file and, if the reader has it, the public key. Whatever a
bundle says is proven or refused: an unknown word in it, a word said twice, a thing left out.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.evidence.checkpoints import Checkpoint, Proof
from signoff.evidence.leaves import names_in, read_shown
from signoff.evidence.notes import NotANote, Verifier

FORMAT = "signoff-bundle/1"
_WHOLE = {"format", "position", "title", "version", "digest", "text", "public_key"} | {
    "publication",
    "check",
    "signatories",
}
_PUBLICATION = {"published_at", "evidence"}
_CHECK = {"edition", "adopted_on", "completed_at", "by", "findings", "evidence"}
_FINDING = {"criterion", "name", "verdict", "rationale", "quotes"}
_SIGNATORY = {"partner", "name", "note", "approved_at", "evidence"}
_EVIDENCE = {"leaf", "shown", "proof"}


class Unreadable(ValueError):
    """The file is no bundle."""


@dataclass(frozen=True)
class Examined:
    """What came of verifying a bundle: what it says, the record's head it stands on, and every sentence on a fault.

    `reasons_sealed` is false for a check from before reasons and quotations were sealed with the verdicts.
    """

    title: str
    version: int
    names: tuple[str, ...]
    edition: int
    checked_at: str
    verdicts: Mapping[str, int]
    reasons_sealed: bool
    verifier: Verifier
    checkpoint: Checkpoint | None
    wrong: tuple[str, ...]


def examine(file: str, *, pinned: str = "") -> Examined:
    """Verify a bundle; `pinned` is the public key that the reader trusts, else the bundle's own is taken.

    Unreadable when the file is no bundle at all, NotANote when `pinned` is no key.
    """
    trusted = Verifier.read(pinned) if pinned else None
    try:
        return _examined(json.loads(file, object_pairs_hook=_each_once), trusted)
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as problem:
        raise Unreadable("This file is not a bundle of Signoff, or it was cut short.") from problem


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Unreadable("This file says one thing twice, so two readers could read it in two ways.")
    return result


def _examined(bundle: Mapping[str, Any], trusted: Verifier | None) -> Examined:
    if bundle["format"] != FORMAT:
        raise Unreadable("This file is not a bundle of Signoff.")
    own, check = Verifier.read(bundle["public_key"]), bundle["check"]
    verifier, seen = trusted or own, list[Checkpoint]()
    wrong = [] if own == verifier else ["It names another key than the one you gave."]
    wrong += [*_wrong_shape(bundle), *_wrong(bundle, verifier, seen)]
    if len(set(seen)) > 1:
        wrong.append("Its proofs stand on different heads of the record.")
    return Examined(
        title=str(bundle["title"]),
        version=int(bundle["version"]),
        names=tuple(str(item["name"]) for item in bundle["signatories"]),
        edition=int(check["edition"]),
        checked_at=str(check["completed_at"]),
        verdicts=Counter(str(finding["verdict"]) for finding in check["findings"]),
        reasons_sealed="facts.reasons" in names_in(check["evidence"]["leaf"].encode()),
        verifier=verifier,
        checkpoint=seen[0] if seen else None,
        wrong=tuple(wrong),
    )


_ADDRESS = "facts.position"


def _wrong_shape(bundle: Mapping[str, Any]) -> Iterator[str]:
    parts = [(bundle, _WHOLE), (bundle["publication"], _PUBLICATION), (bundle["check"], _CHECK)]
    parts += [(finding, _FINDING) for finding in bundle["check"]["findings"]]
    parts += [(item, _SIGNATORY) for item in bundle["signatories"]]
    proven = (bundle["publication"], bundle["check"], *bundle["signatories"])
    parts += [(part["evidence"], _EVIDENCE) for part in proven]
    for part, expected in parts:
        if strange := sorted(set(part) ^ expected):
            yield f"It says more or less than a bundle says: {', '.join(strange)}."
    if bundle["check"]["by"] != "reviewer":
        yield "It names another role than a reviewer's."


def _wrong(bundle: Mapping[str, Any], verifier: Verifier, seen: list[Checkpoint]) -> Iterator[str]:
    digest = hashlib.sha256(bundle["text"].encode()).hexdigest()
    if digest != bundle["digest"]:
        yield "The text does not have the digest that the bundle gives."
    if _title_of(bundle["text"]) != bundle["title"]:
        yield "Its title is not the title of the text."
    about = {_ADDRESS: bundle["position"], "facts.version": bundle["version"], "facts.digest": digest}
    published = bundle["publication"]
    expected = {"kind": "position_published", "at": published["published_at"], **about}
    yield from _wrong_with("The publication", published, expected, verifier, seen)
    yield from _wrong_with_check(bundle["check"], about, verifier, seen)
    partners = [item["partner"] for item in bundle["signatories"]]
    if len(set(partners)) != len(partners):
        yield "A partner stands in it twice."
    for item in bundle["signatories"]:
        expected = {
            "kind": "partner_answered",
            "at": item["approved_at"],
            "facts.verdict": "approve",
            "facts.partner": item["partner"],
            "facts.public_name": item["name"],
            "facts.public_note": item["note"],
            **about,
        }
        yield from _wrong_with(f"“{item['name']}”", item, expected, verifier, seen)


def _wrong_with_check(
    check: Mapping[str, Any], about: Mapping[str, Any], verifier: Verifier, seen: list[Checkpoint]
) -> Iterator[str]:
    verdicts = {finding["criterion"]: finding["verdict"] for finding in check["findings"]}
    if len(verdicts) != len(check["findings"]):
        yield "A criterion stands in it twice."
    expected = {
        "kind": "check_completed",
        "at": check["completed_at"],
        "facts.edition": check["edition"],
        "facts.findings": verdicts,
        **about,
    }
    if "facts.reasons" in names_in(check["evidence"]["leaf"].encode()):
        expected["facts.reasons"] = digest_of_reasons(check["adopted_on"], check["findings"])
    yield from _wrong_with("The check", check, expected, verifier, seen)


def digest_of_reasons(adopted_on: str, findings: Sequence[Mapping[str, Any]]) -> str:
    """What is sealed of a check beside its verdicts: the edition's day, the criteria's names, reasons, quotations."""
    sealed = [{name: finding[name] for name in sorted(_FINDING)} for finding in findings]
    return sha256_hex(canonical_json({"adopted_on": adopted_on, "findings": sealed}))


def _title_of(text: str) -> str | None:
    """The title of an approved text, read from its beginning, field after field; None when it cannot be read."""
    rest = text.encode().removeprefix(b"signoff-text/1\n")
    with suppress(ValueError):
        while rest:
            head, _, rest = rest.partition(b"\n")
            name, length = head.decode().split(" ")
            if name == "title":
                return rest[: int(length)].decode()
            rest = rest[int(length) + 1 :]
    return None


def _wrong_with(
    what: str, part: Mapping[str, Any], expected: Mapping[str, Any], verifier: Verifier, seen: list[Checkpoint]
) -> Iterator[str]:
    evidence = part["evidence"]
    leaf = evidence["leaf"].encode()
    try:
        values = read_shown(leaf, evidence["shown"])
    except ValueError as problem:
        yield f"{what}: {problem}."
        return
    if strange := sorted(set(values) - set(expected)):
        yield f"{what}: it shows more than it says: {', '.join(strange)}."
    for name, value in expected.items():
        if name == _ADDRESS and name not in values and expected["kind"] != "position_published":
            continue  # it was recorded while the position had another address, which is nobody's business
        if name not in values or values[name] != value or type(values[name]) is not type(value):
            yield f"{what}: the record does not say so ({name.removeprefix('facts.').replace('_', ' ')})."
    try:
        seen.append(Proof.read(evidence["proof"]).proves(leaf, verifier))
    except NotANote as problem:
        yield f"{what}: {problem}"
