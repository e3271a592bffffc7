"""The public directory: the present partners, and what is said of them beside their names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.partners.folding import name_key
from signoff.domain.partners.places import NATIONWIDE, STATES, Place
from signoff.domain.partners.postings import PostingKind
from signoff.domain.publications.name_groups import OTHER_LETTERS, first_letter, keys_under
from signoff.models import Expertise, Partner, PartnerExpertise, PartnerName, PartnerPlace, PartnerPosting
from signoff.models.partners import is_present
from signoff.models.postings import is_shown
from signoff.services.partners.particulars import loaded_particulars, working_in
from signoff.services.publications.kept_counts import kept_counts

_MOST_WORDS = 8
# The order in which names are read; an index has it.
IN_ORDER = (Partner.order_key, Partner.id)


def partner_directory(
    session: Session,
    *,
    place: str = "",
    expertise: str = "",
    after: int = 0,
    limit: int | None = None,
) -> Sequence[Partner]:
    """The present partners: by name for a page, by id for the API's keyset pages.

    `place` is the code of a state, and `expertise` a word of the list; only partners that have them are given then.
    """
    query = select(Partner).where(is_present(), *working_in(place, expertise))
    query = query.options(selectinload(Partner.names), selectinload(Partner.doubles), *loaded_particulars())
    if limit is None:
        return session.scalars(query.order_by(*IN_ORDER)).all()
    return session.scalars(query.where(Partner.id > after).order_by(Partner.id).limit(limit)).all()


def looked_for(*, words: str = "", level: str = "", expertise: str = "") -> list[ColumnElement[bool]]:
    """The conditions on the present partners that are looked for.

    Each of the words is in a public name, a place, the expertise or the public description of a partner, or begins
    there.
    """
    of_level = [Partner.level == level] if level else []
    said = [_says(word) for word in words.split()[:_MOST_WORDS] if name_key(word)]
    return [is_present(), *working_in("", expertise), *of_level, *said]


def count_by_letter(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """How many partners for which these conditions hold are looked up under each letter, from A to Z, others last."""
    begins = select(func.substr(Partner.order_key, 1, 2).label("begins")).where(*wanted).subquery()
    counts = Counter[str]()
    for key, number in session.execute(select(begins.c.begins, func.count()).group_by(begins.c.begins)):
        counts[first_letter(key)] += number
    return {letter: counts[letter] for letter in (*ascii_uppercase, OTHER_LETTERS) if counts[letter]}


def partners_looked_for(
    session: Session, wanted: Sequence[ColumnElement[bool]], *, letter: str = "", after: int, limit: int
) -> Sequence[Partner]:
    """So many partners after so many for which these conditions hold, by name, with what the directory says of them.

    Only those under one letter where it is given.
    """
    under = [or_(*(_between(*keys) for keys in keys_under(letter)))] if letter else []
    query = select(Partner).where(*wanted, *under).options(*loaded_particulars())
    return session.scalars(query.order_by(*IN_ORDER).offset(after).limit(limit)).all()


def _between(first: bytes, end: bytes) -> ColumnElement[bool]:
    return and_(Partner.order_key >= first, Partner.order_key < end) if end else Partner.order_key >= first


def _says(word: str) -> ColumnElement[bool]:
    # Aliases are for staff: no one learns from the directory what else a partner is called.
    public = (PartnerName.kind == "public", PartnerName.until.is_(None))
    named = select(PartnerName.partner_id).where(*public, PartnerName.key.contains(name_key(word), autoescape=True))
    small = word.lower()
    places = {**STATES, NATIONWIDE: "nationwide"}
    states = [code for code, name in places.items() if f" {small}" in f" {name.lower()}"]
    within = (
        func.lower(column).contains(small, autoescape=True) for column in (PartnerPlace.county, PartnerPlace.city)
    )
    there = or_(PartnerPlace.state.in_([word.upper(), *states]), *within)
    placed = select(PartnerPlace.partner_id).where(PartnerPlace.until.is_(None), there)
    knows = (
        select(PartnerExpertise.partner_id)
        .join(Expertise, Expertise.id == PartnerExpertise.expertise_id)
        .where(PartnerExpertise.until.is_(None), Expertise.until.is_(None))
        .where(func.lower(Expertise.word).contains(small, autoescape=True))
    )
    described = select(PartnerPosting.partner_id).where(
        is_shown(),
        PartnerPosting.kind == PostingKind.DESCRIPTION,
        func.lower(PartnerPosting.words).contains(small, autoescape=True),
    )
    return or_(*(Partner.id.in_(found) for found in (named, placed, knows, described)))


def joined_within(session: Session, since: datetime, until: datetime) -> list[str]:
    """The names of the present partners that were added after `since`, up to `until` (aware UTC), by name."""
    query = select(Partner.name).where(is_present(), Partner.joined_at > since, Partner.joined_at <= until)
    return list(session.scalars(query.order_by(*IN_ORDER)))


def expertise_within(session: Session, since: datetime, until: datetime) -> list[tuple[str, list[str]]]:
    """The names of the present partners that show expertise added in this time (aware UTC), by name, each with it."""
    lately = PartnerExpertise.added_at > since, PartnerExpertise.added_at <= until
    query = (
        select(Partner.name, Expertise.word)
        .join(PartnerExpertise, PartnerExpertise.partner_id == Partner.id)
        .join(Expertise, Expertise.id == PartnerExpertise.expertise_id)
        .where(is_present(), PartnerExpertise.until.is_(None), Expertise.until.is_(None), *lately)
        .order_by(*IN_ORDER, func.lower(Expertise.word))
    )
    words: dict[str, list[str]] = {}
    for name, word in session.execute(query):
        words.setdefault(name, []).append(word)
    return list(words.items())


@dataclass(frozen=True)
class DirectoryCounts:
    """How many present partners there are: in all, and of each level, expertise, state and letter that any of them has.

    `states` are by their codes, nationwide among them; `expertise` is in alphabetical order.
    """

    total: int
    levels: dict[str, int]
    expertise: dict[str, int]
    states: dict[str, int]
    letters: dict[str, int]


def directory_counts(session: Session) -> DirectoryCounts:
    """What the directory counts of all present partners."""
    return kept_counts(session, "directory", lambda before: before or _counted(session))


def _counted(session: Session) -> DirectoryCounts:
    letters = count_by_letter(session, [is_present()])
    of_kinds = _by_level(session), _by_expertise(session), _by_state(session)
    return DirectoryCounts(sum(letters.values()), *of_kinds, letters)


def _by_state(session: Session) -> dict[str, int]:
    query = (
        select(PartnerPlace.state, func.count(distinct(PartnerPlace.partner_id)))
        .join(Partner, Partner.id == PartnerPlace.partner_id)
        .where(PartnerPlace.until.is_(None), is_present())
        .group_by(PartnerPlace.state)
    )
    return dict(session.execute(query).all())


def _by_level(session: Session) -> dict[str, int]:
    query = select(Partner.level, func.count()).where(is_present(), Partner.level.is_not(None))
    return {level: number for level, number in session.execute(query.group_by(Partner.level)) if level}


def _by_expertise(session: Session) -> dict[str, int]:
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
