"""The partner register as a list: found by words, level, tag and state, sorted, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from signoff.domain.as_shown import shown_digest
from signoff.domain.partners.folding import name_key
from signoff.models import Contact, Partner, PartnerName, PartnerTag
from signoff.models.partners import is_present
from signoff.services.partners.particulars import loaded_particulars, loaded_people, working_in

PRESENT, LEFT, UNREACHABLE = "present", "left", "unreachable"
STATES = (PRESENT, LEFT, UNREACHABLE)
SORTS = {
    "name": (func.lower(Partner.name), Partner.id),
    "-name": (func.lower(Partner.name).desc(), Partner.id.desc()),
    "level": (func.coalesce(Partner.level, "~"), func.lower(Partner.name), Partner.id),
    "joined": (Partner.joined_at, Partner.id),
    "-joined": (Partner.joined_at.desc(), Partner.id.desc()),
}


@dataclass(frozen=True)
class PartnerFilter:
    """Which partners are looked for; empty means all.

    `place` is the code of a state, or of those that work nationwide; `expertise` a word of the list. `state` is
    present, left or unreachable (no one can answer).
    """

    words: str = ""
    level: str = ""
    tag: str = ""
    place: str = ""
    expertise: str = ""
    state: str = PRESENT
    sort: str = "name"

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions of a query."""
        return [*self.whatever_state(), _IN_STATE[self.state]]

    def whatever_state(self) -> list[ColumnElement[bool]]:
        """As conditions of a query, but for the state."""
        wanted = [_says(word) for word in self.words.split()[:8] if name_key(word)]
        if self.level:
            wanted.append(Partner.level == self.level)
        if self.tag:
            wanted.append(exists().where(PartnerTag.partner_id == Partner.id, PartnerTag.tag == self.tag))
        return [*wanted, *working_in(self.place, self.expertise)]


def _says(word: str) -> ColumnElement[bool]:
    # How a name's letters look in capitals is kept beside it; people are found by name or address. Names and people are
    # each gone through once, not once for each partner.
    key, small = name_key(word), word.lower()
    named = select(PartnerName.partner_id).where(PartnerName.key.contains(key, autoescape=True))
    people = select(Contact.partner_id).where(
        Contact.removed_at.is_(None),
        or_(
            func.lower(Contact.full_name).contains(small, autoescape=True),
            Contact.email.contains(small, autoescape=True),
        ),
    )
    found = union_all(named, people).subquery()
    wholes = select(func.coalesce(_OF.merged_into_id, _OF.id)).where(_OF.id.in_(select(found)))
    return Partner.id.in_(wholes)


_OF = aliased(Partner)


def has_contact(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a partner, or a double of it, has a present contact for whom these conditions hold."""
    own = or_(_OF.id == Partner.id, _OF.merged_into_id == Partner.id)
    return exists().where(Contact.partner_id == _OF.id, own, Contact.removed_at.is_(None), *conditions)


MAY_BE_ASKED = has_contact(Contact.may_answer == 1)
_IN_STATE = {
    PRESENT: is_present(),
    LEFT: and_(Partner.left_at.is_not(None), Partner.merged_into_id.is_(None)),
    UNREACHABLE: and_(is_present(), ~MAY_BE_ASKED),
}


def find_partners(
    session: Session,
    partner_filter: PartnerFilter,
    *,
    offset: int = 0,
    limit: int | None = None,
    with_particulars: bool = True,
) -> Sequence[Partner]:
    """These partners with their names, contacts and tags; the same few queries however many there are.

    Their places, expertise and parents are loaded with them, unless no one wants to see those.
    """
    query = _query(partner_filter).options(*loaded_people(), *(loaded_particulars() if with_particulars else ()))
    return session.scalars(query.offset(offset).limit(limit)).unique().all()


def ids_of(session: Session, partner_filter: PartnerFilter) -> list[int]:
    """The ids of all these partners, in their order."""
    return list(session.scalars(_query(partner_filter).with_only_columns(Partner.id)))


def ids_in_any_state(session: Session, partner_filter: PartnerFilter) -> list[int]:
    """The ids of all these partners, those that have left too."""
    return list(session.scalars(select(Partner.id).where(*partner_filter.whatever_state())))


def digest_of_found(ids: Collection[int]) -> str:
    """Who was found, as the page of the register showed it before all of them are tagged."""
    return shown_digest(map(str, ids))


def _query(partner_filter: PartnerFilter) -> Select[Partner]:
    return select(Partner).where(*partner_filter.conditions()).order_by(*SORTS.get(partner_filter.sort, SORTS["name"]))


def count_partners(session: Session, partner_filter: PartnerFilter) -> dict[str, int]:
    """How many of the partners looked for are in each state, whatever state is wanted."""
    each = (func.count().filter(_IN_STATE[state]).label(state) for state in STATES)
    return dict(session.execute(select(*each).where(*partner_filter.whatever_state())).one()._mapping)


def all_tags(session: Session) -> Sequence[str]:
    """Every tag that a present partner has, in alphabetical order."""
    query = select(PartnerTag.tag).join(Partner, Partner.id == PartnerTag.partner_id).where(is_present())
    return session.scalars(query.distinct().order_by(PartnerTag.tag)).all()
