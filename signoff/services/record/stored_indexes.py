"""Verifies that SQLite's indexes are made of the rows: what is looked up by one is otherwise not what the table has."""

import re
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

_OF_AN_INDEX = re.compile(r"(?:index|in index) (\w+)$")


def wrong_with_indexes(session: Session) -> Iterator[str]:
    """A sentence for each index that lacks rows or has others, and for the first damages of the file.

    PostgreSQL lets only its superuser do such a thing, and shows it by an extension that must be installed.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    said = (_in_words(line) for line in session.scalars(text("PRAGMA integrity_check")) if line != "ok")
    yield from dict.fromkeys(said)


def _in_words(line: str) -> str:
    if index := _OF_AN_INDEX.search(line):
        return f"The index {index[1]} is not made of the rows of its table."
    return f"The database file is damaged: {line}."
