"""Suggestions for a check: passages that may bear on a criterion and why, what was not found, words that deceive.

It works offline, from word lists that staff keep; it never says how a text stands to a criterion.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from signoff.assist.stems import EMPTY_STEMS, Phrase, Sentence, phrase, places_of, sentences

MOST_PASSAGES = 4
# A sentence is shown for a whole entry of a list, or for several of the single words that entries consist of.
_ENOUGH = 1.0
_OF_SINGLE_WORD = 0.3


@dataclass(frozen=True)
class Looked:
    """What is looked for on behalf of one criterion: its words, and (words, why) pairs that deceive."""

    key: str
    words: Sequence[str]
    deceptive: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Passage:
    """A sentence of the text as it stands there, the words in it that were looked for, and how much they weigh."""

    text: str
    matched: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Deception:
    """Words of the text that often deceive, why, and the sentence they stand in."""

    words: str
    why: str
    passage: str


@dataclass(frozen=True)
class Suggestion:
    """What may help with one criterion: passages, the weightiest first; words found; words looked for in vain."""

    passages: tuple[Passage, ...]
    found: tuple[str, ...]
    not_found: tuple[str, ...]
    deceptions: tuple[Deception, ...]
    weight: float


def suggest(blocks: Sequence[str], criteria: Sequence[Looked]) -> dict[str, Suggestion]:
    """Suggestions for each criterion's key; `blocks` are the paragraphs, headings and items of a text, as read."""
    index, shared = _Index(sentences(blocks)), _Shared.of(criteria)
    return {looked.key: _suggestion(looked, index, shared) for looked in criteria}


@dataclass(frozen=True)
class _Shared:
    """By how many criteria an entry, or a single word of entries, is looked for."""

    entries: Mapping[tuple[tuple[str, ...], ...], int]
    words: Mapping[str, int]

    @staticmethod
    def of(criteria: Sequence[Looked]) -> "_Shared":
        return _Shared(
            Counter(entry.parts for looked in criteria for entry in set(map(phrase, looked.words))),
            Counter(word for looked in criteria for word in _single_words(looked)),
        )


def _single_words(looked: Looked) -> set[str]:
    return {word for entry in map(phrase, looked.words) for part in entry.parts for word in part} - EMPTY_STEMS


class _Index:
    """Which sentences hold a word, so that a phrase is only looked for where it can stand."""

    def __init__(self, text: Sequence[Sentence]) -> None:
        self._holding: dict[str, list[Sentence]] = {}
        for sentence in text:
            for word in set(sentence.stems):
                self._holding.setdefault(word, []).append(sentence)

    def holding(self, word: str) -> Iterator[tuple[Sentence, int]]:
        """Each sentence that holds a word, with the word's first place in it."""
        for sentence in self._holding.get(word, ()):
            yield sentence, sentence.stems.index(word)

    def places(self, wanted: Phrase) -> Iterator[tuple[Sentence, int, int]]:
        """Each sentence that holds the phrase, with its first word and the word after its last."""
        if not wanted.parts:
            return
        rarest = min(
            (self._holding.get(word, []) for part in wanted.parts for word in part),
            key=len,
        )
        for sentence in rarest:
            for start, end in places_of(wanted, sentence):
                yield sentence, start, end


def _suggestion(looked: Looked, index: _Index, shared: _Shared) -> Suggestion:
    found: list[str] = []
    matched: dict[Sentence, dict[str, float]] = {}
    total = 0.0
    for entry in map(phrase, looked.words):
        # A phrase says more than a word, and a word that several criteria look for says less about each.
        weight = entry.length / shared.entries[entry.parts]
        places = list(index.places(entry))
        for sentence, start, end in places:
            matched.setdefault(sentence, {})[sentence.standing(start, end)] = weight
        if places:
            found.append(entry.words)
            total += weight * (1 + 0.25 * min(len(places) - 1, 2))
    single = _single_words(looked)
    for word in sorted(single):
        weight = _OF_SINGLE_WORD * math.log(1 + 9 / shared.words[word])
        times = 0
        for sentence, place in index.holding(word):
            matched.setdefault(sentence, {}).setdefault(sentence.standing(place, place + 1), weight)
            times += 1
        total += weight * (1 + math.log(times)) if times else 0
    return Suggestion(
        passages=_weightiest(matched),
        found=tuple(found),
        not_found=tuple(words for words in looked.words if words not in set(found)),
        deceptions=tuple(_deceptions(looked.deceptive, index)),
        # A longer list finds more in any text.
        weight=total / math.sqrt(len(single) or 1),
    )


def _weightiest(matched: Mapping[Sentence, Mapping[str, float]]) -> tuple[Passage, ...]:
    passages = [Passage(one.text, tuple(words), sum(words.values())) for one, words in matched.items()]
    enough = [passage for passage in passages if passage.weight >= _ENOUGH]
    return tuple(sorted(enough, key=lambda passage: -passage.weight)[:MOST_PASSAGES])


def _deceptions(listed: Sequence[tuple[str, str]], index: _Index) -> Iterator[Deception]:
    for words, why in listed:
        for sentence, start, end in index.places(phrase(words)):
            yield Deception(sentence.standing(start, end), why, sentence.text)
            break


def likeliest(suggestions: Mapping[str, Suggestion]) -> list[str]:
    """The keys of criteria that a text seems to bear on, likeliest first; those without any word found are left out."""
    weights = {key: suggestion.weight for key, suggestion in suggestions.items() if suggestion.weight}
    return sorted(weights, key=lambda key: -weights[key])
