"""Whether words at a place of a text are a name, and whether they are written as the name is."""

import re
from collections.abc import Iterator

from signoff.domain.partners.folding import Folded, in_capitals, same_look, written
from signoff.domain.partners.glyphs import AMPERSANDS
from signoff.domain.partners.short_forms import SMALL_WORDS

# Chinese, Japanese, Korean, Thai and their neighbors set no spaces between words: there, a name is a name wherever it
# stands. Korean syllables come decomposed.
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]")


_ADDRESS = re.compile(
    r"[#@]\w[\w.-]*|(?:https?://|www\.)\S+|[\w.+-]+@[\w.-]+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}\b(?:/\S*)?"
)
# The time to look for an address within a word grows with the square of its length: one this long counts as an address.
_LONG_WORD = re.compile(r"\S{1001,}")


def addresses_in(text: str) -> Iterator["re.Match[str]"]:
    """Where a text writes words together: its addresses and hashtags."""
    at = 0
    for word in _LONG_WORD.finditer(text):
        yield from (*_ADDRESS.finditer(text, at, word.start()), word)
        at = word.end()
    yield from _ADDRESS.finditer(text, at)


def are_parted(text: Folded, number: int) -> bool:
    """Whether one word ends with this letter and another begins with the next."""
    here, after = text.glyphs[number], text.glyphs[number + 1]
    if here.end != after.start or not AMPERSANDS.isdisjoint((text.text[here.start], text.text[after.start])):
        return True
    if _NO_SPACES.match(here.look) or _NO_SPACES.match(after.look):
        return True
    # As in Union1, where the 1 was the number of a footnote before it was copied.
    return text.text[here.start].isdigit() != text.text[after.start].isdigit() or _begins_with_a_capital(
        text, number + 1
    )


def _begins_with_a_capital(text: Folded, number: int) -> bool:
    """Whether a capital after a small letter begins a word here, as in WestEd."""
    before, here = text.glyphs[number - 1], text.glyphs[number]
    return before.end == here.start and before.look[-1:].islower() and here.look[:1].isupper()


_BEFORE_A_PHRASE = re.compile(r"\s+(?:across|between|beyond|from|into|of|through|to|toward|towards)\s+[a-z]")


def only_begins(text: str, start: int, end: int) -> bool:
    """Whether a single word has its capital because a sentence begins, and goes on as no organization's name does."""
    word = text[start:end]
    begins = not start or re.search(r"(?:[.!?…:][\"'”’)\]]*\s+|\n\s*)$", text[max(0, start - 12) : start])
    return bool(begins and word[1:].islower() and word.isalpha() and _BEFORE_A_PHRASE.match(text, end))


def evidence_of(text: Folded, offset: int, name: Folded, *, joins: bool = False) -> bool | None:
    """Whether the words at this place are written as the name is; None when they are other words.

    With `joins`, its words may stand as one however short they are.
    """
    words = words_in(name)
    fits = [_word_fits(text, offset + first, offset + last, name, (first, last)) for first, last in words]
    runs = words[:1]
    for (_, end), word in zip(words, words[1:], strict=False):
        there = _gap(text, offset + end)
        if there or are_parted(text, text.glyph_at(offset + end) - 1):
            fits.append(_gap_fits(text, offset + end, there, _gap(name, end)))
            runs.append(word)
        else:
            runs[-1] = (runs[-1][0], word[1])
    fits += [_run_fits(text, offset + first, offset + last, _slice(name, first, last), joins) for first, last in runs]
    return None if None in fits else all(fits)


def words_in(name: Folded) -> list[tuple[int, int]]:
    """The words of a name as stretches of its key."""
    breaks = [
        name.offsets[number]
        for number in range(1, len(name.glyphs))
        if name.glyphs[number - 1].end != name.glyphs[number].start
        or not AMPERSANDS.isdisjoint((name.text[name.glyphs[number - 1].start], name.text[name.glyphs[number].start]))
        or _begins_with_a_capital(name, number)
    ]
    return list(zip([0, *breaks], [*breaks, len(name.key)], strict=True))


