"""Quotes marked in a text as its readers see it: found across emphasis and line breaks, never across a tag's edge."""

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

_TAG = re.compile(r"(<[^>]+>)")


def with_quotes(html: str, quotes: Iterable[tuple[str, str]]) -> str:
    """Cleaned HTML in which each quote is marked; `quotes` holds (what it shows, its words).

    A quote that stands there several times is marked everywhere; one that stands nowhere marks nothing.
    """
    parts = _TAG.split(html)
    texts = {index: unescape(parts[index]) for index in _words_among(parts)}
    squeezed, places = _squeezed(texts)
    shows: dict[tuple[int, int], set[str]] = {}
    for what, quote in quotes:
        words = " ".join(quote.split())
        for start in _starts(squeezed, words):
            for place in places[start : start + len(words)]:
                shows.setdefault(place, set()).add(what)
    return "".join(
        _marked(texts[index], [frozenset(shows.get((index, at), ())) for at in range(len(texts[index]))])
        if index in texts
        else part
        for index, part in enumerate(parts)
    )


def _words_among(parts: list[str]) -> Iterator[int]:
    # The texts between tags, but for the numbers of footnotes, which stand among the words and are none of them.
    raised = False
    for index, part in enumerate(parts):
        if index % 2:
            raised = part.startswith("<sup") or (raised and part != "</sup>")
        elif not raised:
            yield index


def _squeezed(texts: dict[int, str]) -> tuple[str, list[tuple[int, int]]]:
    # The text with single spaces, and where each of its characters stands.
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    for index, text in texts.items():
        for at, character in enumerate(text):
            if not character.isspace():
                characters.append(character)
                places.append((index, at))
            elif characters and characters[-1] != " ":
                characters.append(" ")
                places.append((index, at))
    return "".join(characters), places


def _starts(text: str, words: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _marked(text: str, shows: list[frozenset[str]]) -> str:
    out: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and shows[end] == shows[start]:
            continue
        piece = escape(text[start:end], quote=False)
        what = ", ".join(sorted(shows[start]))
        out.append(f'<mark title="{escape(what)}">{piece}</mark>' if what and piece.strip() else piece)
        start = end
    return "".join(out)
