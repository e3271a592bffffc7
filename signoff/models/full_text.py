"""The full-text indexes over versions and the record: FTS5 beside the table on SQLite, GIN indexes on PostgreSQL.

Versions and entries are only ever added, so each is indexed once, when it is saved.
"""

from sqlalchemy import DDL, event

from signoff.models.positions import Version
from signoff.models.record import Entry

INDEXED = ("title", "summary", "body")
_JOINED = " || ' ' || ".join(INDEXED)

# What PostgreSQL searches; it must read exactly as in the index, or the index is not used.
VECTOR = f"to_tsvector('english'::regconfig, {_JOINED})"
ENTRY_VECTOR = "to_tsvector('simple'::regconfig, body)"

CREATE_ON_SQLITE = (
    f"CREATE VIRTUAL TABLE version_words USING fts5({', '.join(INDEXED)}, content='version', content_rowid='id', "
    "tokenize='porter unicode61 remove_diacritics 2')"
)
CREATE_ON_POSTGRESQL = f"CREATE INDEX ix_version_words ON version USING gin ({VECTOR})"
CREATE_ENTRIES_ON_SQLITE = (
    "CREATE VIRTUAL TABLE entry_words USING fts5(body, content='entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2')"
)
CREATE_ENTRIES_ON_POSTGRESQL = f"CREATE INDEX ix_entry_words ON entry USING gin ({ENTRY_VECTOR})"


def _on(dialect: str, statement: str) -> DDL:
    made: DDL = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
    return made


event.listen(Version.__table__, "after_create", _on("sqlite", CREATE_ON_SQLITE))
event.listen(Version.__table__, "after_create", _on("postgresql", CREATE_ON_POSTGRESQL))
event.listen(Entry.__table__, "after_create", _on("sqlite", CREATE_ENTRIES_ON_SQLITE))
event.listen(Entry.__table__, "after_create", _on("postgresql", CREATE_ENTRIES_ON_POSTGRESQL))
