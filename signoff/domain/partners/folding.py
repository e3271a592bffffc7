"""One folding of letters for everything that compares names: what the eye cannot tell apart is the same here.

A glyph is what a character looks like, in plain letters and with its case: from the tables of UTS #39 (disarm),
Unicode's decompositions and the base letter in a character's name; marks and what cannot be seen are left out. Of
glyphs three readings are made: *written* (I, l, 1 and | look alike, so do 0 and O, and rn like m), *capitals* (the same
text in capitals), and the *loose* key, which is equal for all that may look alike. `folded` keeps the places, so that a
text can be quoted as it was written.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import disarm
import regex
import unicodedata2

_UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_SMALL_NUMBER = re.compile(r"SUPERSCRIPT|SUBSCRIPT")
# A letter with its own name keeps what it is a form of: ł is an L WITH STROKE, ʙ a SMALL CAPITAL B.
_FORM_OF = re.compile(
    r"LATIN (?:(SMALL) LETTER|CAPITAL LETTER)(?: DOTLESS)? ([A-Z]|AE|OE)(?: WITH .+)?"
    r"|LATIN (SMALL) LIGATURE (OE)|LATIN CAPITAL LIGATURE (OE)"
    r"|LATIN (?:LETTER|SMALL LETTER) SMALL CAPITAL ([A-Z]|AE|OE)(?: WITH .+)?"
    r"|(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
_OWN = {"ð": "d", "Ð": "D", "ß": "ss", "ẞ": "SS", "&": "and", "＆": "and", "﹠": "and"}
_BAR = "|"
_SIGNS = frozenset("™℠®©℗")


def _glyphs(character: str) -> str:
    """What a character looks like: letters and digits with their case, a space for a mark between words, or nothing."""
    if character.isascii():
        return character if character.isalnum() else _OWN.get(character, " ")
    if character in _OWN:
        return _OWN[character]
    if character in _SIGNS or _is_small_number(character):
        return " "
    return "".join(map(_glyph, unicodedata2.normalize("NFKD", character)))


def _is_small_number(character: str) -> bool:
    # Footnote marks are no part of a word; superscript letters are.
    return unicodedata2.category(character) == "No" and bool(_SMALL_NUMBER.search(unicodedata2.name(character, "")))


def _glyph(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else " "
    category = unicodedata2.category(character)
    if unicodedata2.combining(character) or category in ("Me", "Cf") or _UNSEEN.match(character):
        return ""
    number = unicodedata2.digit(character, None)
    if number is not None:
        return f"{number}"
    base = _base_letter(character) or disarm.normalize_confusables(character, digit_policy="tr39")
    if base.isascii():
        return base if base.isalnum() else " "
    return character if category[0] in "LMN" else " "


def _base_letter(character: str) -> str:
    result = _FORM_OF.fullmatch(unicodedata2.name(character, ""))
    if not result:
        return ""
    small = result[1] or result[3]
    letter: str = next(filter(None, map(result.group, (2, 4, 5, 6, 7, 8))))
    return letter.lower() if small else letter


_LOOKS = str.maketrans({"I": "1", "l": "1", _BAR: "1", "0": "O", "m": "rn"})
_CAPITAL_LOOKS = str.maketrans({"I": "1", _BAR: "1", "0": "O"})
_LOOSE = str.maketrans({"1": "L", "M": "RN"})


@lru_cache(maxsize=4_096)
def _in_capitals(look: str) -> str:
    # Capitals once more as they look: a small Cyrillic ve is no B, its capital is.
    capitals = look.upper()
    return (capitals if capitals.isascii() else "".join(map(_glyphs, capitals))).translate(_CAPITAL_LOOKS)


class Glyph(NamedTuple):
    """One letter or digit of a text: what it looks like, its loose key, and where it stands, with marks that follow."""

    look: str
    loose: str
    start: int
    end: int


class _Looks(dict[str, tuple[str, str]]):
    """Of each character met so far its look and its loose key; both are empty for what is not seen."""

    def __missing__(self, character: str) -> tuple[str, str]:
        look = _glyphs(character)
        bare = "".join(look.split())
        self[character] = result = (bare or look[:1], _in_capitals(bare).translate(_LOOSE))
        return result


_LOOK_OF = _Looks()


def glyphs_of(text: str) -> list[Glyph]:
    """The letters and digits of a text in order, each with its place; what stands between them is left out."""
    glyphs: list[Glyph] = []
    for at, character in enumerate(text):
        look, loose = _LOOK_OF[character]
        if loose and not (character > "\u02ff" and _is_stray_mark(glyphs, character, at)):
            glyphs.append(Glyph(look, loose, at, at + 1))
        elif (loose or not look) and glyphs and glyphs[-1].end == at:
            glyphs[-1] = glyphs[-1]._replace(end=at + 1)
        elif character == _BAR and _within_word(text, at):
            glyphs.append(Glyph(_BAR, "L", at, at + 1))
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
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()


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
    return "".join(_in_capitals(glyph.look) for glyph in glyphs_of(text))


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
        if places and places[-1][1] == glyph.start and text[glyph.start] != "&" and text[glyph.start - 1] != "&":
            places[-1] = (places[-1][0], glyph.end)
        else:
            places.append((glyph.start, glyph.end))
    return [text[start:end] for start, end in places]


def same_look(word: str, other: str) -> bool:
    """Whether two words read alike, as written or in capitals."""
    return bool({written(word), in_capitals(word)} & {written(other), in_capitals(other)})


def reads_alike(name: str, other: str) -> bool:
    """Whether two names look the same, each word as written or in capitals; marks and spaces do not count."""
    if not (key := loose_key(name)) or key != loose_key(other):
        return False
    ours, theirs = words_of(name), words_of(other)
    if [loose_key(word) for word in ours] == [loose_key(word) for word in theirs]:
        return all(map(same_look, ours, theirs))
    return same_look(name, other)


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """What spellings of one name have in common: how its letters and digits look in capitals, without marks and spaces.

    Two names with one key read alike; so no two partners can have them. Kept in the register and looked up there.
    """
    return in_capitals(name)


_AS_SPELLED = {"þ": "th", "Þ": "th"}


def person_key(name: str) -> str:
    """A person's name by its letters and digits alone: without case, accents, marks and spaces."""
    spelled = "".join(_AS_SPELLED.get(character, character) for character in name)
    return "".join(glyph.look for glyph in glyphs_of(spelled)).casefold()


@dataclass(frozen=True, eq=False)
class Folded:
    """A text as its loose key, with the place of each letter of the key in the text."""

    text: str
    key: str
    glyphs: tuple[Glyph, ...]
    offsets: tuple[int, ...]

    def glyph_at(self, offset: int) -> int:
        """The number of the glyph that holds this letter of the key."""
        return bisect_right(self.offsets, offset) - 1

    def begins(self, offset: int) -> bool:
        """Whether a glyph begins at this letter of the key, or the key ends here."""
        return offset == len(self.key) or self.offsets[self.glyph_at(offset)] == offset

    def gap(self, number: int) -> str:
        """What stands in the text between a glyph and the next."""
        return self.text[self.glyphs[number].end : self.glyphs[number + 1].start]


@lru_cache(maxsize=2_048)
def folded(text: str) -> Folded:
    """A text folded for looking up names, with the places of its letters."""
    glyphs = tuple(glyphs_of(text))
    parts = [glyph.loose for glyph in glyphs]
    return Folded(text, "".join(parts), glyphs, tuple(accumulate(map(len, parts[:-1]), initial=0)) if parts else ())
