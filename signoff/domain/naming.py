"""Names: how an address is made of one, and words of mixed scripts."""

import re
import unicodedata


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


_WORD = re.compile(r"[^\W_]+")
