"""A partner's places, expertise, networks, parent, language and notes: judged against the register, and written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from signoff.domain.partners.particulars import Particulars, particulars_problems
from signoff.domain.partners.places import NATIONWIDE, Place, read_place, state_name
from signoff.models import Expertise, Partner, PartnerExpertise, PartnerPlace
from signoff.models.partners import is_present
from signoff.services.partners.affiliates import parent_problem, partners_called
from signoff.services.partners.public_words import places_named_like_others, words_naming_others

Listed = Mapping[str, Expertise]  # the list of expertise, by each word in small letters
F = TypeVar("F", bound=Particulars)


def loaded_people() -> Sequence[ORMOption]:
    """How partners are read together with names, contacts and tags, those of their doubles among them.

    Doubles are few and come with the partners themselves, so each partner is to be taken once: `unique()`.
    """
    doubles = joinedload(Partner.doubles)
    return (
        selectinload(Partner.names),
        selectinload(Partner.contacts),
        selectinload(Partner.tags),
        doubles.selectinload(Partner.names),
        doubles.selectinload(Partner.contacts),
    )


def loaded_particulars() -> Sequence[ORMOption]:
    """What a query of many partners loads with them, so that each of these is at hand."""
    return (selectinload(Partner.all_places), selectinload(Partner.all_expertise), joinedload(Partner.parent))


def particulars_of(partner: Partner) -> Particulars:
    """A partner's present particulars, as forms and files hold them."""
    return Particulars(
        places=tuple(place.text for place in partner.places),
        expertise=tuple(partner.expertise),
        networks=tuple(partner.networks),
        parent=partner.parent.name if partner.parent else "",
        joined_year=str(partner.joined_year or ""),
        language=partner.language,
        notes=partner.notes,
    )


def listed_expertise(session: Session) -> Listed:
    """The list of expertise, to judge and to write by."""
    rows = session.scalars(select(Expertise).where(Expertise.until.is_(None)))
    return {row.word.casefold(): row for row in rows}


def as_listed(form: F, listed: Listed) -> F:
    """A form with its expertise spelled as on the list; what is not on it stays as it was written."""
    if not form.expertise:
        return form
    words = [listed[word.casefold()].word if word.casefold() in listed else word for word in form.expertise]
    return replace(form, expertise=tuple(sorted(dict.fromkeys(words), key=str.casefold)))


def ensured_particulars(session: Session, form: Particulars, *, besides: Partner | None = None) -> dict[str, str]:
    """What is wrong with cleaned particulars: one sentence for each field concerned. `besides` is who they are of."""
    unlisted = unlisted_problems(form, listed_expertise(session))
    own = set(particulars_of(besides).networks) if besides else set()
    new = [network for network in form.networks if network not in own]
    named = words_naming_others(session, new, besides=besides)
    alike = places_named_like_others(session, form.places, besides=besides)
    problems = {
        "parent": parent_problem(session, form.parent, of=besides),
        "networks": next(iter(named.values()), ""),
        "places": next(iter(alike.values()), ""),
    }
    return {name: text for name, text in problems.items() if text} | unlisted | particulars_problems(form)


def unlisted_problems(form: Particulars, listed: Listed) -> dict[str, str]:
    """That a form holds expertise which is not on the list, under the name of its field."""
    missing = next((word for word in form.expertise if word.casefold() not in listed), "")
    return (
        {"expertise": f"“{missing[:60]}” is not on the list of expertise. Please add it there first."}
        if missing
        else {}
    )


def working_in(place: str = "", expertise: str = "") -> list[ColumnElement[bool]]:
    """Conditions of a query of partners: that they work in a place, by its code, and know a thing of the list well."""
    wanted: list[ColumnElement[bool]] = []
    if place:
        there = exists().where(PartnerPlace.partner_id == Partner.id, PartnerPlace.state == place)
        wanted.append(there.where(PartnerPlace.until.is_(None)))
    if expertise:
        known = exists().where(PartnerExpertise.partner_id == Partner.id, PartnerExpertise.until.is_(None))
        known = known.where(PartnerExpertise.expertise_id == Expertise.id, Expertise.word == expertise)
        wanted.append(known.where(Expertise.until.is_(None)))
    return wanted


def places_with_partners(session: Session) -> list[str]:
    """The codes of the states in which a present partner works, and of nationwide, in alphabetical order of names."""
    query = select(PartnerPlace.state).join(Partner, Partner.id == PartnerPlace.partner_id)
    codes = session.scalars(query.where(PartnerPlace.until.is_(None), is_present()).distinct())
    return sorted(codes, key=lambda code: (code != NATIONWIDE, state_name(code)))


def insert_particulars(session: Session, added: Iterable[tuple[int, Particulars]], *, at: datetime) -> None:
    """Write places and expertise of partners that were just added, each by its id."""
    added = list(added)
    if places := [row for number, form in added for row in _place_rows(number, form)]:
        session.execute(insert(PartnerPlace), places)
    listed = listed_expertise(session) if any(form.expertise for _, form in added) else {}
    if known := [(number, listed[word.casefold()].id) for number, form in added for word in form.expertise]:
        rows = [{"partner_id": number, "expertise_id": expertise, "added_at": at} for number, expertise in known]
        session.execute(insert(PartnerExpertise), rows)


def _place_rows(partner_id: int, form: Particulars) -> list[dict[str, Any]]:
    places = filter(None, map(read_place, form.places))
    return [{"partner_id": partner_id, **vars(place)} for place in places]


def column_values(form: Particulars) -> dict[str, Any]:
    """The particulars that are columns of the partner itself, but for its parent."""
    return {
        "networks": list(form.networks),
        "joined_year": int(form.joined_year) if form.joined_year else None,
        "language": form.language,
        "notes": form.notes,
    }


def change_particulars(session: Session, partner: Partner, form: Particulars, *, at: datetime) -> None:
    """Give a partner these cleaned particulars; places and expertise that it loses are over, and stay stored."""
    for name, value in column_values(form).items():
        if getattr(partner, name) != value:
            setattr(partner, name, value)
    if form.parent != (partner.parent.name if partner.parent else ""):
        partner.parent = partners_called(session, [form.parent])[form.parent] if form.parent else None
    wanted = dict.fromkeys(filter(None, map(read_place, form.places)))
    _end_places(partner, wanted, at)
    known = set(partner.places)
    partner.all_places.extend(PartnerPlace(**vars(place)) for place in wanted if place not in known)
    _change_expertise(session, partner, form, at)


def _end_places(partner: Partner, wanted: Iterable[Place], at: datetime) -> None:
    for row in partner.all_places:
        if row.until is None and row.place not in set(wanted):
            row.until = at


def _change_expertise(session: Session, partner: Partner, form: Particulars, at: datetime) -> None:
    listed = listed_expertise(session)
    wanted = {listed[word.casefold()].id: listed[word.casefold()] for word in form.expertise}
    present = {row.expertise_id: row for row in partner.all_expertise if row.until is None}
    for number, row in present.items():
        if number not in wanted and row.expertise.until is None:
            row.until = at
    session.flush()
    added = sorted(wanted.keys() - present.keys())
    partner.all_expertise.extend(PartnerExpertise(expertise=wanted[number], added_at=at) for number in added)
