"""The level at which an organization works, read from what people write in English or Spanish."""

from collections.abc import Mapping

import regex

from signoff.domain.partners.folding import spelled_plainly

UNKNOWN_LEVEL = "Please choose national, state or local, or leave it empty."

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_NUMBERED = regex.compile(r"[0-9]\W*$")  # Local 12 is an organization
_LEVELS: Mapping[str, str] = {
    **dict.fromkeys(["national", "nationwide", "nacional", "country", "countrywide", "pais"], "national"),
    **dict.fromkeys(["state", "statewide", "estatal", "estado"], "state"),
    **dict.fromkeys(["local", "community", "comunitario", "comunitaria", "comunidad", "municipal", "locally"], "local"),
}
_LITTLE = "level nivel wide based organization organizacion a an the of or o and y de del el la todo"
_NO_WEIGHT = frozenset(_LITTLE.split())


def level_in(text: str) -> str:
    """“Statewide”, “Local / Community” or “Nivel estatal” as national, state or local; empty for none or several."""
    if _NUMBERED.search(text):
        return ""
    words = {spelled_plainly(word) for word in _WORD.findall(text)} - _NO_WEIGHT
    levels = {_LEVELS.get(word, "") for word in words}
    return levels.pop() if len(levels) == 1 else ""
