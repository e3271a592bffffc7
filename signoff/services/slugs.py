"""Free addresses: a slug made of a name, numbered where it is taken."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.positions.slugs import slug_of
from signoff.models import Partner, Position
from signoff.models.base import batched

# Addresses of pages.
RESERVED = {"new", "feed", "import", "tag", "change", "commitments", "preview", "expertise", "segments", "map"}


def free_slug(session: Session, table: type[Position] | type[Partner], name: str) -> str:
    """The slug of a name, followed by -2, -3 … when others of the table have it already."""
    return free_slugs(session, table, [name])[0]


def free_slugs(session: Session, table: type[Position] | type[Partner], names: Sequence[str]) -> list[str]:
    """The same for several names that are to be added together, in their order."""
    slugs = [f"{slug}-1" if slug in RESERVED else slug for slug in map(slug_of, names)]
    taken: set[str] = set()
    for some in batched(sorted(set(slugs))):
        taken.update(session.scalars(select(table.slug).where(table.slug.in_(some))))
    numbered: dict[str, Iterator[str]] = {}
    free = []
    for slug in slugs:
        if slug in taken:
            # Most names are new; only for the others all numbers are looked at, which reads the whole table.
            numbered.setdefault(slug, _numbered(session, table, slug, taken))
            slug = next(numbered[slug])
        taken.add(slug)
        free.append(slug)
    return free


def _numbered(
    session: Session, table: type[Position] | type[Partner], slug: str, besides: Collection[str]
) -> Iterator[str]:
    stored = set(session.scalars(select(table.slug).where(table.slug.startswith(f"{slug}-", autoescape=True))))
    every = (f"{slug}-{number}" for number in count(2))
    return (numbered for numbered in every if numbered not in stored and numbered not in besides)
