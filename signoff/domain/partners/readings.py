"""What words may be read as besides what they are: other signs for “and”, and what an address has in code."""

import re
from html import unescape
from urllib.parse import unquote

from signoff.domain.partners.folding import NOTHING, without_letter_marks
from signoff.domain.partners.glyphs import AMPERSANDS, capital_look_of, look_of

_FOOTNOTE = re.compile(r"\[(?:\^[^\]\s]{1,20}|\d{1,3})\]")
_PLUS = "+＋﹢⁺₊﬩∔⊕⊞⨁➕✙✚✛✜ᐩ┼╋\U0001f7a1-\U0001f7a7"
_QUOTE = "'\"’‘‛“”„‟‚`´′‵″＇＂«»‹›〝〞〟❛-❞ꞌꞋ՚׳״\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb"
_UNSEEN = f"[\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f{NOTHING}]*"
_BESIDE = r"[\w\s*_~\\]"
_BREAK = r"[\s\-\u2010-\u2015]"
_AND = re.compile(
    rf"&(?:amp|AMP|#0{{0,4}}38|#[xX]0{{0,4}}26);|(?<={_BESIDE})[{_PLUS}]{_UNSEEN}(?={_BESIDE})"
    rf"|(?:(?<={_BREAK})|(?<={_BESIDE})[{_QUOTE}]){_UNSEEN}(\w){_UNSEEN}(?:(?={_BREAK})|[{_QUOTE}]{_UNSEEN}(?={_BESIDE}))"
    r"|(?<=[a-z])N(?=[A-Z][a-z])"  # BoysNGirls
)
_AMPERSAND = f"[{''.join(AMPERSANDS)}]"
_BETWEEN_WORDS = re.compile(
    rf"(?<!{_BREAK}){_BREAK}+{_AMPERSAND}{_BREAK}*|{_AMPERSAND}{_BREAK}+|(?<=\w\w){_AMPERSAND}(?=\w\w)"
)


def readings(text: str) -> tuple[str, ...]:
    """All that a text may be read as, in letters at the same places, itself first without the numbers of footnotes.

    Boys + Girls, Boys 'n' Girls, A|B and Birch%20Union are names too.
    """
    result = [_FOOTNOTE.sub(lambda found: NOTHING * len(found[0]), text) if "[" in text else text]
    for read in (decoded, without_letter_marks, with_ampersands):
        result += map(read, tuple(result))
    return tuple(dict.fromkeys(result))


def with_ampersands(text: str) -> str:
    """A text of the same length with & for each sign that says “and” between words: + and 'n', and their like."""
    return _AND.sub(_ampersand, text)


def _ampersand(sign: "re.Match[str]") -> str:
    if sign[1] and {look_of(sign[1]), capital_look_of(sign[1])}.isdisjoint("nN"):
        return sign[0]
    return "&".ljust(len(sign[0]), NOTHING)


def with_ands(name: str) -> str:
    """A name with each sign that says “and” between words written out; AT&T keeps its own."""
    return _BETWEEN_WORDS.sub(" and ", with_ampersands(name).replace(NOTHING, ""))


_BYTE = f"%{NOTHING}*[0-9A-Fa-f]{NOTHING}*[0-9A-Fa-f]{NOTHING}*"
_ENCODED = re.compile(f"(?:{_BYTE})+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MOST_CODES = 4  # of one letter, each within the next: %2520 is a space within two


def decoded(text: str) -> str:
    """A text of the same length without the codes of addresses and of HTML, and without those that appear then."""
    if "&" in text:  # Markdown reads them in addresses too
        text = _ENTITY.sub(lambda entity: unescape(entity[0]).ljust(len(entity[0]), NOTHING), text)
    for _ in range(_MOST_CODES):
        text = _ENCODED.sub(_letters, text)
    return text


def _letters(encoded: "re.Match[str]") -> str:
    return unquote(encoded[0].replace(NOTHING, ""), errors="replace").ljust(len(encoded[0]), NOTHING)
