"""One folding of letters for everything that compares names: what the eye cannot tell apart is the same here.

Of the glyphs of a text (`glyphs`) three readings are made: *written* (I, l, 1 and | look alike, so do 0 and O, rn and
m, vv and w), *capitals* (the same text in capitals), and *loose* keys, of which texts that may look alike have one in
common. `folded` keeps the places, so that a text can be quoted as it was written.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import unicodedata2

from signoff.domain.partners.glyphs import AMPERSANDS, capital_look_of, look_of

_BAR = "|"
NOTHING = "\u2060"  # stands in a reading of a text where the text has more characters
_ROUND = "○◌◎●◯☉⚪⚫⭕⭘"
# Their look, loose key and capital between two letters.
_WITHIN_WORDS = {_BAR: ("|", "L", "1"), "©": ("c", "C", "C")} | dict.fromkeys(_ROUND, ("O", "O", "O"))
_LOOKS = str.maketrans({"I": "1", "l": "1", _BAR: "1", "0": "O", "m": "rn", "w": "vv", "W": "VV"})
_CAPITAL_LOOKS = str.maketrans({"I": "1", _BAR: "1", "0": "O"})
_LOOSE = str.maketrans({"1": "L", "M": "RN", "W": "VV"})


class Glyph(NamedTuple):
    """One letter or digit of a text, and where it stands, with marks that follow: its look, its capital, loose keys."""

    look: str
    loose: str
    capital: str
    start: int
    end: int


class _Looks(dict[str, tuple[str, str, str]]):
    """Of each character met so far its look, its loose key and its capital; all are empty for what is not seen."""

    def __missing__(self, character: str) -> tuple[str, str, str]:
        look = look_of(character)
        bare = "".join(look.split())
        capital = capital_look_of(character).translate(_CAPITAL_LOOKS) if bare else ""
        loose = "".join(map(capital_look_of, bare)).translate(_CAPITAL_LOOKS).translate(_LOOSE)
        self[character] = result = (bare or look[:1], loose, capital or loose)
        return result


_LOOK_OF = _Looks()


def glyphs_of(text: str) -> list[Glyph]:
    """The letters and digits of a text in order, each with its place; what stands between them is left out."""
    glyphs: list[Glyph] = []
    for at, character in enumerate(text):
        look, loose, capital = _LOOK_OF[character]
        if loose and not (character > "\u02ff" and _is_stray_mark(glyphs, character, at)):
            glyphs.append(Glyph(look, loose, capital, at, at + 1))
        elif (loose or not look) and glyphs and glyphs[-1].end == at:
            glyphs[-1] = glyphs[-1]._replace(end=at + 1)
        elif character in _WITHIN_WORDS and _within_word(text, at):
            glyphs.append(Glyph(*_WITHIN_WORDS[character], at, at + 1))
    return glyphs


def _is_stray_mark(before: list[Glyph], character: str, at: int) -> bool:
    # A vowel sign of another script on a Latin letter is one more mark.
    return (
        bool(before)
        and before[-1].end == at
        and before[-1].look.isascii()
        and unicodedata2.category(character)[0] == "M"
    )


def _within_word(text: str, at: int) -> bool:
    before, after = _seen(text, at, -1), _seen(text, at, 1)
    # In Birch|Union it stands between two words.
    return before.isalnum() and after.isalnum() and not (before.islower() and after.isupper())


def _seen(text: str, at: int, step: int) -> str:
    """The next character from here, in this direction, that can be seen; empty where the text ends."""
    at += step
    while 0 <= at < len(text) and not any(_LOOK_OF[text[at]]):
        at += step
    return text[at] if 0 <= at < len(text) else ""


_NO_LETTERS = str.maketrans(dict.fromkeys(_WITHIN_WORDS, " "))


def without_letter_marks(text: str) -> str:
    """A text of the same length without the marks that count as letters within a word: BIRCH|UNION as two words."""
    return text.translate(_NO_LETTERS)


def written(text: str) -> str:
    """The letters and digits of a text as they look, with their case: UNION and UNlON are UN1ON."""
    return "".join(glyph.look for glyph in glyphs_of(text)).translate(_LOOKS)


_PLAIN_CAPITALS = {
    number: {"I": "1", "0": "O", "&": "AND"}.get(chr(number), chr(number) if chr(number).isalnum() else None)
    for number in range(128)
}


def in_capitals(text: str) -> str:
    """The letters and digits of a text as they look in capitals."""
    if text.isascii() and _BAR not in text:  # most names: the same, many times faster
        return text.upper().translate(_PLAIN_CAPITALS)
    return "".join(glyph.capital for glyph in glyphs_of(text))


_PLAIN_LOOSE = {code: _LOOK_OF[chr(code)][1] for code in range(128)}


def loose_key(text: str) -> str:
    """The letters and digits of a text, equal for all texts that may read alike; `reads_alike` then decides."""
    if text.isascii() and _BAR not in text:
        return text.translate(_PLAIN_LOOSE)
    return "".join(glyph.loose for glyph in glyphs_of(text))


def loosened(key: str) -> str:
    """The loose key of a name whose key is at hand."""
    return key.translate(_LOOSE)


def words_of(text: str) -> list[str]:
    """The words of a text as they stand in it."""
    places: list[tuple[int, int]] = []
    for glyph in glyphs_of(text):
        is_joined = places and places[-1][1] == glyph.start
        if is_joined and AMPERSANDS.isdisjoint(text[glyph.start - 1 : glyph.start + 1]):
            places[-1] = (places[-1][0], glyph.end)
        else:
            places.append((glyph.start, glyph.end))
    return [text[start:end] for start, end in places]


def same_look(word: str, other: str) -> bool:
    """Whether two words read alike, as written or in capitals."""
    return not _looks(word).isdisjoint(_looks(other))


def _looks(word: str) -> set[str]:
    return {written(word), in_capitals(word).replace("W", "VV")}


@lru_cache(maxsize=4_096)  # an import compares each of its names several times, and all with the Coalition's
def loose_keys(text: str) -> tuple[str, ...]:
    """The loose keys of a text: of its letters as written and of its capitals, where those differ."""
    keys = loose_key(text), loosened(in_capitals(text))
    return keys[: 1 + (keys[0] != keys[1])]


def reads_alike(name: str, other: str) -> bool:
    """Whether two names look the same, each word as written or in capitals; marks and spaces do not count."""
    if not (keys := loose_keys(name))[0] or set(keys).isdisjoint(loose_keys(other)):
        return False
    ours, theirs = words_of(name), words_of(other)
    if len(ours) == len(theirs) and all(map(same_look, ours, theirs)):
        return True
    return same_look(name, other)


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """What spellings of one name have in common: how its letters and digits look in capitals, without marks and spaces.

    Two names with one key read alike; so no two partners can have them. Kept in the register and looked up there.
    """
    return in_capitals(name)


_AS_SPELLED = {"þ": "th", "Þ": "th"}


def spelled_plainly(word: str) -> str:
    """A word of Latin letters in small ones without accents or marks."""
    if word.isascii() and word.isalnum():  # most words: the same, many times faster
        return word.casefold()
    return "".join(glyph.look for glyph in glyphs_of(_as_spelled(word))).casefold()


def person_key(name: str) -> str:
    """A person's name by its letters and digits alone: without case, accents, marks and spaces."""
    spelled = _as_spelled(name)
    # What looks alike in capitals, such as I, l and 1, is still several letters.
    return "".join(capital_look_of(spelled[glyph.start]) or glyph.look for glyph in glyphs_of(spelled)).casefold()


