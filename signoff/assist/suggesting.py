"""Suggestions for a check: passages that may bear on a criterion and why, what was not found, words that deceive.

It works offline, from word lists that staff keep; it never says how a text stands to a criterion.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signoff.assist.stems import EMPTY_STEMS, Match, Part, Phrase, Sentence, matches_of, phrase, sentences

MOST_PASSAGES = 4
# How many words of a list a text has to hold before its sentences are shown: a longer text holds more by chance.
SHORT_TEXT, NEEDED_IN_SHORT, NEEDED = 200, 2, 3
NOT = "not:"  # begins an entry whose words do not count
# A word of an entry that stands without the rest says a little about the text, and nothing about its sentence.
_OF_SINGLE_WORD = 0.3


@dataclass(frozen=True)
class CriterionWords:
    """What is looked for on behalf of one criterion: its words, and (words, why) pairs that deceive.

    Words after `not:` take what they cover out of the search.
    """

    key: str
    words: Sequence[str]
    deceptive: Sequence[tuple[str, str]] = ()

    @property
    def entries(self) -> list[Phrase]:
        """What is looked for."""
        return [phrase(line) for line in self.words if not line.startswith(NOT)]

    @property
    def exceptions(self) -> list[Phrase]:
        """Words that do not count where they stand: those after `not:`, and those that deceive."""
        lines = [line.removeprefix(NOT) for line in self.words if line.startswith(NOT)]
        return [phrase(line) for line in (*lines, *(words for words, _ in self.deceptive))]


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

    entries: Mapping[Phrase, int]
    words: Mapping[str, int]

    @staticmethod
    def of(criteria: Sequence[CriterionWords]) -> "_Shared":
        return _Shared(
            Counter(entry for looked in criteria for entry in set(looked.entries)),
            Counter(word for looked in criteria for word in _single_words(looked)),
        )


def _single_words(looked: CriterionWords) -> set[str]:
    return {
        word for entry in looked.entries for part in entry.alternatives for way in part for word in way
    } - EMPTY_STEMS


class _Index:
    """Which sentences hold a word, so that a phrase is only looked for where it can stand."""

    def __init__(self, text: Sequence[Sentence]) -> None:
        self._holding: dict[str, list[int]] = {}
        self._matches: dict[Phrase, Sequence[tuple[Sentence, Match]]] = {}
        self._text = text
        self.needed = NEEDED if sum(len(sentence.stems) for sentence in text) > SHORT_TEXT else NEEDED_IN_SHORT
        for place, sentence in enumerate(text):
            for word in set(sentence.stems):
                self._holding.setdefault(word, []).append(place)

    def count(self, word: str) -> int:
        """How many sentences hold a word."""
        return len(self._holding.get(word, ()))

    def matches(self, wanted: Phrase) -> Sequence[tuple[Sentence, Match]]:
        """Each sentence that holds the phrase, with where it stands there."""
        # Words that deceive are asked for twice: to warn of them, and to take them out of the search.
        if wanted not in self._matches:
            self._matches[wanted] = tuple(self._looked_up(wanted))
        return self._matches[wanted]

    def _looked_up(self, wanted: Phrase) -> Iterator[tuple[Sentence, Match]]:
        if not wanted.sides:
            return
        for place in sorted(set.intersection(*(self._sentences(part) for part in wanted.alternatives))):
            for found in matches_of(wanted, self._text[place]):
                yield self._text[place], found

    def _sentences(self, part: Part) -> set[int]:
        return {place for way in part for place in self._holding.get(way[0], ())}


def _suggestion(looked: CriterionWords, index: _Index, shared: _Shared) -> Suggestion:
    found: dict[Phrase, list[tuple[Sentence, Match]]] = {}
    excepted = _Excepted(looked, index)
    for entry in looked.entries:
        if matches := [one for one in index.matches(entry) if not excepted.covers(*one)]:
            found[entry] = matches
    enough = _evidence(found) >= min(index.needed, len(looked.entries))
    return Suggestion(
        passages=_weightiest(found, shared) if enough else (),
        found=tuple(entry.words for entry in found),
        not_found=tuple(entry.words for entry in looked.entries if entry not in found),
        deceptions=tuple(_deceptions(looked.deceptive, index)),
        weight=_weight(looked, found, index, shared),
    )


def _evidence(found: Mapping[Phrase, Sequence[tuple[Sentence, Match]]]) -> int:
    """How many words of the text were looked for; each is counted once, however many entries hold it."""
    places = {
        (id(sentence), place)
        for matches in found.values()
        for sentence, match in matches
        for start, end in match.spans
        for place in range(start, end)
    }
    return len(places)


class _Excepted:
    """Where the words stand that do not count for one criterion."""

    def __init__(self, looked: CriterionWords, index: _Index) -> None:
        self._spans: dict[Sentence, list[tuple[int, int]]] = {}
        for exception in looked.exceptions:
            for sentence, match in index.matches(exception):
                self._spans.setdefault(sentence, []).extend(match.spans)

    def covers(self, sentence: Sentence, match: Match) -> bool:
        """Whether a part of a match is only a piece of longer words that do not count."""
        return any(
            start <= first and last <= end and (start, end) != (first, last)
            for start, end in self._spans.get(sentence, ())
            for first, last in match.spans
        )


def _weight(
    looked: CriterionWords,
    found: Mapping[Phrase, Sequence[tuple[Sentence, Match]]],
    index: _Index,
    shared: _Shared,
) -> float:
    total = 0.0
    for entry, matches in found.items():
        # A phrase says more than a word, and a word that several criteria look for says less about each.
        weight = max(match.words for _, match in matches) / shared.entries[entry]
        total += weight * (1 + 0.25 * min(len(matches) - 1, 2))
    single = _single_words(looked)
    for word in sorted(single):
        if times := index.count(word):
            total += _OF_SINGLE_WORD * math.log(1 + 9 / shared.words[word]) * (1 + math.log(times))
    # A longer list finds more in any text.
    return total / math.sqrt(len(single) or 1)


def _weightiest(
    found: Mapping[Phrase, Sequence[tuple[Sentence, Match]]], shared: _Shared
) -> tuple[SuggestedPassage, ...]:
    places: dict[Sentence, dict[tuple[int, int], float]] = {}
    for entry, matches in found.items():
        for sentence, match in matches:
            for span in match.spans:
                weight = match.words / len(match.spans) / shared.entries[entry]
                spans = places.setdefault(sentence, {})
                spans[span] = max(weight, spans.get(span, 0))
    passages = [
        SuggestedPassage(item.text, tuple(_runs(item, spans)), sum(spans.values())) for item, spans in places.items()
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
        for sentence, match in index.matches(phrase(words)):
            start, end = min(match.spans)[0], max(match.spans)[1]
            yield Deception(sentence.standing(start, end), why, sentence.text)
            break


def likeliest(suggestions: Mapping[str, Suggestion]) -> list[str]:
    """The keys of criteria that a text seems to bear on, likeliest first; those without any word found are left out."""
    weights = {key: suggestion.weight for key, suggestion in suggestions.items() if suggestion.weight}
    return sorted(weights, key=lambda key: -weights[key])
