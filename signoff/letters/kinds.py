"""Which class writes which letter, and what staff call it: importing this fails while a kind has no letter."""

# ruff: noqa: F401  (each module registers its letters when it is imported)

from collections.abc import Collection

from signoff.domain.letters import LetterKind
from signoff.letters import (
    acceptances,
    accounts,
    answers,
    applications,
    complaints,
    consultations,
    meetings,
    newsletters,
    partners,
    postings,
    problem_reports,
    proofs,
    publications,
    referrals,
    requests,
    rounds,
    schedules,
    subscriptions,
    turns,
)
from signoff.letters.base import LOADERS, WORDS, BaseLetter
from signoff.letters.context import LetterContext


def load_letter(context: LetterContext) -> BaseLetter:
    """The letter of a row of the outbox with its facts as they are now."""
    return LOADERS[LetterKind(context.row.kind)](context)


def require_every_kind(registered: Collection[LetterKind]) -> None:
    """ImportError that names the kinds no one writes."""
    if missing := [kind.value for kind in LetterKind if kind not in registered]:
        raise ImportError(f"No letter is registered for: {', '.join(missing)}.")


require_every_kind(LOADERS)

# What staff call each kind of email, in lists and at the head of its page.
LETTER_WORDS = {kind: WORDS[kind] for kind in LetterKind}