def _as_spelled(words: str) -> str:
    return "".join(_AS_SPELLED.get(character, character) for character in words)


@dataclass(frozen=True, eq=False)
class Folded:
    """A text as a loose key, with the place of each letter of the key in the text."""

    text: str
    key: str
    glyphs: tuple[Glyph, ...]
    offsets: tuple[int, ...]

    def glyph_at(self, offset: int) -> int:
        """The number of the glyph that holds this letter of the key."""
        return bisect_right(self.offsets, offset) - 1

    def gap(self, number: int) -> str:
        """What stands in the text between a glyph and the next."""
        return self.text[self.glyphs[number].end : self.glyphs[number + 1].start].replace(NOTHING, "")


def folded(text: str) -> Folded:
    """A text folded for looking up names, with the places of its letters."""
    return _folded(text, tuple(glyphs_of(text)))


_LONG = 1_000  # characters


def foldings(text: str) -> tuple[Folded, ...]:
    """A text folded as `loose_keys` reads it: by its letters as written, and by its capitals, where those differ."""
    return _kept_of_long(text) if len(text) > _LONG else _kept_of_short(text)


def _foldings(text: str) -> tuple[Folded, ...]:
    plain = folded(text)
    if text.isascii():
        return (plain,)
    capitals = _folded(text, tuple(glyph._replace(loose=loosened(glyph.capital)) for glyph in plain.glyphs))
    return (plain,) if capitals.key == plain.key else (plain, capitals)


def _folded(text: str, glyphs: tuple[Glyph, ...]) -> Folded:
    parts = [glyph.loose for glyph in glyphs]
    return Folded(text, "".join(parts), glyphs, tuple(accumulate(map(len, parts[:-1]), initial=0)) if parts else ())


# A folding takes 150 bytes for each letter: of names all are kept, of texts those of the few that are being worked on.
_kept_of_short, _kept_of_long = lru_cache(maxsize=2_048)(_foldings), lru_cache(maxsize=32)(_foldings)
