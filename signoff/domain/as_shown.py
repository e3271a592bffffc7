"""What was shown is what is done: a page carries a digest of what it showed, and the act compares it."""

import hashlib
from collections.abc import Iterable

from signoff.domain.errors import NotAsShown


def shown_digest(parts: Iterable[str]) -> str:
    """What a page showed, in whatever order, as one value that its form carries."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def ensure_as_shown(shown: str | None, now: str, sentence: str = "") -> None:
    """Refuse with NotAsShown when the digest that was shown is not the one of now; None when nothing was shown.

    An act asks this after it took its locks, so that nothing changes between the comparison and the act.
    """
    if shown is not None and shown != now:
        raise NotAsShown(sentence)
