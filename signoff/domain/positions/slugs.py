"""Addresses: made of the words of a title or name, in the letters of its own script."""

from urllib.parse import quote

import regex
import unicodedata2

from signoff.domain.partners.folding import spelled_plainly
from signoff.domain.text_input import clean_line

LONGEST_SLUG = 59  # characters
_NOTHING = "untitled"

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_LATIN = regex.compile(r"[\p{Latin}\p{Nd}\p{M}]+")
_WITHIN_WORDS = regex.compile(r"['’ʼ\p{Default_Ignorable_Code_Point}]")


def slug_of(title: str) -> str:
    """A short address for a title: its words joined by hyphens, Latin ones without accents; never empty."""
    slug = ""
    for word in _words(title):
        if len(slug) + len(word) + 1 > LONGEST_SLUG and slug:
            break
        slug = f"{slug}-{word}" if slug else _shortened(word)
    return slug or _NOTHING


def _words(title: str) -> list[str]:
    plain = _WITHIN_WORDS.sub("", unicodedata2.normalize("NFKC", clean_line(title)))
    return [word for result in _WORD.findall(plain) if (word := _spelled(result))]


def _spelled(word: str) -> str:
    if _LATIN.fullmatch(word):
        return spelled_plainly(word)
    composed: str = unicodedata2.normalize("NFC", word.lower())
    return composed


def _shortened(word: str) -> str:
    # Scripts that set no spaces give one long word; no mark is cut from its letter.
    cut = word[:LONGEST_SLUG]
    return cut if len(word) <= LONGEST_SLUG or not regex.match(r"\p{M}", word[LONGEST_SLUG]) else cut[:-1]


def slug_problem(typed: str) -> str:
    """What is wrong with an address that was typed; empty when nothing is."""
    wanted = slug_of(typed)
    if not _words(typed):
        return "Please give an address with letters or digits in it."
    if typed != wanted:
        return f"Please use small letters and digits joined by hyphens, such as “{wanted}”."
    return ""


def encoded(slug: str) -> str:
    """An address as links carry it: letters beyond ASCII in percent signs, since not every program reads them."""
    return quote(slug, safe="")
