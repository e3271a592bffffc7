"""The full-text index over versions: FTS5 beside the table on SQLite, an index of its words on PostgreSQL.

Versions are only ever added, so each is indexed once, when it is saved.
"""

from sqlalchemy import DDL, event

from signoff.models.positions import Version

INDEXED = ("title", "summary", "body")
_JOINED = " || ' ' || ".join(INDEXED)

# What PostgreSQL searches; it must read exactly as in the index, or the index is not used.
VECTOR = f"to_tsvector('english'::regconfig, {_JOINED})"

CREATE_ON_SQLITE = (
    f"CREATE VIRTUAL TABLE version_words USING fts5({', '.join(INDEXED)}, content='version', content_rowid='id', "
    "tokenize='porter unicode61 remove_diacritics 2')"
)
CREATE_ON_POSTGRESQL = f"CREATE INDEX ix_version_words ON version USING gin ({VECTOR})"


def _on(dialect: str, statement: str) -> DDL:
    made: DDL = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
    return made


event.listen(Version.__table__, "after_create", _on("sqlite", CREATE_ON_SQLITE))
event.listen(Version.__table__, "after_create", _on("postgresql", CREATE_ON_POSTGRESQL))
