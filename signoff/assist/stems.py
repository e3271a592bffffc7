"""Texts as sentences of stemmed words, and phrases found in them: endings and capitals are forgiven, order is not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

GAP = 8  # words that may stand where a phrase has “…”
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# An end of a sentence: a stop, perhaps a closing quote, then a space and something that begins again.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9])")
_ELLIPSIS = re.compile(r"…|\.\.\.")
_STEMMER = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its endings, in small letters: “belonging” and “belongs” are one."""
    plain = word.lower().replace("’", "'")
    return str(_STEMMER.stemWord(plain.removesuffix("'s").removesuffix("'")))


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

    def standing(self, start: int, end: int) -> str:
        """The words from `start` up to, not including, `end` as they stand in the text."""
        return self.text[self.places[start][0] : self.places[end - 1][1]]


def sentences(blocks: Sequence[str]) -> list[Sentence]:
    """The sentences of paragraphs, headings and list items; none reaches over the end of its block."""
    return [_sentence(part) for block in blocks for part in _SENTENCE_END.split(block.strip()) if _WORD.search(part)]


def _sentence(text: str) -> Sentence:
    sentence = list(_WORD.finditer(text))
    return Sentence(text, tuple(stem(word.group()) for word in sentence), tuple(word.span() for word in sentence))


@dataclass(frozen=True)
class Phrase:
    """Words to look for: parts that each stand word after word, in one sentence, with gaps between the parts."""

    words: str
    parts: tuple[tuple[str, ...], ...]

    @property
    def length(self) -> int:
        """How many words it has."""
        return sum(len(part) for part in self.parts)


@lru_cache(maxsize=10_000)
def phrase(words: str) -> Phrase:
    """A line of a word list as a phrase; “…” lets up to eight words stand between."""
    parts = (tuple(stems_of(part)) for part in _ELLIPSIS.split(words))
    return Phrase(words, tuple(part for part in parts if part))


def places_of(phrase: Phrase, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where a phrase stands in a sentence: first word and the word after its last, left to right, none overlapping."""
    if not phrase.parts:
        return
    at = 0
    while (result := _first(phrase.parts, sentence.stems, at)) is not None:
        yield result
        at = result[1]


def _first(parts: Sequence[tuple[str, ...]], stems: Sequence[str], at: int) -> tuple[int, int] | None:
    for start in range(at, len(stems) - len(parts[0]) + 1):
        if tuple(stems[start : start + len(parts[0])]) == parts[0]:
            end = _rest(parts[1:], stems, start + len(parts[0]))
            if end is not None:
                return start, end
    return None


def _rest(parts: Sequence[tuple[str, ...]], stems: Sequence[str], at: int) -> int | None:
    for part in parts:
        for start in range(at, min(at + GAP, len(stems) - len(part)) + 1):
            if tuple(stems[start : start + len(part)]) == part:
                at = start + len(part)
                break
        else:
            return None
    return at
