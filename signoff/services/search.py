"""Search: positions by their words, partners by names and people, the record by what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.orm import Session, joinedload

from signoff.domain.positions.markdown import plain_text
from signoff.models import Entry, Partner, Version
from signoff.models.full_text import ENTRY_VECTOR
from signoff.services.partners.register import PRESENT, PartnerFilter, find_partners
from signoff.services.positions.text_search import MOST_WORDS, holding_words, passage_with, words_begin, words_in
from signoff.services.record.record import facts_of

_NEWEST = 2**31 - 1  # ids are below this
_MOST_AT_ONCE = 20_000


@dataclass(frozen=True)
class FoundVersion:
    """A position's newest version that holds the words, and a passage that does."""

    version: Version
    passage: str


@dataclass(frozen=True)
class SearchResult:
    """What holds the words that were looked for."""

    texts: Sequence[FoundVersion]
    partners: Sequence[Partner]
    entries: Sequence[Entry]

    @property
    def nothing(self) -> bool:
        """Whether nothing holds them."""
        return not (self.texts or self.partners or self.entries)


def search(session: Session, words: str, *, limit: int = 20) -> SearchResult:
    """Positions, partners and entries that hold all these words, or begin so; each kind at most `limit`."""
    wanted = words_in(words)
    if not wanted:
        return SearchResult((), (), ())
    return SearchResult(
        [FoundVersion(version, _passage(version, words)) for version in _versions(session, words, limit)],
        find_partners(session, PartnerFilter(" ".join(words.split()[:MOST_WORDS]), state=PRESENT), limit=limit),
        _entries(session, wanted, limit),
    )


def history_of(session: Session, partner: Partner, *, limit: int) -> list[Entry]:
    """The newest entries of the record that tell of a partner, newest first."""
    told: list[Entry] = []
    before, at_once = _NEWEST, 4 * limit
    while len(told) < limit and (result := _holding(session, partner.slug, before, at_once)):
        # A longer slug holds a shorter one; what an entry tells of is in its facts.
        told += [entry for entry in _in_order(session, result) if _tells_of(entry, partner.slug)]
        before, at_once = result[-1], min(4 * at_once, _MOST_AT_ONCE)
    return told[:limit]


def _holding(session: Session, slug: str, before: int, limit: int) -> Sequence[int]:
    if session.get_bind().dialect.name == "sqlite":
        words = " ".join(words_in(slug, most=30))
        return _by_sqlite(session, "entry_words", f'"{words}"', limit, before=before)
    asked = func.phraseto_tsquery(text("'simple'"), slug)
    query = select(Entry.id).where(literal_column(ENTRY_VECTOR).op("@@")(asked), Entry.id < before)
    return session.scalars(query.order_by(Entry.id.desc()).limit(limit)).all()


def _tells_of(entry: Entry, slug: str) -> bool:
    facts = facts_of(entry)
    return slug in (facts.get("partner"), facts.get("double")) or slug in facts.get("partners", ())


def _versions(session: Session, words: str, limit: int) -> Sequence[Version]:
    newest = select(func.max(Version.id)).group_by(Version.position_id)
    query = select(Version).where(*holding_words(session, words), Version.id.in_(newest))
    query = query.order_by(Version.id.desc()).limit(limit)
    return session.scalars(query.options(joinedload(Version.position))).all()


def _entries(session: Session, wanted: Sequence[str], limit: int) -> Sequence[Entry]:
    if session.get_bind().dialect.name == "sqlite":
        return _in_order(session, _by_sqlite(session, "entry_words", " ".join(f'"{word}"*' for word in wanted), limit))
    query = select(Entry.id).where(literal_column(ENTRY_VECTOR).op("@@")(words_begin("simple", wanted)))
    return _in_order(session, session.scalars(query.order_by(Entry.id.desc()).limit(limit)).all())


def _by_sqlite(session: Session, table: str, asked: str, limit: int, *, before: int = _NEWEST) -> Sequence[int]:
    result = f"SELECT rowid FROM {table} WHERE {table} MATCH :asked AND rowid < :before"  # noqa: S608 - no input
    query = text(f"{result} ORDER BY rowid DESC LIMIT :most")
    return session.scalars(query, {"asked": asked, "before": before, "most": limit}).all()


def _in_order(session: Session, ids: Sequence[int]) -> Sequence[Entry]:
    query = select(Entry).where(Entry.id.in_(ids)).order_by(Entry.id.desc())
    return session.scalars(query.options(joinedload(Entry.position))).all()


def _passage(version: Version, words: str) -> str:
    return passage_with(f"{version.summary} {plain_text(version.body)}", words)
