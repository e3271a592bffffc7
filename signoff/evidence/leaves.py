"""What the record seals of an entry: a commitment to each of its facts, so that any of them can be shown alone.

A leaf is made of an entry's canonical bytes and nothing else. Each fact is salted with a salt of its own, made of the
entry's secret salt; a reader who is shown one fact learns nothing of the others, not even by guessing.
"""

import hmac
import json
from collections.abc import Iterable
from typing import Any

from signoff.evidence.canonical import canonical_json, commitment

FORMAT = "signoff-leaf/1"


def leaf_of(entry: str) -> bytes:
    """The bytes that are sealed for an entry, given its canonical body."""
    commitments = {name: commitment({name: value}, salt) for name, (value, salt) in _facts(entry).items()}
    return canonical_json({"format": FORMAT, "facts": commitments}).encode()


def shown(entry: str, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Some facts of an entry, each with the salt that shows it is the one the leaf commits to.

    Names are `kind`, `at`, `by`, and the entry's own facts as `facts.partner`; KeyError for one it does not have.
    """
    facts = _facts(entry)
    return {name: {"value": facts[name][0], "salt": facts[name][1]} for name in names}


def _facts(entry: str) -> dict[str, tuple[Any, str]]:
    body = json.loads(entry)
    values = {name: body[name] for name in ("kind", "at", "by")}
    values |= {f"facts.{name}": value for name, value in body["facts"].items()}
    return {name: (value, _salt(body["salt"], name)) for name, value in values.items()}


def _salt(secret: str, name: str) -> str:
    return hmac.digest(secret.encode(), f"{FORMAT}\n{name}".encode(), "sha256").hex()[:32]
