"""Texts by their words: which versions hold them, and the passage where they stand."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from signoff.models import Version
from signoff.models.full_text import VECTOR

MOST_WORDS = 8
_AROUND = 70  # characters beside the first word that was found
_INDEXED, _TEXTS = table("version_words", column("rowid")), table("version", column("id"))


def words_in(typed: str, most: int = MOST_WORDS) -> list[str]:
    """The words that someone looks for, in small letters: at most so many."""
    return re.findall(r"[^\W_]+", typed.lower())[:most]


def holding_words(session: Session, words: str) -> list[ColumnElement[bool]]:
    """The condition that a version holds all these words, or words that begin so; none when there is no word."""
    wanted = words_in(words)
    if not wanted:
        return []
    if session.get_bind().dialect.name == "sqlite":
        asked = " ".join(f'"{word}"*' for word in wanted)
        return [Version.id.in_(select(_INDEXED.c.rowid).where(literal_column("version_words").op("MATCH")(asked)))]
    # In a query of its own, because the words of the index name their columns without a table.
    return [Version.id.in_(select(_TEXTS.c.id).where(literal_column(VECTOR).op("@@")(words_begin("english", wanted))))]


def words_begin(configuration: str, wanted: Sequence[str]) -> Any:
    """The query of PostgreSQL for texts in which something begins like each of these words."""
    return func.to_tsquery(text(f"'{configuration}'"), " & ".join(f"{word}:*" for word in wanted))


def passage_with(text: str, words: str) -> str:
    """As much of a text as stands around the first of these words; its beginning where it has none of them."""
    told = " ".join(text.split())
    places = [found.start() for word in words_in(words) if (found := re.search(_beginning(word), told, re.IGNORECASE))]
    begin = max(0, min(places, default=0) - _AROUND)
    begin = told.rfind(" ", 0, begin) + 1  # whole words
    end = begin + 3 * _AROUND
    cut = told[begin:].strip() if end >= len(told) else f"{told[begin:end].rpartition(' ')[0] or told[begin:end]}…"
    return f"{'…' if begin else ''}{cut}"


def parted_by(text: str, words: str) -> list[str]:
    """A text in pieces, of which every second is a word that was looked for."""
    wanted = [_beginning(word) for word in words_in(words)]
    return re.split(f"((?:{'|'.join(wanted)})[^\\W_]*)", text, flags=re.IGNORECASE) if wanted else [text]


def _beginning(word: str) -> str:
    # The index finds a word by its stem, so other endings of it are found too.
    return rf"\b{re.escape(word[: max(4, len(word) - 3)])}"
