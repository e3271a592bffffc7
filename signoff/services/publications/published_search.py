"""The public list of positions: found by words, year, kind, criterion and who signed; a page at a time, by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from signoff.domain.partners.folding import name_key
from signoff.domain.principles.principles import Finding
from signoff.models import Criterion, FindingRow, PartnerName, Publication, Version, VersionCheck
from signoff.models.publications import signatory
from signoff.services.positions.text_search import holding_words
from signoff.services.publications.public_queries import (
    ListedPublication,
    count_live_publications,
    listed_publications,
)

_MOST_WORDS = 8


@dataclass(frozen=True)
class PublishedFilter:
    """Which published positions are looked for; empty means all.

    `published` is from an instant until before another (aware UTC); `criterion` is the key of one that the text
    advances, and `partner` holds words of the name of a partner that signed it.
    """

    words: str = ""
    kind: str = ""
    criterion: str = ""
    partner: str = ""
    published: tuple[datetime, datetime] | None = None

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """As conditions of a query of publications and their versions."""
        wanted = holding_words(session, self.words)
        if self.kind:
            wanted.append(Version.kind == self.kind)
        if self.criterion:
            wanted.append(_advances(self.criterion))
        if self.published:
            begin, end = self.published
            wanted += [Publication.published_at >= begin, Publication.published_at < end]
        if (names := _names_like(self.partner)) is not None:
            signed = signatory.c.publication_id == Publication.id
            wanted.append(exists().where(signed, signatory.c.public_name.in_(names)))
        return wanted


def _advances(key: str) -> ColumnElement[bool]:
    return (
        exists()
        .where(FindingRow.version_id == Version.id, FindingRow.verdict == Finding.ADVANCES)
        .where(Criterion.id == FindingRow.criterion_id, Criterion.key == key)
        .where(VersionCheck.version_id == Version.id, VersionCheck.edition_id == Criterion.edition_id)
    )


def _names_like(typed: str) -> Select[str] | None:
    keys = [key for word in typed.split()[:_MOST_WORDS] if (key := name_key(word))]
    if not keys:
        return None
    said = (PartnerName.key.contains(key, autoescape=True) for key in keys)
    # Aliases are for staff: no one learns from a search what else a partner is called.
    return select(PartnerName.name).where(PartnerName.kind == "public", *said)


@dataclass(frozen=True)
class PublishedPage:
    """Published positions that were looked for, newest first: some of them, and how many there are.

    `newer` and `older` are the keys of the pages beside this one, or None. `signed` are of each publication the names
    that were looked for, by its id.
    """

    items: Sequence[ListedPublication]
    total: int
    newer: int | None
    older: int | None
    signed: Mapping[int, Sequence[str]]


def find_published(
    session: Session, wanted: PublishedFilter, *, size: int, after: int = 0, before: int = 0
) -> PublishedPage:
    """One page of positions: the newest, those older than the publication `after`, or those newer than `before`."""
    conditions = wanted.conditions(session)
    place = [Publication.id > before] if before else [Publication.id < after] if after else []
    found = listed_publications(session, [*conditions, *place], limit=size + 1, newest_first=not before)
    items, more = found[:size], len(found) > size
    if before:
        items.reverse()
    keys = [item.publication.id for item in items]
    is_newer, is_older = (more, True) if before else (bool(after), more)
    return PublishedPage(
        items,
        count_live_publications(session, conditions),
        newer=keys[0] if keys and is_newer else None,
        older=keys[-1] if keys and is_older else None,
        signed=_signed(session, keys, wanted.partner),
    )


def _signed(session: Session, publications: Sequence[int], typed: str) -> dict[int, list[str]]:
    names = _names_like(typed)
    if names is None:
        return {}
    query = select(signatory.c.publication_id, signatory.c.public_name)
    query = query.where(signatory.c.publication_id.in_(publications), signatory.c.public_name.in_(names))
    signed: dict[int, list[str]] = {}
    for publication, name in session.execute(query.order_by(signatory.c.public_name)):
        signed.setdefault(publication, []).append(name)
    return signed


def key_of_page(session: Session, wanted: PublishedFilter, *, number: int, size: int) -> int:
    """After which publication a page begins that was once asked for by its number from 1; 0 for the first."""
    query = select(Publication.id).join(Version, Version.id == Publication.version_id)
    query = query.where(Publication.ended_at.is_(None), *wanted.conditions(session)).order_by(Publication.id.desc())
    last = max(0, count_live_publications(session, wanted.conditions(session)) - 1) // size
    place = min(number - 1, last) * size
    return session.scalar(query.offset(place - 1).limit(1)) or 0 if place else 0


def kinds_and_times(session: Session) -> Sequence[tuple[str, datetime]]:
    """Of each live publication the kind of its text and when it was published (aware UTC), newest first."""
    query = select(Version.kind, Publication.published_at).join(Publication, Publication.version_id == Version.id)
    rows = session.execute(query.where(Publication.ended_at.is_(None)).order_by(Publication.id.desc()))
    return [(kind, published_at) for kind, published_at in rows]
