"""Names that look alike: the same but for case, accents, punctuation, an article, or letters easily confused."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from confusable_homoglyphs.confusables import confusables_data
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from signoff.domain.naming import bare_key
from signoff.models import Partner, PartnerName


@dataclass(frozen=True)
class LookAlike:
    """A name that was typed, the registered name it looks like, and whose that is."""

    typed: str
    registered: str
    partner: str
    slug: str


def look_alikes(session: Session, names: Iterable[str], *, besides: Partner | None = None) -> list[LookAlike]:
    """The registered names of other partners that one of these names could be taken for, each once."""
    typed: dict[str, list[str]] = {}
    for name in names:
        for look in _looks(name):
            typed.setdefault(look, []).append(name)
    if not typed:
        return []
    others = PartnerName.partner_id != besides.id if besides else true()
    rows = session.execute(
        select(PartnerName.name, Partner.name, Partner.slug)
        .join(Partner, Partner.id == PartnerName.partner_id)
        .where(others)
        .order_by(PartnerName.id)
    )
    found = (
        LookAlike(name, known, partner, slug)
        for known, partner, slug in rows
        for look in _looks(known)
        for name in typed.get(look, ())
    )
    return list(dict.fromkeys(found))


def _looks(name: str) -> frozenset[str]:
    # A capital I looks like a small l, but not when all is capitals; so both are compared.
    table = _alike()
    looks = {bare_key(name), bare_key(name.translate(table)), bare_key(name.casefold().translate(table))}
    return frozenset(looks - {""})


@cache
def _alike() -> dict[int, str]:
    # Unicode's confusables: each letter that has one plain Latin letter it is taken for.
    return {
        ord(letter): likes[0]["c"]
        for letter, likes in confusables_data.items()
        if len(letter) == 1 and len(likes) == 1 and likes[0]["c"].isascii() and likes[0]["c"].isalnum()
    }
