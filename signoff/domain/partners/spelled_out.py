"""Names with their abbreviations written out, and their initials, so that spellings of one name can be told."""

from functools import lru_cache

import regex

from signoff.domain.partners.readings import with_ampersands, with_ands
from signoff.domain.partners.short_forms import SMALL_WORDS, without_article

_ABBREVIATIONS = {
    "aly": "alliance",
    "amer": "american",
    "ass'n": "association",
    "assn": "association",
    "assoc": "association",
    "bd": "board",
    "cmte": "committee",
    "comm": "community",
    "corp": "corporation",
    "ctr": "center",
    "centre": "center",
    "dept": "department",
    "dist": "district",
    "ed": "education",
    "educ": "education",
    "fdn": "foundation",
    "fed": "federation",
    "govt": "government",
    "inst": "institute",
    "inc": "incorporated",
    "int'l": "international",
    "intl": "international",
    "mt": "mount",
    "nat": "national",
    "nat'l": "national",
    "natl": "national",
    "no": "number",
    "org": "organization",
    "organisation": "organization",
    "soc": "society",
    "st": "saint",
    "univ": "university",
    # What everyone says in letters alone.
    "nyc": "new york city",
    "pta": "parent teacher association",
    "pto": "parent teacher organization",
    "ymca": "young men's christian association",
    "ywca": "young women's christian association",
}
# An abbreviation that is also a word counts only with its period.
_ONLY_WITH_PERIOD = frozenset(["ed", "no", "comm", "nat", "fed", "inst", "st", "mt", "soc", "dist", "corp", "org"])
_COUNTRY = regex.compile(r"(?i)\bu\.\s?s\.(?:\s?a\.)?(?!\w)|\bunited states(?: of america)?\b|\bUSA?\b")
_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’][\p{L}]+)?")
_EACH = "|".join(sorted(_ABBREVIATIONS, key=len, reverse=True))
_ABBREVIATED = regex.compile(rf"(?i)(?<![\p{{L}}\p{{N}}'.-])({_EACH})(\.?)(?![\p{{L}}\p{{N}}'-])")
_SHORTEST_INITIALS, _LONGEST_INITIALS = 3, 8


@lru_cache(maxsize=16_384)
def spelled_out(name: str) -> str:
    """A name with its abbreviations written out and its country said in one way; the same name where it has none."""
    plain = with_ands(name).replace("’", "'")
    return str(_COUNTRY.sub("USA", _ABBREVIATED.sub(_written_out, plain)))


def _written_out(match: "regex.Match[str]") -> str:
    word = match[1].lower()
    is_word = word in _ONLY_WITH_PERIOD and not match[2]
    return match[0] if is_word else _ABBREVIATIONS[word]


@lru_cache(maxsize=16_384)
def initials_of(name: str) -> frozenset[str]:
    """The initials by which people may call an organization of several words: without small words, or with “and”."""
    words = _WORD.findall(with_ampersands(name))
    kept = [word for word in words if word.lower() not in SMALL_WORDS]
    with_and = [word for word in words if word.lower() == "and" or word.lower() not in SMALL_WORDS]
    bare = _WORD.findall(without_article(name))
    letters = ("".join(word[0] for word in some).upper() for some in (kept, with_and, words, bare))
    return frozenset(each for each in letters if _SHORTEST_INITIALS <= len(each) <= _LONGEST_INITIALS)


def letters_alone(name: str) -> str:
    """The letters of a name that is one word in capitals, as initials are written; empty for any other."""
    letters = "".join(character for character in name if character.isalnum())
    is_short = _SHORTEST_INITIALS <= len(letters) <= _LONGEST_INITIALS
    return letters if is_short and letters.isalpha() and letters.isupper() and " " not in name.strip() else ""
