"""Suggestions for a check: passages that may bear on a criterion and why, what was not found, words that deceive.

It works offline, from word lists that staff keep; it never says how a text stands to a criterion.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signoff.assist.stems import EMPTY_STEMS, Phrase, Sentence, phrase, places_of, sentences

MOST_PASSAGES = 4
# A word of an entry that stands without the rest says a little about the text, and nothing about its sentence.
_OF_SINGLE_WORD = 0.3


@dataclass(frozen=True)
class CriterionWords:
    """What is looked for on behalf of one criterion: its words, and (words, why) pairs that deceive."""

    key: str
    words: Sequence[str]
    deceptive: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class SuggestedPassage:
    """A sentence of the text as it stands there, in runs of words that were looked for and of others."""

    text: str
    runs: tuple[tuple[str, bool], ...]
    weight: float

    @property
    def matched(self) -> tuple[str, ...]:
        """The words in it that were looked for."""
        return tuple(words for words, is_looked_for in self.runs if is_looked_for)


@dataclass(frozen=True)
class Deception:
    """Words of the text that often deceive, why, and the sentence they stand in."""

    words: str
    why: str
    passage: str


@dataclass(frozen=True)
class Suggestion:
    """What may help with one criterion: passages, the weightiest first; words found; words looked for in vain."""

    passages: tuple[SuggestedPassage, ...]
    found: tuple[str, ...]
    not_found: tuple[str, ...]
    deceptions: tuple[Deception, ...]
    weight: float


def suggest(blocks: Sequence[str], criteria: Sequence[CriterionWords]) -> dict[str, Suggestion]:
    """Suggestions for each criterion's key; `blocks` are the paragraphs, headings and items of a text, as read."""
    index, shared = _Index(sentences(blocks)), _Shared.of(criteria)
    return {looked.key: _suggestion(looked, index, shared) for looked in criteria}


@dataclass(frozen=True)
class _Shared:
    """By how many criteria an entry, or a single word of entries, is looked for."""

    entries: Mapping[tuple[tuple[str, ...], ...], int]
    words: Mapping[str, int]

    @staticmethod
    def of(criteria: Sequence[CriterionWords]) -> "_Shared":
        return _Shared(
            Counter(entry.parts for looked in criteria for entry in set(map(phrase, looked.words))),
            Counter(word for looked in criteria for word in _single_words(looked)),
        )


def _single_words(looked: CriterionWords) -> set[str]:
    return {word for entry in map(phrase, looked.words) for part in entry.parts for word in part} - EMPTY_STEMS


class _Index:
    """Which sentences hold a word, so that a phrase is only looked for where it can stand."""

    def __init__(self, text: Sequence[Sentence]) -> None:
        self._holding: dict[str, list[Sentence]] = {}
        for sentence in text:
            for word in set(sentence.stems):
                self._holding.setdefault(word, []).append(sentence)

    def count(self, word: str) -> int:
        """How many sentences hold a word."""
        return len(self._holding.get(word, ()))

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


def _suggestion(looked: CriterionWords, index: _Index, shared: _Shared) -> Suggestion:
    suggestion: list[str] = []
    matched: dict[Sentence, dict[tuple[int, int], float]] = {}
    total = 0.0
    for entry in map(phrase, looked.words):
        # A phrase says more than a word, and a word that several criteria look for says less about each.
        weight = entry.length / shared.entries[entry.parts]
        places = list(index.places(entry))
        for sentence, start, end in places:
            matched.setdefault(sentence, {})[start, end] = weight
        if places:
            suggestion.append(entry.words)
            total += weight * (1 + 0.25 * min(len(places) - 1, 2))
    single = _single_words(looked)
    for word in sorted(single):
        if times := index.count(word):
            total += _OF_SINGLE_WORD * math.log(1 + 9 / shared.words[word]) * (1 + math.log(times))
    return Suggestion(
        passages=_weightiest(matched),
        found=tuple(suggestion),
        not_found=tuple(words for words in looked.words if words not in set(suggestion)),
        deceptions=tuple(_deceptions(looked.deceptive, index)),
        # A longer list finds more in any text.
        weight=total / math.sqrt(len(single) or 1),
    )


def _weightiest(matched: Mapping[Sentence, Mapping[tuple[int, int], float]]) -> tuple[SuggestedPassage, ...]:
    passages = [
        SuggestedPassage(item.text, tuple(_runs(item, places)), sum(places.values()))
        for item, places in matched.items()
    ]
    return tuple(sorted(passages, key=lambda passage: -passage.weight)[:MOST_PASSAGES])


def _runs(sentence: Sentence, places: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    # Entries overlap, as “voting seats” and “seats for students” do; what is looked for twice is one run.
    at = 0
    for start, end in _joined(sorted(places)):
        first, last = sentence.places[start][0], sentence.places[end - 1][1]
        yield sentence.text[at:first], False
        yield sentence.text[first:last], True
        at = last
    yield sentence.text[at:], False


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _deceptions(listed: Sequence[tuple[str, str]], index: _Index) -> Iterator[Deception]:
    for words, why in listed:
        for sentence, start, end in index.places(phrase(words)):
            yield Deception(sentence.standing(start, end), why, sentence.text)
            break


def likeliest(suggestions: Mapping[str, Suggestion]) -> list[str]:
    """The keys of criteria that a text seems to bear on, likeliest first; those without any word found are left out."""
    weights = {key: suggestion.weight for key, suggestion in suggestions.items() if suggestion.weight}
    return sorted(weights, key=lambda key: -weights[key])
