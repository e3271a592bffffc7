"""Whether words at a place of a text are a name, and whether they are written as the name is."""

import re
from collections.abc import Sequence

from signoff.domain.partners.folding import Folded, in_capitals, same_look, written
from signoff.domain.partners.short_forms import SMALL_WORDS

# Chinese, Japanese, Korean, Thai and their neighbors set no spaces between words: there, a name is a name wherever it
# stands. Korean syllables come decomposed.
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]")


def are_parted(text: Folded, number: int) -> bool:
    """Whether one word ends with this letter and another begins with the next."""
    here, after = text.glyphs[number], text.glyphs[number + 1]
    if here.end != after.start or "&" in (text.text[here.start], text.text[after.start]):
        return True
    if _NO_SPACES.match(here.look) or _NO_SPACES.match(after.look):
        return True
    return here.look[-1:].islower() and after.look[:1].isupper()


_BEFORE_A_PHRASE = re.compile(r"\s+(?:across|between|beyond|from|into|of|through|to|toward|towards)\s+[a-z]")


def only_begins(text: str, start: int, end: int) -> bool:
    """Whether a single word has its capital because a sentence begins, and goes on as no organization's name does."""
    word = text[start:end]
    begins = not start or re.search(r"(?:[.!?…:][\"'”’)\]]*\s+|\n\s*)$", text[max(0, start - 12) : start])
    return bool(begins and word[1:].islower() and word.isalpha() and _BEFORE_A_PHRASE.match(text, end))


def evidence_of(text: Folded, offset: int, name: Folded) -> bool | None:
    """Whether the words at this place are written as the name is; None when they are other words."""
    strict, words = True, _words(name)
    for first, last in words:
        fits = _word_fits(text, offset + first, offset + last, _slice(name, first, last))
        if fits is None:
            return None
        strict = strict and fits
    for (_, end), (_begin, _) in zip(words, words[1:], strict=False):
        there = _gap(text, offset + end)
        if _gap(text, offset + end - 1) == ".":
            there = there.removeprefix(".")  # the last period of N.A.A.C.P.
        fits = _gap_fits(there, _gap(name, end), text, offset + end)
        if fits is None:
            return None
        strict = strict and fits
    return strict


def _words(name: Folded) -> list[tuple[int, int]]:
    """The words of a name as stretches of its key."""
    breaks = [
        name.offsets[number + 1]
        for number in range(len(name.glyphs) - 1)
        if name.glyphs[number].end != name.glyphs[number + 1].start
        or "&" in (name.text[name.glyphs[number].start], name.text[name.glyphs[number + 1].start])
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
_APOSTROPHE = re.compile(r"['’ʼ‘′`´]+")
_SPELLED = re.compile(r"[ .·_*\-]|\. ")


def _word_fits(text: Folded, first: int, last: int, word: str) -> bool | None:
    """Whether a stretch of a text is this word of a name, and has its capitals; None when it is another word."""
    gaps = [gap for at in range(first + 1, last) if (gap := _gap(text, at))]
    if gaps and not all(map(_hides_nothing, gaps)) and not _is_spelled_out(gaps, last - first):
        return None
    there = _slice(text, first, last)
    if not same_look(there, word):
        return None
    return _has_capitals(there, word)


def _hides_nothing(gap: str) -> bool:
    bare = _EMPHASIS.sub("", gap)
    return not bare or bool(_BROKEN_LINE.fullmatch(bare) or _APOSTROPHE.fullmatch(bare) or bare == ",")


def _is_spelled_out(gaps: Sequence[str], letters: int) -> bool:
    # N.A.A.C.P. and B i r c h
    return len(set(gaps)) == 1 and len(gaps) == letters - 1 and bool(_SPELLED.fullmatch(gaps[0]))


_LONGEST_GAP = 12
_ENDS_A_PHRASE = re.compile(r"[.!?…;:,()]|\n\s*\n")


def _gap_fits(there: str, named: str, text: Folded, offset: int) -> bool | None:
    """Whether what stands between two words of a name may stand there; not strictly, where a sentence ends between."""
    if not there:
        number = text.glyph_at(offset)
        joined = not re.search(r"[\s\-–—/]", named)
        return True if joined or (number and are_parted(text, number - 1)) else None
    bare = _EMPHASIS.sub("", there)
    if len(" ".join(bare.split())) > _LONGEST_GAP:
        return None
    return all(mark.strip() and mark in named for mark in _ENDS_A_PHRASE.findall(bare))


_FREE = SMALL_WORDS | {"&"}


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
