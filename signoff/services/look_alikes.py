"""Names that look alike: the eye cannot tell them apart, but for marks, spaces and an article."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from signoff.domain.folding import loose_key, reads_alike
from signoff.domain.short_forms import without_article
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
        typed.setdefault(loose_key(without_article(name)), []).append(name)
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
        for name in typed.get(loose_key(without_article(known)), ())
        if reads_alike(without_article(name), without_article(known))
    )
    return list(dict.fromkeys(found))
