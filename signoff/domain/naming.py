"""Names: whether two are the same person's, how an address is made of one, and where a text names a partner."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


def same_person(typed: str, registered: str) -> bool:
    """Whether a typed full name is the registered one; case, accents and spaces are forgiven, nothing else."""
    return bool(name_key(typed)) and name_key(typed) == name_key(registered)


def name_key(name: str) -> str:
    """What two spellings of one name have in common: case, accents and spaces left out."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace()).casefold()


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

    `names` holds (partner's slug, name or alias). Case, accents, the kind of apostrophe, line breaks and
    Markdown marks between words are forgiven; a name inside a longer word does not count.
    """
    folded = [_fold(text) for text in texts]
    found: dict[str, Passage] = {}
    for partner, name in names:
        if partner in found:
            continue
        pattern = _pattern(name)
        for text in folded:
            match = pattern.search(text) if pattern else None
            if match:
                found[partner] = Passage(partner, name, _around(text, match))
                break
    return list(found.values())


_BETWEEN_WORDS = r"[\s*_`~\[\]()\\-]+"


def _pattern(name: str) -> "re.Pattern[str] | None":
    words = [re.escape(word) for word in re.split(r"[\s-]+", _fold(name)) if word]
    if not words:
        return None
    return re.compile(r"(?<!\w)" + _BETWEEN_WORDS.join(words) + r"(?!\w)", re.IGNORECASE)


_ALIKE = str.maketrans("’‘ʼ\u00ad\u200b", "'''  ")


def _fold(text: str) -> str:
    # Character by character, so that a match stands at the same place in the text people see.
    plain = "".join(unicodedata.normalize("NFKD", character)[0] for character in unicodedata.normalize("NFC", text))
    return plain.translate(_ALIKE)


def _around(text: str, match: "re.Match[str]") -> str:
    start, end = max(0, match.start() - 40), min(len(text), match.end() + 40)
    words = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{words}{'…' if end < len(text) else ''}"
