"""Canonical bytes: the same JSON text for the same facts, whichever program writes it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Made once: `json.dumps` with these options makes one for each call.
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(facts: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces; numbers are whole, so no two writers can differ."""
    return _WRITER.encode(facts)


def sha256_hex(text: str) -> str:
    """SHA-256 over the UTF-8 bytes, as 64 hexadecimal characters."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(facts: Mapping[str, Any], salt: str) -> str:
    """A salted digest of personal facts: proves them while the salt is kept, tells nothing once it is erased."""
    return sha256_hex(canonical_json({"facts": dict(facts), "salt": salt}))
