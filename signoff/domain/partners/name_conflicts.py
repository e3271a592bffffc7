"""Names that may be taken for one another: which read alike, which are near, and what may be answered about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import regex
from rapidfuzz.distance import OSA

from signoff.domain.partners.folding import loose_keys, loosened, name_key, reads_alike
from signoff.domain.partners.short_forms import SMALL_WORDS, name_forms, without_article
from signoff.domain.partners.spelled_out import initials_of, letters_alone, spelled_out


class NameAnswer(StrEnum):
    """What a person says of two names: one organization, part of the other, or two that have nothing in common."""

    SAME = "same"
    AFFILIATE = "affiliate"
    DIFFERENT = "different"


@dataclass(frozen=True)
class RegisteredName:
    """A name in the register: whose it is."""

    name: str
    partner: str
    slug: str


@dataclass(frozen=True)
class NameConflict:
    """A typed name and a registered one that it may be taken for."""

    typed: str
    registered: RegisteredName
    reads_alike: bool

    @property
    def choices(self) -> tuple[NameAnswer, ...]:
        """What may be answered: a name that reads like another's is that partner's, or has to be another name."""
        return (NameAnswer.SAME,) if self.reads_alike else tuple(NameAnswer)

    @property
    def sentence(self) -> str:
        """What is the matter, and what can be done about it."""
        other = f"“{self.registered.name}”"
        if self.registered.name != self.registered.partner:
            other += f", a name of {self.registered.partner}"
        if self.reads_alike:
            return f"“{self.typed}” reads like {other}. Use that partner, or give this one another name."
        return (
            f"“{self.typed}” is close to {other}. Is it the same organization, an affiliate of it, or a different one?"
        )


# Of a typed name and the slug of the partner whose name it may be taken for.
Answers = Mapping[tuple[str, str], str]

_FEW = 20  # names, for which it is quicker to look at each registered one than to arrange them
_SHORTEST_NEAR = 6  # letters and digits
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.&-][\p{L}\p{M}\p{N}]+)*")


def answered_same(conflicts: Iterable[NameConflict], answers: Answers) -> NameConflict | None:
    """The conflict of which it was said that both are one organization."""
    return next((conflict for conflict in conflicts if answer_to(conflict, answers) == NameAnswer.SAME), None)


def answer_to(conflict: NameConflict, answers: Answers) -> NameAnswer | None:
    """What was answered about a conflict, where it may be answered so."""
    given = answers.get((conflict.typed, conflict.registered.slug))
    return next((choice for choice in conflict.choices if choice == given), None)


def unanswered(conflicts: Iterable[NameConflict], answers: Answers) -> list[NameConflict]:
    """The conflicts that are still to be answered."""
    return [conflict for conflict in conflicts if answer_to(conflict, answers) is None]


class TypedNames:
    """Names that were typed, arranged so that many registered ones are held against them quickly."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(filter(None, names)))
        self._few = [_Letters.of(name) for name in self._names] if len(self._names) <= _FEW else None
        self._whole: dict[int, list[int]] = {}
        self._parts: dict[int, list[int]] = {}
        for number, name in enumerate(self._names if self._few is None else ()):
            whole, parts = _signs_of(name)
            for signs, places in ((whole, self._whole), (parts, self._parts)):
                for sign in signs:
                    places.setdefault(sign, []).append(number)

    def conflicts_with(self, registered: RegisteredName, key: str = "") -> Iterator[NameConflict]:
        """The typed names that one registered name may be taken for. `key` is its key, where it is at hand."""
        bare = without_article(registered.name)
        if not key or bare != registered.name:
            key = name_key(bare)
        likely = self._among_many(registered.name) if self._few is None else self._among_few(registered.name, bare, key)
        for name in likely:
            alike = likeness(name, registered.name)
            if alike is not None:
                yield NameConflict(name, registered, alike)

    def _among_few(self, name: str, bare: str, key: str) -> list[str]:
        loose = (loosened(key),) if bare.isascii() else loose_keys(bare)
        full = spelled_out(bare)
        keys = (key,) if full == bare else (key, name_key(full))
        short, initials = letters_alone(name), initials_of(name)
        return [
            letters.name
            for letters in self._few or ()
            if letters.may_be_near(keys, loose) or letters.initials_meet(short, initials)
        ]

    def _among_many(self, registered: str) -> list[str]:
        whole, parts = _signs_of(registered)
        result = {number for sign in whole for places in (self._whole, self._parts) for number in places.get(sign, ())}
        result |= {number for sign in parts for number in self._whole.get(sign, ())}
        return [self._names[number] for number in sorted(result)]


