"""Where a text names a partner: written as its name is written, or in the spelling of ordinary words.

A name is looked for by its loose key (`folding`), in each of its forms (`short_forms`). Marks, line ends, emphasis and
footnote marks between its words hide nothing, nor does a hyphen at a line's end. Capitals are evidence: words in which
the name's capitals stand, and any in all capitals, count as written; the same words otherwise are for people to judge.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from weakref import WeakKeyDictionary

from signoff.domain.partners.folding import Folded, foldings, loose_keys
from signoff.domain.partners.name_evidence import addresses_in, are_parted, evidence_of, only_begins, words_in
from signoff.domain.partners.readings import readings
from signoff.domain.partners.short_forms import name_forms
from signoff.domain.positions.placeholders import filled, has_computed


@dataclass(frozen=True)
class Passage:
    """A place where a text names a partner, quoted as written; `sentence` is the whole sentence it stands in."""

    partner: str
    name: str
    words: str
    written: bool = True
    sentence: str = ""


def passages_naming(texts: Iterable[str], names: Iterable[tuple[str, str]], *, joined: bool = False) -> list[Passage]:
    """Every partner that the texts name in whatever spelling, once each: the first passage as written, or the first.

    With `joined`, names of several words are looked for within each word, as they are in addresses.
    """
    passages: dict[str, Passage] = {}
    for passage in _all_passages([_Read.of(text, joined=joined) for text in texts], names):
        standing = passages.get(passage.partner)
        if standing is None or (passage.written and not standing.written):
            passages[passage.partner] = passage
    return list(passages.values())


def all_passages_naming(
    texts: Iterable[str], names: Iterable[tuple[str, str]], *, addresses: Sequence[str] = ()
) -> list[Passage]:
    """Every passage that names a partner, in the order of the names; the same words once.

    `names` holds (partner's slug, name). In `addresses` there are no capitals: every name there counts as written. So
    does, in the web addresses and hashtags of texts, a name of several words.
    """
    return _all_passages(
        [_Read.of(text) for text in texts] + [_Read.of(address, is_address=True) for address in addresses], names
    )


def _all_passages(read: Sequence["_Read"], names: Iterable[tuple[str, str]]) -> list[Passage]:
    forms = [(partner, form) for partner, name in names for form in _forms(name)]
    if len(forms) > _MANY:
        may_be_found = _finder(read)
        forms = [(partner, form) for partner, form in forms if may_be_found(form)]
    result = (passage for partner, form in forms for text in read for passage in _passages(text, partner, form))
    return list(dict.fromkeys(_without_shorter(result)))


def _finder(read: Sequence["_Read"]) -> Callable[["_Form"], bool]:
    """Tells of a form of a name whether it may stand in one of these texts, much faster than looking for it."""
    foldings = [(text, folding) for text in read for folding in text.foldings]
    begun = {prefix for _, folding in foldings for prefix in _beginnings(folding)}
    has_joined = any(text.joined for text in read)
    whole = "\n".join(folding.key for _, folding in foldings)
    return lambda form: any((has_joined or key[:_PREFIX] in begun) and key in whole for key in form.keys)


def _without_shorter(passages: Iterable[Passage]) -> list[Passage]:
    # Where a name stands, its shorter forms stand too; one passage is enough.
    kept: dict[tuple[str, str, str], Passage] = {}
    for passage in passages:
        place = (passage.partner, passage.words, passage.sentence)
        standing = kept.get(place)
        if standing is None or (passage.written and not standing.written):
            kept[place] = passage
    return list(kept.values())


def all_passages_in(
    readings: Sequence[tuple[str, ...]], addresses: Sequence[str], names: Sequence[tuple[str, str]]
) -> list[Passage]:
    """Every passage that names a partner in a text of several fields, with what is filled in at reading.

    Of each field there is one reading or more; the last is what people see, and is quoted where a name stands in both.
    """
    seen = [reading[-1] for reading in readings]
    passages = all_passages_naming(seen, names, addresses=addresses)
    known = {(passage.partner, passage.written) for passage in passages}
    typed = [text for reading in readings for text in reading[:-1]]
    more = all_passages_naming([*typed, *_as_filled(seen, names)], names)
    return passages + [passage for passage in more if (passage.partner, passage.written) not in known]


_NUMBER = re.compile(r"(?<!\w)\d[\d,]*(?!\w)")
_DATE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}"
)


def _as_filled(texts: Sequence[str], names: Sequence[tuple[str, str]]) -> Iterator[str]:
    # A number of signatories may become any number, and so any name with a number in it.
    open_ones = [text for text in texts if has_computed(text)]
    numbers = {number: name for _, name in names for number in _NUMBER.findall(name)} if open_ones else {}
    for number, name in numbers.items():
        date = search_result[0] if (search_result := _DATE.search(name)) else f"January 1, {number}"
        yield from (filled(text, {"signatory_count": number, "date": date}) for text in open_ones)


_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Read:
    """A text as it was written, and the foldings of all that it may be read as."""

    original: str
    foldings: tuple[Folded, ...]
    is_address: bool
    joined: tuple[tuple[int, int], ...]  # where words are written together: addresses and hashtags

    @staticmethod
    def of(text: str, *, is_address: bool = False, joined: bool = False) -> "_Read":
        places = _WORD.finditer(text) if joined or is_address else addresses_in(text)
        read = tuple(folding for reading in readings(text) for folding in foldings(reading))
        return _Read(text, read, is_address, tuple(place.span() for place in places))

    def is_joined(self, start: int, end: int) -> bool:
        """Whether a place lies within an address or a hashtag."""
        return any(first <= start and end <= last for first, last in self.joined)


@dataclass(frozen=True)
class _Form:
    name: str
    text: str
    keys: tuple[str, ...]
    sure: bool


@lru_cache(maxsize=65_536)
def _forms(name: str) -> tuple[_Form, ...]:
    return tuple(
        _Form(name, form.text, keys, form.sure) for form in name_forms(name) if (keys := loose_keys(form.text))[0]
    )


_PREFIX = 8
_MANY = 200  # forms, from which on it is quicker to sort out those that stand in none of the texts


_BEGINNINGS: WeakKeyDictionary[Folded, dict[str, tuple[int, ...]]] = WeakKeyDictionary()


def _beginnings(text: Folded) -> dict[str, tuple[int, ...]]:
    """Where in the key a word begins, by the first letters from there; kept as long as the folding is."""
    if (found := _BEGINNINGS.get(text)) is None:
        found = _BEGINNINGS[text] = _find_beginnings(text)
    return found


def _find_beginnings(text: Folded) -> dict[str, tuple[int, ...]]:
    beginnings: dict[str, list[int]] = {}
    for number, offset in enumerate(text.offsets):
        if number == 0 or are_parted(text, number - 1):
            for length in range(1, _PREFIX + 1):
                beginnings.setdefault(text.key[offset : offset + length], []).append(offset)
    return {prefix: tuple(dict.fromkeys(offsets)) for prefix, offsets in beginnings.items()}


def _candidates(text: Folded, key: str) -> Iterator[int]:
    for offset in _beginnings(text).get(key[:_PREFIX], ()):
        if text.key.startswith(key, offset) and _ends(text, offset + len(key), key):
            yield offset


_SHORTEST_WITHIN = 8  # letters of a name that is found within one word, as in friendsofbirchunion.org


def _within_words(text: Folded, places: tuple[tuple[int, int], ...], key: str) -> Iterator[int]:
    if not places or len(key) < _SHORTEST_WITHIN:
        return
    words, begins, offsets = _long_words(text, places)
    at = words.find(key)
    while at >= 0:
        number = bisect_right(begins, at) - 1
        yield offsets[number] + at - begins[number]
        at = words.find(key, at + 1)


@lru_cache(maxsize=64)
def _long_words(text: Folded, places: tuple[tuple[int, int], ...]) -> tuple[str, list[int], list[int]]:
    """The keys of the longer words at these places as one text, where in it each begins, and where in the key."""
    starts = [glyph.start for glyph in text.glyphs]
    ends = [*text.offsets, len(text.key)]
    stretches = [(ends[bisect_left(starts, first)], ends[bisect_left(starts, last)]) for first, last in places]
    long = [(first, last) for first, last in stretches if last - first >= _SHORTEST_WITHIN]
    lengths = (last - first + 1 for first, last in long)
    begins = list(accumulate(lengths, initial=0))[: len(long)]
    return "\n".join(text.key[first:last] for first, last in long), begins, [first for first, _ in long]


def _ends(text: Folded, end: int, key: str) -> bool:
    if end == len(text.key):
        return True
    last = text.glyph_at(end) - 1
    if are_parted(text, last):
        return True
    # PTAs are PTAs: an s after capitals.
    after = last + 1
    return (
        text.glyphs[after].look == "s"
        and text.glyphs[last].look.isupper()
        and (after + 1 == len(text.glyphs) or are_parted(text, after))
    )


def _passages(read: _Read, partner: str, form: _Form) -> Iterator[Passage]:
    for text in read.foldings:
        for number, key in enumerate(form.keys):
            for offset in dict.fromkeys([*_candidates(text, key), *_within_words(text, read.joined, key)]):
                start = text.glyphs[text.glyph_at(offset)].start
                end = text.glyphs[text.glyph_at(offset + len(key) - 1)].end
                name = foldings(form.text)[number]
                joins = len(words_in(name)) > 1 and read.is_joined(start, end)
                evidence = evidence_of(text, offset, name, joins=joins)
                if evidence is None or not (form.sure or evidence):
                    continue
                evidence = evidence and not only_begins(read.original, start, end)
                around, sentence = _around(read.original, start, end), _sentence(read.original, start, end)
                written = form.sure and (evidence or read.is_address or joins)
                yield Passage(partner, form.name, around, written, sentence)


_AROUND = 40
_MARKDOWN = re.compile(r"[*`\\#>]|(?<!\w)_|_(?!\w)")


def _around(text: str, start: int, end: int) -> str:
    """The words as written with a few beside them, cut between words."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before, after = text[first:start], text[end:last]
    if first and (space := re.search(r"\s", before)):
        before = before[space.end() :]
    if last < len(text) and (spaces := [result.start() for result in re.finditer(r"\s", after)]):
        after = after[: spaces[-1]]
    words = " ".join(_MARKDOWN.sub("", before + text[start:end] + after).split())
    return f"{'…' if first else ''}{words}{'…' if last < len(text) else ''}"


_LONGEST_SENTENCE = 1_000
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s|\n\s*\n")


def _sentence(text: str, start: int, end: int) -> str:
    begin = max(0, start - _LONGEST_SENTENCE)
    ends = [result.end() for result in _SENTENCE_END.finditer(text, begin, start)]
    following = _SENTENCE_END.search(text, end, end + _LONGEST_SENTENCE)
    last = following.end() if following else end + _LONGEST_SENTENCE
    return " ".join(text[ends[-1] if ends else begin : last].split())
