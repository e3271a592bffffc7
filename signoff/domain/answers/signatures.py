"""Signatures: whether a typed name is the name of the person a link was sent to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import unicodedata2

from signoff.domain.partners.folding import person_key

# Said before or after a name or left out; what tells a son from a father, such as Jr. or III, is part of the name.
_BEFORE = frozenset({"dr", "hon", "mr", "mrs", "ms", "mx", "prof", "professor", "rev", "reverend"})
_AFTER = frozenset(
    ["edd", "edm", "med", "phd", "psyd", "mba", "mfa", "mpa", "mph", "mpp", "mls", "mlis", "nbct", "cfre", "cae", "cpa"]
    + ["jd", "esq", "llb", "llm", "md", "dds", "dvm", "dnp", "rn", "aprn", "bsn", "msn", "msw", "lcsw", "lmsw", "lmft"]
    + ["lpc"]
)
_AFTER_A_COMMA = frozenset(["ma", "ms", "ba", "bs", "mat", "pe"])  # family names as well


@dataclass(frozen=True)
class _Word:
    key: str
    is_initial: bool


def same_person(typed: str, registered: str) -> bool:
    """Whether a typed full name is the registered one, judged by letters and digits alone.

    Titles, degrees and a middle initial that only one of them has are forgiven; another initial is another person.
    Words may be written together, but do not end elsewhere.
    """
    if not person_key(typed):
        return False
    ours, theirs = _words(typed), _words(registered)
    if _are_same(ours, theirs) or _are_same(_all_words(typed), _all_words(registered)):
        return True
    ours_bare, theirs_bare = _without_initials(ours), _without_initials(theirs)
    return _are_same(ours_bare, theirs_bare) and (ours == ours_bare or theirs == theirs_bare)


def _are_same(words: Sequence[_Word], others: Sequence[_Word]) -> bool:
    keys, other_keys = [word.key for word in words], [word.key for word in others]
    ends, other_ends = (set(accumulate(map(len, each))) for each in (keys, other_keys))
    return "".join(keys) == "".join(other_keys) and (ends <= other_ends or other_ends <= ends)


def _all_words(name: str) -> list[_Word]:
    return [_Word(key, _is_initial(word)) for word in name.replace(",", " ").split() if (key := person_key(word))]


def _is_initial(word: str) -> bool:
    # One letter can be a whole name: a han letter, and a letter with its mark, unless it has a period.
    letter = unicodedata2.normalize("NFC", word.rstrip("."))
    if len(letter) != 1 or letter.upper() == letter.lower():
        return False
    return word.endswith(".") or unicodedata2.normalize("NFD", letter) == letter


def _words(name: str) -> list[_Word]:
    before, _, after = name.partition(",")
    words, degrees = _all_words(before), _all_words(after)
    while len(words) > 2 and words[0].key in _BEFORE:
        del words[0]
    while degrees and (length := _degree(degrees, _AFTER | _AFTER_A_COMMA)):
        del degrees[-length:]
    words += degrees
    while len(words) > 2 and (length := _degree(words, _AFTER)):
        del words[-length:]
    return words


def _degree(words: Sequence[_Word], degrees: frozenset[str]) -> int:
    """How many words at the end are one degree: PhD, and Ph. D."""
    return next((length for length in (1, 2, 3) if "".join(word.key for word in words[-length:]) in degrees), 0)


def _without_initials(words: list[_Word]) -> list[_Word]:
    return [*words[:1], *(word for word in words[1:-1] if not word.is_initial), *words[-1:]]
