"""The public directory: the present partners, and what is said of them beside their names."""

from collections.abc import Sequence

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.partners.places import Place
from signoff.models import Expertise, Partner, PartnerExpertise, PartnerPlace
from signoff.models.partners import is_present
from signoff.services.partners.particulars import loaded_particulars, working_in


def partner_directory(
    session: Session,
    *,
    place: str = "",
    expertise: str = "",
    level: str = "",
    after: int = 0,
    limit: int | None = None,
) -> Sequence[Partner]:
    """The present partners: by name for a page, by id for the API's keyset pages.

    `place` is the code of a state, and `expertise` a word of the list; only partners that have them are given then.
    """
    of_level = [Partner.level == level] if level else []
    query = select(Partner).where(is_present(), *working_in(place, expertise), *of_level)
    query = query.options(selectinload(Partner.names), selectinload(Partner.doubles), *loaded_particulars())
    if limit is None:
        return sorted(session.scalars(query), key=lambda partner: (partner.name.casefold(), partner.id))
    return session.scalars(query.where(Partner.id > after).order_by(Partner.id).limit(limit)).all()


def count_present(session: Session) -> int:
    """How many partners there are."""
    return session.scalar(select(func.count()).select_from(Partner).where(is_present())) or 0


def count_by_state(session: Session) -> dict[str, int]:
    """How many present partners work in each state, by its code, and nationwide."""
    query = (
        select(PartnerPlace.state, func.count(distinct(PartnerPlace.partner_id)))
        .join(Partner, Partner.id == PartnerPlace.partner_id)
        .where(PartnerPlace.until.is_(None), is_present())
        .group_by(PartnerPlace.state)
    )
    return dict(session.execute(query).all())


def count_by_level(session: Session) -> dict[str, int]:
    """How many present partners there are of each level."""
    query = select(Partner.level, func.count()).where(is_present(), Partner.level.is_not(None))
    return {level: number for level, number in session.execute(query.group_by(Partner.level)) if level}


def count_by_expertise(session: Session) -> dict[str, int]:
    """How many present partners have each word of the list of expertise that any of them has, in alphabetical order."""
    query = (
        select(Expertise.word, func.count())
        .join(PartnerExpertise, PartnerExpertise.expertise_id == Expertise.id)
        .join(Partner, Partner.id == PartnerExpertise.partner_id)
        .where(Expertise.until.is_(None), PartnerExpertise.until.is_(None), is_present())
        .group_by(Expertise.word)
    )
    counts = dict(session.execute(query).all())
    return {word: counts[word] for word in sorted(counts, key=str.casefold)}


def partners_by_place(session: Session, state: str) -> list[tuple[Place, list[Partner]]]:
    """The present partners in a state: first those of the whole state, then by county and city, by name."""
    by_place: dict[Place, list[Partner]] = {}
    for partner in partner_directory(session, place=state):
        for place in partner.places:
            if place.state == state:
                by_place.setdefault(place, []).append(partner)
    return sorted(by_place.items(), key=lambda item: (item[0].county.casefold(), item[0].city.casefold()))
