"""Entries of the record about descriptions, logos and notices, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

POSTING_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "posting_proposed": lambda f: f"A {f['what']} for the public page of {f['partner']} was proposed",
    "posting_settled": lambda f: (
        f"A {f['what']} of {f['partner']} was {'put on its public page' if f['accepted'] else 'not accepted'}"
    ),
    "posting_ended": lambda f: f"A {f['what']} of {f['partner']} was taken back or removed",
}