@dataclass(frozen=True)
class _Letters:
    """The letters of one typed name, as far as they tell at once that a registered name has nothing to do with it."""

    name: str
    keys: tuple[str, ...]
    loose: frozenset[str]
    telling: tuple[str, ...]
    short: str
    initials: frozenset[str]

    @staticmethod
    def of(name: str) -> "_Letters":
        bare = without_article(name)
        full = spelled_out(bare)
        telling = tuple(filter(None, map(name_key, _telling(words_within(full)))))
        keys = tuple(dict.fromkeys((name_key(bare), name_key(full))))
        return _Letters(name, keys, frozenset(loose_keys(bare)), telling, letters_alone(name), initials_of(name))

    def may_be_near(self, keys: Sequence[str], loose: Sequence[str]) -> bool:
        """Whether a registered name with these keys, its article left out, may be near, or read alike.

        The keys are of the name as written, and as spelled out where that differs.
        """
        for key in keys:
            if all(word in key for word in self.telling):
                return True
            for own in self.keys:
                if own in key or key in own or OSA.distance(own, key, score_cutoff=1) <= 1:
                    return True
        return not self.loose.isdisjoint(loose)

    def initials_meet(self, short: str, initials: frozenset[str]) -> bool:
        """Whether one of the names is the other's initials."""
        return (bool(short) and short in self.initials) or (bool(self.short) and self.short in initials)


def likeness(name: str, other: str) -> bool | None:
    """True when two names read alike but for an article, False when they are near, None when neither."""
    bare, other_bare = without_article(name), without_article(other)
    if reads_alike(bare, other_bare):
        return True
    if _is_initials(name, other) or _is_initials(other, name):
        return False
    return _nearness(spelled_out(bare), spelled_out(other_bare))


def _is_initials(short: str, name: str) -> bool:
    letters = letters_alone(short)
    return bool(letters) and letters in initials_of(name)


def _nearness(name: str, other: str) -> bool | None:
    """False when two names with their abbreviations written out are near, None when they are not."""
    ours, theirs = words_within(name), words_within(other)
    digits = [[word for word in words if word.isdigit()] for words in (ours, theirs)]
    if all(digits) and digits[0] != digits[1]:
        return None
    is_near = (
        _is_part(ours, theirs)
        or _is_part(theirs, ours)
        or (digits[0] == digits[1] and (_telling(ours) == _telling(theirs) or _differs_by_one(name, other)))
    )
    return False if is_near else None


@lru_cache(maxsize=16_384)
def spelling_keys(name: str) -> frozenset[str]:
    """What spellings of one name have in common: its sure forms, spelled out. Who shares one is likely one."""
    return frozenset(name_key(spelled_out(form.text)) for form in name_forms(name) if form.sure)


def words_within(name: str) -> list[str]:
    """The words of a name, small; those in capitals stay so, since capitals tell names from words."""
    words = _WORD.findall(name.replace("’", "'"))
    return [word if len(word) > 1 and word.isupper() else word.casefold() for word in words]


def _telling(words: Sequence[str]) -> list[str]:
    return sorted(word.casefold() for word in words if word not in SMALL_WORDS)


def _is_part(part: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a name begins or ends with another; one in capitals may stand anywhere in it."""
    length = len(part)
    if not 0 < length < len(words):
        return False
    if length == 1:
        return _is_short_form(part[0]) and part[0] in words
    small = _small(part)
    return len(_telling(part)) > 1 and small in (_small(words[:length]), _small(words[-length:]))


def _small(words: Sequence[str]) -> tuple[str, ...]:
    """Several words without their case; one keeps it, since capitals tell a short form from a word."""
    return tuple(words) if len(words) == 1 else tuple(map(str.casefold, words))


def _is_short_form(word: str) -> bool:
    return len(word) > 2 and word.isupper()


def _differs_by_one(name: str, other: str) -> bool:
    ours, theirs = name_key(name), name_key(other)
    long_enough = min(len(ours), len(theirs)) >= _SHORTEST_NEAR
    return long_enough and OSA.distance(ours, theirs, score_cutoff=1) <= 1


def _signs_of(name: str) -> tuple[set[int], set[int]]:
    """The signs of a name without its article, as written and as spelled out, and its initials."""
    bare = without_article(name)
    whole, parts = _signs(bare)
    if (full := spelled_out(bare)) != bare:
        more_whole, more_parts = _signs(full)
        whole, parts = whole | more_whole, parts | more_parts
    letters = {letters_alone(name)} - {""}
    return whole | {hash(("initials", each)) for each in letters | initials_of(name)}, parts


def _signs(bare: str) -> tuple[set[int], set[int]]:
    """What a name says as a whole, and in its parts: names that read alike or are near share a whole one.

    A name is near another that differs in one letter: both are the same when the right letter is left out of each.
    """
    words, key = words_within(bare), name_key(bare)
    whole = {hash(("telling", *_telling(words))), hash(("words", *_small(words))), hash(key)}
    whole |= {hash(("alike", loose)) for loose in loose_keys(bare)}
    if len(key) >= _SHORTEST_NEAR - 1:
        whole |= {hash(key[:place] + key[place + 1 :]) for place in range(len(key))}
    parts = {hash(("words", *_small(words[:length]))) for length in range(1, len(words))}
    parts |= {hash(("words", *_small(words[-length:]))) for length in range(1, len(words))}
    return whole, parts | {hash(("words", word)) for word in words}
