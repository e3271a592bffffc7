"""Which organization a partner is an affiliate of; each approves for itself, whatever the other did."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.models import Partner, PartnerName
from signoff.models.base import batched
from signoff.models.partners import is_present


def partners_called(session: Session, names: Iterable[str]) -> dict[str, Partner]:
    """The present partners that these are the names of, as they are written in the register; a double's lead on."""
    found: dict[str, Partner] = {}
    for some in batched(sorted(set(names))):
        query = select(PartnerName.name, Partner).join(Partner, Partner.id == PartnerName.partner_id)
        query = query.where(PartnerName.name.in_(some), PartnerName.until.is_(None), Partner.left_at.is_(None))
        found |= {name: partner.whole for name, partner in session.execute(query)}
    return found


def parent_problem(session: Session, name: str, *, of: Partner | None = None) -> str:
    """Why the partner with this name cannot be the parent of a new partner, or of one; empty when it can be."""
    if not name or (of is not None and of.parent is not None and of.parent.name == name):
        return ""
    parent = partners_called(session, [name]).get(name)
    if parent is None:
        return f"There is no partner “{name[:80]}”. Please write its name as it is in the register."
    above: Partner | None = parent
    seen: set[int] = set()
    while of is not None and above is not None and above.id not in seen:
        if above.id == of.id:
            return "An organization cannot be an affiliate of itself, nor of one of its own affiliates."
        seen.add(above.id)
        above = above.parent
    return ""


def affiliates_of(session: Session, partner: Partner) -> Sequence[Partner]:
    """The present partners that are affiliates of this one, by name."""
    query = select(Partner).where(Partner.parent_id == partner.id, is_present())
    return session.scalars(query.order_by(func.lower(Partner.name), Partner.id)).all()
