"""Names: words of mixed scripts."""

import re

import unicodedata2


def mixes_scripts(name: str) -> bool:
    """Whether a word mixes letters of scripts that look alike, such as a Cyrillic А among Latin ones."""
    for word in () if name.isascii() else _WORD.findall(name):
        scripts = {unicodedata2.name(c, "").split(" ")[0] for c in word}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            return True
    return False


_WORD = re.compile(r"[^\W_]+")
