"""Names: how an address is made of one, and where a text names a partner."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise


def without_article(name: str) -> str:
    """A name without the article at its beginning."""
    return re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)


def mixes_scripts(name: str) -> bool:
    """Whether a word mixes letters of scripts that look alike, such as a Cyrillic А among Latin ones."""
    for word in () if name.isascii() else _WORD.findall(name):
        scripts = {unicodedata.name(c, "").split(" ")[0] for c in word}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            return True
    return False


def slug_of(title: str) -> str:
    """A short address for a title: ASCII words joined by hyphens, at most 60 characters, never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        if len(slug) + len(word) > 59:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "untitled"


@dataclass(frozen=True)
class Passage:
    """A place where a text names a partner: whose name, the name that was found, and the words around it."""

    partner: str
    name: str
    words: str


def passages_naming(texts: Iterable[str], names: Iterable[tuple[str, str]]) -> list[Passage]:
    """Every partner named in the texts, once each, with the first passage that names it.

    `names` holds (partner's slug, name or alias). Case, accents, invisible characters, the kind of apostrophe or
    dash, line breaks and Markdown marks between words are forgiven; a name inside a longer word does not count.
    """
    folded = [_fold(text) for text in texts]
    found: dict[str, Passage] = {}
    for partner, name in names:
        passage = next(_passages(folded, partner, name), None) if partner not in found else None
        if passage:
            found[partner] = passage
    return list(found.values())


def all_passages_naming(texts: Iterable[str], names: Iterable[tuple[str, str]]) -> list[Passage]:
    """Every passage in which the texts name a partner, in the order of the names; the same words once."""
    folded = [_fold(text) for text in texts]
    return list(dict.fromkeys(passage for partner, name in names for passage in _passages(folded, partner, name)))


def names_that_may_stand(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Those of many names that may stand in one of the texts; all others are nowhere in them.

    A name begins where a run of letters begins, and all its words stand somewhere; each word is looked for once.
    """
    folded = " ".join(map(_fold, texts))
    runs = " " + " ".join(sorted(set(_RUN.findall(folded))))

    @cache
    def stands(word: str, before: str = "") -> bool:
        # Where no spaces are set between words, a word is no part of a run, and any place is a beginning.
        return before + word in runs if _RUN.fullmatch(word) else word in folded

    def may_stand(words: list[str]) -> bool:
        return bool(words) and stands(words[0], " ") and all(map(stands, words[1:]))

    return [name for name in names if may_stand(_WORD.findall(_fold(name)))]


def _passages(folded: list[str], partner: str, name: str) -> Iterator[Passage]:
    words = _WORD.findall(_fold(name))
    # Most names are nowhere in a text; that is seen at once, without making their pattern.
    likely = [text for text in folded if words and all(word in text for word in words)]
    pattern = _pattern(name) if likely else None
    for text in likely if pattern else ():
        for match in pattern.finditer(text) if pattern else ():
            yield Passage(partner, name, _around(text, match))


# Chinese, Japanese, Korean, Thai and their neighbours set no spaces between words: there, a name is a name
# wherever it stands. Korean syllables come decomposed.
_LETTER = r"[^\W_\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]"
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"{_LETTER}+")


def _pattern(name: str) -> "re.Pattern[str] | None":
    folded = _fold(name)
    words = _WORD.findall(folded)
    if not words:
        return None
    # Only where the name has a mere mark, such as an apostrophe, may the words stand together.
    marks = [folded[a.end() : b.start()] for a, b in pairwise(_WORD.finditer(folded))]
    between = [r"[\W_]{0,8}?" if not re.search(r"\s", mark) and "-" not in mark else r"[\W_]{1,8}?" for mark in marks]
    joined = words[0] + "".join(gap + word for gap, word in zip(between, words[1:], strict=True))
    return re.compile(rf"(?<!{_LETTER}){joined}(?!{_LETTER})", re.IGNORECASE)


_MARKS = re.compile("[ª°º¹²³\u2070-\u209f\u2100-\u2101\u2117\u2120\u2122®©]")
_ALIKE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "&": " and "})


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _MARKS.sub(" ", unescape(text)))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    one_spaced = re.sub(r"\s+", " ", kept.casefold().translate(_ALIKE))
    # N.A.A.C.P. is NAACP.
    return re.sub(r"(?<=\b\w)\.(?=\w\b)", "", one_spaced)


_MARKDOWN = re.compile(r"[*`\\#>]|(?<!\w)_|_(?!\w)")


def _around(text: str, match: "re.Match[str]") -> str:
    start, end = max(0, match.start() - 40), min(len(text), match.end() + 40)
    words = unicodedata.normalize("NFC", " ".join(_MARKDOWN.sub("", text[start:end]).split()))
    return f"{'…' if start else ''}{words}{'…' if end < len(text) else ''}"
