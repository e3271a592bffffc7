"""The forms in which people write an organization's name: without article, country or legal form, by its initials."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from signoff.domain.partners.folding import NOTHING, name_key
from signoff.domain.partners.readings import with_ampersands


@dataclass(frozen=True)
class NameForm:
    """A form of a name. A sure one names the partner; another may, so people are asked about it."""

    text: str
    sure: bool


_ARTICLE = re.compile(r"^(?:the|The|THE|los|Los|las|Las|la|La|el|El)\s+(?=\S)")
_LEGAL = re.compile(
    r"(,?)\s+(?:inc|incorporated|llc|l\.l\.c|llp|ltd|limited|corp|corporation|pbc|gmbh|e\.\s?v|501\s?\(c\)\s?\(?3\)?)\.?$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"^(.+?)\s*\(([^()]+)\)\s*(.*)$")
_COUNTRY = re.compile(
    r"\s+of\s+(?:america|the\s+u\.?s\.?a?\.?|the\s+united\s+states(?:\s+of\s+america)?)$", re.IGNORECASE
)
_AT_THE_END = re.compile(r"\s+(?:USA|U\.S\.A\.|US|U\.S\.|Worldwide|International)$")
SMALL_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "de", "del", "for", "from", "in", "la", "las", "los", "of", "on", "or", "the", "to"]
    + ["with", "y"]
)
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_KNOWN = {
    "parent teacher association": "PTA",
    "parent teacher organization": "PTO",
    "young men's christian association": "YMCA",
    "young women's christian association": "YWCA",
}
_FEWEST_INITIALS, _FEWEST_WORDS = 3, 3


def without_article(name: str) -> str:
    """A name without the article at its beginning."""
    return _ARTICLE.sub("", name.strip())


@lru_cache(maxsize=65_536)
def name_forms(name: str) -> tuple[NameForm, ...]:
    """The forms of a name, the name itself first; each once."""
    result = {name.strip(): True}
    for form, sure in _derived(name.strip()):
        bare = without_article(form)
        for text, certain in ((form, sure), (bare, sure and (bare == form or _is_telling(bare) or _is_capitals(bare)))):
            if len(text) > 1:
                result[text] = certain or result.get(text, False)
    return tuple(NameForm(text, sure) for text, sure in result.items())


def proposed_aliases(names: Iterable[str]) -> list[str]:
    """Short forms that may belong to an organization of these names: for people to add to them or to leave."""
    names = list(names)
    known = {name_key(form.text) for name in names for form in name_forms(name) if form.sure}
    proposed = {form.text: None for name in names for form in name_forms(name) if not form.sure}
    return [text for text in proposed if name_key(text) not in known]


def _derived(name: str) -> list[tuple[str, bool]]:
    forms = [(name, True), *_of_brackets(name), *_of_comma(name)]
    forms += [(read, sure) for form, sure in forms if (read := with_ampersands(form).replace(NOTHING, "")) != form]
    for form, sure in list(forms):
        if legal := _LEGAL.search(form):
            kept = form[: legal.start()]
            forms.append((kept, sure and (_is_telling(kept) or _is_capitals(kept))))
    whole = [form for form, _ in forms if not (_IN_BRACKETS.match(form) or _LEGAL.search(form) or ", " in form[:12])]
    for form, sure in list(forms):
        forms += [(kept, sure and enough) for kept, enough in _without_country(form)]
    return forms + [(initials, False) for form in whole for initials in _initials(form)]


def _of_brackets(name: str) -> list[tuple[str, bool]]:
    result = _IN_BRACKETS.match(name)
    if not result:
        return []
    outside, inside = f"{result[1]} {result[3]}".strip(), result[2].strip()
    if _abbreviates(inside, outside) or _abbreviates(outside, inside):
        return [(outside, True), (inside, True)]
    return [(outside, False)]


def _of_comma(name: str) -> list[tuple[str, bool]]:
    # AASA, The School Superintendents Association
    before, comma, after = name.partition(", ")
    if not comma or not _is_capitals(before) or _LEGAL.fullmatch(f", {after}") or not _is_telling(after):
        return []
    return [(before, True), (after, True)]


def _without_country(name: str) -> list[tuple[str, bool]]:
    if country := _COUNTRY.search(name):
        kept = name[: country.start()]
        return [(kept, _is_capitals(kept) or len(_WORD.findall(kept)) >= _FEWEST_WORDS)]
    if place := _AT_THE_END.search(name):
        kept = name[: place.start()]
        return [(kept, _is_capitals(kept))]
    return []


def _initials(name: str) -> list[str]:
    words = [word for word in _WORD.findall(without_article(name)) if word.lower() not in SMALL_WORDS]
    initials = [short for words_of, short in _KNOWN.items() if words_of in name.lower().replace("’", "'")]
    initials += [word for word in words[1:][-1:] if _is_capitals(word) and word not in ("USA", "US")]
    letters = "".join(word[0] for word in words if word[0].isupper())
    if len(words) >= _FEWEST_WORDS and len(letters) == len(words) >= _FEWEST_INITIALS:
        initials.append(letters)
    return initials


def _abbreviates(short: str, name: str) -> bool:
    """Whether the letters of a short form in capitals stand in this order in the name, the first at its beginning."""
    letters = [letter for letter in short if letter.isalnum()]
    if not _is_capitals(short) or len(letters) >= len(name):
        return False
    rest = iter(without_article(name).upper())
    return without_article(name)[:1].upper() == letters[0] and all(letter in rest for letter in letters)


def _is_capitals(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return len(letters) > 1 and " " not in name and all(letter.isupper() for letter in letters)


def _is_telling(name: str) -> bool:
    return len(_WORD.findall(name)) > 1
