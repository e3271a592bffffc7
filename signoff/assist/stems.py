"""Texts as sentences of stemmed words, and phrases found in them: endings and capitals are forgiven, order is not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer

GAP = 8  # words that may stand where a phrase has “…”
NEAR = 12  # words that may stand between what “&” joins
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# An end of a sentence: a stop, perhaps a closing quote, then a space and something that begins again.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9])")
_ELLIPSIS = re.compile(r"…|\.\.\.")
_STEMMER = snowballstemmer.stemmer("english")
# Words that the stemmer makes one with a word of another meaning, such as “account”, “busy”, “engine” or “minor”.
_OWN_STEMS = {
    word: words[0]
    for words in (
        ("accountability", "accountable"),
        ("business", "businesses"),
        ("engineer", "engineers", "engineering"),
        ("minority", "minorities"),
        ("publication", "publications"),
        ("securities",),
    )
    for word in words
}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its endings, in small letters: “belonging” and “belongs” are one."""
    plain = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    return _OWN_STEMS.get(plain) or str(_STEMMER.stemWord(plain))


def words_of(text: str) -> list[str]:
    """The words of a text as they stand, in order."""
    return _WORD.findall(text)


def stems_of(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return [stem(word) for word in words_of(text)]


# Words that stand in every text and tell nothing by themselves.
EMPTY_STEMS = frozenset(
    stems_of(
        "a about after all alone an and any are as at be been before behind but by can did do does for from had has "
        "have hold how if in into is it its more most must no nor not of off on one only or other our out over own "
        "same she so some such than that the their them then there they this to too twice under until up us was we "
        "were what when where which while who whom why will with within without would you your"
    )
)


@dataclass(frozen=True)
class Sentence:
    """One sentence as it stands in the text, with the stem and the place of each of its words."""

    text: str
    stems: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def __hash__(self) -> int:
        return hash(self.text)

    @cached_property
    def where(self) -> Mapping[str, Sequence[int]]:
        """For each stem the words, counted from 0, that have it."""
        where: dict[str, list[int]] = {}
        for place, word in enumerate(self.stems):
            where.setdefault(word, []).append(place)
        return where

    def standing(self, start: int, end: int) -> str:
        """The words from `start` up to, not including, `end` as they stand in the text."""
        return self.text[self.places[start][0] : self.places[end - 1][1]]


def sentences(blocks: Sequence[str]) -> list[Sentence]:
    """The sentences of paragraphs, headings and list items; none reaches over the end of its block."""
    return [_sentence(part) for block in blocks for part in _SENTENCE_END.split(block.strip()) if _WORD.search(part)]


def _sentence(text: str) -> Sentence:
    sentence = list(_WORD.finditer(text))
    return Sentence(text, tuple(stem(word.group()) for word in sentence), tuple(word.span() for word in sentence))


Words = tuple[str, ...]  # stems that stand one after the other
Part = tuple[Words, ...]  # any of these


@dataclass(frozen=True)
class Phrase:
    """An entry of a word list. Its sides stand near each other in any order; the parts of a side in theirs, with gaps.

    `words` is the entry as it is written.
    """

    words: str
    sides: tuple[tuple[Part, ...], ...]

    @property
    def alternatives(self) -> Iterator[Part]:
        """The parts of all sides; each holds the words of which one has to stand."""
        return (part for side in self.sides for part in side)


@dataclass(frozen=True)
class Match:
    """A phrase in a sentence: for each side its first word and the word after its last, and how many words agreed."""

    spans: tuple[tuple[int, int], ...]
    words: int


@lru_cache(maxsize=10_000)
def phrase(words: str) -> Phrase:
    """A line of a word list as a phrase: “…” is a gap, “/” stands between alternatives, “&” joins in any order."""
    sides = (tuple(_part(part) for part in _ELLIPSIS.split(side)) for side in words.split("&"))
    whole = (tuple(part for part in side if part) for side in sides)
    return Phrase(words, tuple(side for side in whole if side))


def _part(written: str) -> Part:
    return tuple(dict.fromkeys(stems for way in written.split("/") if (stems := tuple(stems_of(way)))))


def matches_of(phrase: Phrase, sentence: Sentence) -> Iterator[Match]:
    """Where a phrase stands in a sentence, left to right by its first side, none of which overlap."""
    if not phrase.sides:
        return
    first, *others = phrase.sides
    for found in _along(first, sentence):
        whole = _with_others(found, others, sentence)
        if whole is not None:
            yield whole


def _with_others(found: Match, others: Sequence[Sequence[Part]], sentence: Sentence) -> Match | None:
    whole = found
    for side in others:
        near = [one for one in _along(side, sentence) if 0 <= _between(one, found) <= NEAR and _apart(one, whole)]
        if not near:
            return None
        nearest = min(near, key=lambda one: _between(one, found))
        whole = Match((*whole.spans, *nearest.spans), whole.words + nearest.words)
    return whole


def _between(one: Match, other: Match) -> int:
    (start, end), (other_start, other_end) = one.spans[0], other.spans[0]
    return max(start - other_end, other_start - end)


def _apart(one: Match, other: Match) -> bool:
    [(start, end)] = one.spans
    return all(end <= other_start or other_end <= start for other_start, other_end in other.spans)


def _along(side: Sequence[Part], sentence: Sentence) -> Iterator[Match]:
    at = 0
    for start in sorted({place for way in side[0] for place in sentence.where.get(way[0], ())}):
        if start >= at and (found := _from(side, sentence.stems, start)):
            yield found
            at = found.spans[0][1]


def _from(side: Sequence[Part], stems: Words, start: int) -> Match | None:
    at, words = start, 0
    for place, part in enumerate(side):
        latest = at + GAP if place else start
        standing = next((s for begin in range(at, latest + 1) if (s := _standing(part, stems, begin))), None)
        if standing is None:
            return None
        at, words = standing[1], words + standing[1] - standing[0]
    return Match(((start, at),), words)


def _standing(part: Part, stems: Words, at: int) -> tuple[int, int] | None:
    longest = max((len(way) for way in part if stems[at : at + len(way)] == way), default=0)
    return (at, at + longest) if longest else None