def _slice(text: Folded, first: int, last: int) -> str:
    return text.text[text.glyphs[text.glyph_at(first)].start : text.glyphs[text.glyph_at(last - 1)].end]


def _gap(text: Folded, offset: int) -> str:
    """What stands before the letter at this place of the key; nothing inside a letter."""
    number = text.glyph_at(offset)
    return text.gap(number - 1) if number and text.offsets[number] == offset else ""


_EMPHASIS = re.compile(r"[*_~`\\]+")
_BROKEN_LINE = re.compile(r"[-\u2010]\s+")
# Apostrophes, spaces of other widths than the plain one, and marks such as those of Un[i]on and Bir·ch.
_WITHIN_A_WORD = re.compile(r"['’ʼ‘′`´\u02b9-\u02bf\u02c8]+|,|[^\S \t\n]+|[^\w\s.!?…;:,–—/]{1,3}")
_SPELLED = re.compile(r"[\s.·_*\-]{1,3}")
_SPLIT = re.compile(r"[ \t]{1,3}|[ \t]*\n[ \t]*")
_SHORTEST_SPLIT, _SHORTEST_JOINED = 5, 8  # letters of a name


def _word_fits(text: Folded, first: int, last: int, name: Folded, word: tuple[int, int]) -> bool | None:
    """Whether a stretch of a text is this word of a name; None when it is another, not strictly when it is cut."""
    if not same_look(_slice(text, first, last), _slice(name, *word)):
        return None
    letters = text.glyph_at(last - 1) - text.glyph_at(first)
    gaps = [gap for at in range(first + 1, last) if (gap := _gap(text, at))]
    shown = [gap for gap in gaps if not _hides_nothing(gap)]
    if not shown or (len(gaps) == letters and all(map(_SPELLED.fullmatch, gaps))):  # N.A.A.C.P. and B i r c h
        return True
    if len(name.key) < _SHORTEST_SPLIT or not all(map(_SPLIT.fullmatch, shown)):
        return None
    if all(piece[0].isupper() for piece in _slice(text, first, last).split()):
        return True
    return False if len(name.key) >= _SHORTEST_JOINED and word != (0, len(name.key)) else None


def _hides_nothing(gap: str) -> bool:
    bare = _EMPHASIS.sub("", gap)
    return not bare or bool(_BROKEN_LINE.fullmatch(bare) or _WITHIN_A_WORD.fullmatch(bare))


def _run_fits(text: Folded, first: int, last: int, words: str, joins: bool) -> bool | None:
    """Whether words that stand as one may do so, and have the capitals of the name; None when they are other words."""
    there = _slice(text, first, last)
    if re.search(r"[\s–—/]", words) and not (joins or last - first >= _SHORTEST_JOINED or there.isupper()):
        return None
    return _has_capitals(there, words)


_LONGEST_GAP = 12
_ENDS_A_PHRASE = re.compile(r"[.!?…;:,()]|\n\s*\n")


def _gap_fits(text: Folded, offset: int, there: str, named: str) -> bool | None:
    """Whether what stands between two words of a name may stand there; not strictly, where a sentence ends between."""
    if _gap(text, offset - 1) == ".":
        there = there.removeprefix(".")  # the last period of N.A.A.C.P.
    bare = _EMPHASIS.sub("", there)
    if len(" ".join(bare.split())) > _LONGEST_GAP:
        return None
    return all(mark.strip() and mark in named for mark in _ENDS_A_PHRASE.findall(bare))


_FREE = SMALL_WORDS | AMPERSANDS


def _has_capitals(there: str, word: str) -> bool:
    """Whether a word stands as it does in the name, or in capitals. A digit for a letter shows nothing against it."""
    if written(there) in (written(word), in_capitals(word)) or word.lower() in _FREE:
        return True
    cased = [letter for letter in there if letter.isalpha()]
    if len(cased) > 1 and all(letter.isupper() for letter in cased):
        return True
    wanted = [letter for letter in word if letter.isalpha()]
    if len(wanted) > 1 and all(letter.isupper() for letter in wanted):
        return False
    return not wanted or not wanted[0].isupper() or not there[0].islower()
