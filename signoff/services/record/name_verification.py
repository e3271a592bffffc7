"""Verifies the names in the register: each with the key of its letters, none that reads like another partner's."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.partners.folding import loose_keys, name_key, reads_alike
from signoff.domain.partners.short_forms import without_article
from signoff.models import Partner, PartnerName


class _Name(NamedTuple):
    name: str
    key: str
    is_over: bool
    partner_id: int
    whole_id: int  # of the partner that it was merged into, otherwise its own
    slug: str


def verify_names(session: Session) -> Iterator[str]:
    """Every sentence about a name under which the public would read another partner than the one that approved."""
    names = _names(session)
    for row in names:
        if row.key != name_key(row.name):
            yield f"The name “{row.name}” of {row.slug}: its key is not that of its letters."
    present = [row for row in names if not row.is_over]
    for row, other in _alike(present):
        yield f"The name “{row.name}” of {row.slug} reads like “{other.name}” of {other.slug}."
    agreed = {(row.partner_id, row.name) for row in present}
    listed = select(Partner.id, Partner.slug, Partner.name).where(Partner.merged_into_id.is_(None))
    for partner_id, slug, shown in session.execute(listed.order_by(Partner.id)):
        if (partner_id, shown) not in agreed:
            yield f"Partner {slug} is listed as “{shown}”, which is not one of its names."


def _names(session: Session) -> list[_Name]:
    query = (
        select(
            PartnerName.name,
            PartnerName.key,
            PartnerName.until.is_not(None),
            Partner.id,
            func.coalesce(Partner.merged_into_id, Partner.id),
            Partner.slug,
        )
        .join(Partner, Partner.id == PartnerName.partner_id)
        .order_by(PartnerName.id)
    )
    return [_Name(*row) for row in session.execute(query)]


def _alike(names: Sequence[_Name]) -> Iterator[tuple[_Name, _Name]]:
    likely: dict[str, list[_Name]] = {}
    for row in names:
        for key in loose_keys(without_article(row.name)):
            likely.setdefault(key, []).append(row)
    pairs = dict.fromkeys(pair for rows in likely.values() for pair in combinations(rows, 2))
    for row, other in pairs:
        if row.whole_id != other.whole_id and reads_alike(without_article(row.name), without_article(other.name)):
            yield other, row
