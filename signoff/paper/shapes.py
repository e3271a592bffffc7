"""Which characters of a text no font at hand can show, so that people hear of it and no sheet has a blank box."""

import json
import threading
from functools import lru_cache

import typst
from unicodedata2 import name

_SOURCE = b"""
#set document(title: "shapes", date: datetime(year: 2026, month: 1, day: 1))
#json(bytes(sys.inputs.characters))
"""
# Characters of a script that has no font at all are not tried one by one.
_MOST_TRIED = 60
_COMPILER = typst.Compiler()
_ONE_AT_A_TIME = threading.Lock()


def without_shape(text: str) -> tuple[str, ...]:
    """The characters of a text that cannot be set on paper here, in the order of their numbers in Unicode."""
    return _without_shape("".join(sorted({character for character in text if not character.isascii()})))


def with_numbers_for_shapeless(text: str) -> str:
    """A text in which each character that cannot be shown stands as its number, such as [U+4E2D]."""
    return text.translate({ord(character): number_for(character) for character in without_shape(text)})


def number_for(character: str) -> str:
    """What stands on a sheet in place of a character that it cannot show."""
    return f"[U+{ord(character):04X}]"


@lru_cache(maxsize=256)
def _without_shape(characters: str) -> tuple[str, ...]:
    scripts: dict[str, list[str]] = {}
    for character in characters:
        scripts.setdefault(name(character, "").split(" ")[0], []).append(character)
    return tuple(sorted(character for those in scripts.values() for character in _missing(those)))


def _missing(characters: list[str]) -> list[str]:
    if _has_shapes("".join(characters)):
        return []
    if len(characters) > _MOST_TRIED:
        return characters
    return [character for character in characters if not _has_shapes(character)]


def _has_shapes(characters: str) -> bool:
    try:
        with _ONE_AT_A_TIME:
            inputs = {"characters": json.dumps(characters)}
            _COMPILER.compile(_SOURCE, format="pdf", sys_inputs=inputs, pdf_standards=["a-3b"])
    except typst.TypstError:
        return False
    return True
