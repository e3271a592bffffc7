"""Free addresses: a slug made of a name, numbered where it is taken."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.naming import slug_of
from signoff.models import Partner, Position

_RESERVED = {"new", "feed", "import", "tag", "preview"}  # addresses of pages


def free_slug(session: Session, table: type[Position] | type[Partner], name: str) -> str:
    """The slug of a name, followed by -2, -3 … when others of the table have it already."""
    slug = slug_of(name)
    if slug in _RESERVED:
        slug = f"{slug}-1"
    # Most names are new; only for the others all numbers are looked at, which reads the whole table.
    if session.scalar(select(table.id).where(table.slug == slug)) is None:
        return slug
    taken = set(session.scalars(select(table.slug).where(table.slug.startswith(slug, autoescape=True))))
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
