"""The bundle of a position: its text, its check and its signatories, each with the proof that it was recorded.

Verified offline by this module alone, with nothing but the file and, if the reader has it, the public key.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signoff.evidence.checkpoints import Checkpoint, Proof
from signoff.evidence.leaves import read_shown
from signoff.evidence.notes import NotANote, Verifier

FORMAT = "signoff-bundle/1"


class Unreadable(ValueError):
    """The file is no bundle."""


@dataclass(frozen=True)
class Examined:
    """What came of verifying a bundle: whose it is, the record's head it stands on, and every sentence on a fault."""

    title: str
    version: int
    names: tuple[str, ...]
    verifier: Verifier
    checkpoint: Checkpoint | None
    wrong: tuple[str, ...]


def examine(file: str, *, pinned: str = "") -> Examined:
    """Verify a bundle; `pinned` is the public key that the reader trusts, else the bundle's own is taken.

    Unreadable when the file is no bundle at all, NotANote when `pinned` is no key.
    """
    try:
        bundle = json.loads(file)
        if bundle["format"] != FORMAT:
            raise Unreadable("This file is not a bundle of Signoff.")
        own = Verifier.read(bundle["public_key"])
        verifier = Verifier.read(pinned) if pinned else own
        seen: list[Checkpoint] = []
        wrong = [] if own == verifier else ["It names another key than the one you gave."]
        wrong += _wrong(bundle, verifier, seen)
        names = tuple(one["name"] for one in bundle["signatories"])
        title, version = str(bundle["title"]), int(bundle["version"])
    except NotANote:
        raise
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise Unreadable("This file is not a bundle of Signoff, or it was cut short.") from problem
    if len(set(seen)) > 1:
        wrong.append("Its proofs stand on different heads of the record.")
    return Examined(title, version, names, verifier, seen[0] if seen else None, tuple(wrong))


def _wrong(bundle: Mapping[str, Any], verifier: Verifier, seen: list[Checkpoint]) -> Iterator[str]:
    digest = hashlib.sha256(bundle["text"].encode()).hexdigest()
    if digest != bundle["digest"]:
        yield "The text does not have the digest that the bundle gives."
    title = bundle["title"]
    if f"\ntitle {len(title.encode())}\n{title}\n" not in bundle["text"]:
        yield "Its title is not the title of the text."
    about = {"facts.position": bundle["position"], "facts.version": bundle["version"], "facts.digest": digest}
    published = bundle["publication"]
    expected = {"kind": "position_published", "at": published["published_at"], **about}
    yield from _wrong_with("The publication", published, expected, verifier, seen)
    check = bundle["check"]
    verdicts = {finding["criterion"]: finding["verdict"] for finding in check["findings"]}
    expected = {
        "kind": "check_completed",
        "at": check["completed_at"],
        "facts.edition": check["edition"],
        "facts.findings": verdicts,
        **about,
    }
    yield from _wrong_with("The check", check, expected, verifier, seen)
    partners = [one["partner"] for one in bundle["signatories"]]
    if len(set(partners)) != len(partners):
        yield "A partner stands in it twice."
    for one in bundle["signatories"]:
        expected = {
            "kind": "partner_answered",
            "at": one["approved_at"],
            "facts.verdict": "approve",
            "facts.partner": one["partner"],
            "facts.public_name": one["name"],
            "facts.public_note": one["note"],
            **about,
        }
        yield from _wrong_with(f"“{one['name']}”", one, expected, verifier, seen)


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
    for name, value in expected.items():
        if name not in values or values[name] != value or type(values[name]) is not type(value):
            yield f"{what}: the record does not say so ({name.removeprefix('facts.').replace('_', ' ')})."
    try:
        seen.append(Proof.read(evidence["proof"]).proves(leaf, verifier))
    except NotANote as problem:
        yield f"{what}: {problem}"
