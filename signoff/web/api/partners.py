"""The partner register."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from flask import request

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.partners.places import Place
from signoff.domain.permissions import Act
from signoff.domain.text_input import clean_line
from signoff.models import Partner
from signoff.services.partners.directory import partner_directory
from signoff.services.partners.merging import merge, undo_merge
from signoff.services.partners.name_conflicts import question_of_public_words
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.partners import ContactForm, PartnerForm, get_entry, get_partner
from signoff.services.partners.public_profiles import PublicProfile, public_profiles
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, acting_call, is_staff, reading_call
from signoff.web.installation import current_act, db, installation
from signoff.web.kept_pages import kept
from signoff.web.name_questions import shared_with
from signoff.web.schemas.partners import (
    AddedPartner,
    ChangedPartner,
    MergeInto,
    NewPartner,
    NewPlace,
    PartnerChanges,
    PublicPartner,
    PublicPartners,
    StaffPartner,
    StaffPartners,
)
from signoff.web.serializers import public_partner, staff_partner

Shape = TypeVar("Shape", PublicPartner, StaffPartner)
_FILTERS = {
    "state": "Only those that work in this state, by its two letters; US for those that work nationwide.",
    "expertise": "Only those with this expertise, a word from the list that staff keep.",
}


@calls.get("/partners")
@kept(queries="limit after state expertise")
@api()
@reading_call(filters=_FILTERS)
def partners(page: Page) -> PublicPartners | StaffPartners:
    """List partners.

    These are the present partners. With a token the answer also has their contacts, tags, and aliases.
    """
    state, expertise = (request.args.get(name, "") for name in _FILTERS)
    result = partner_directory(db(), place=state.upper(), expertise=expertise, after=page.after, limit=page.limit)
    more = page.next([partner.id for partner in result])
    if is_staff():
        return StaffPartners(items=_shaped(staff_partner, result), next=more)
    return PublicPartners(items=_shaped(public_partner, result), next=more)


def _shaped(shape: Callable[[Partner, PublicProfile, str], Shape], found: Sequence[Partner]) -> list[Shape]:
    profiles, base_url = public_profiles(db(), [partner.id for partner in found]), installation().settings.base_url
    return [shape(partner, profiles.get(partner.id, PublicProfile()), base_url) for partner in found]


def _for_staff(partner: Partner) -> StaffPartner:
    return _shaped(staff_partner, [partner])[0]


@calls.post("/partners", endpoint="add_partner")
@api(Act.MANAGE_PARTNERS)
@acting_call(201, 200)
def add(body: NewPartner) -> tuple[AddedPartner, int]:
    """Add a partner.

    A name that may be taken for another partner's is asked about (409, `questions`); send the call again with
    `answers`. A name that reads like another's is never a different organization. Where a name is answered to be the
    `same`, nothing is added and that partner is answered (200).
    """
    form = _form(body)
    answers = {(clean_line(answer.name), answer.partner): answer.answer for answer in body.answers}
    partner, is_new = add_partner(current_act(), form, answers=answers)
    warnings = _warnings(partner, form) if is_new else []
    return AddedPartner(**_for_staff(partner).model_dump(), warnings=warnings), 201 if is_new else 200


@calls.patch("/partners/<slug:slug>", endpoint="change_partner")
@api(Act.MANAGE_PARTNERS)
@acting_call(200)
def change(slug: str, body: PartnerChanges) -> ChangedPartner:
    """Change a partner.

    What is left out stays as it is. A name that is taken away is over for good. Names are asked about as when a partner
    is added.
    """
    partner = get_partner(db(), slug)
    answers = {(clean_line(answer.name), answer.partner): answer.answer for answer in body.answers}
    changed = change_partner(current_act(), partner, _changed_form(form_of(partner), body), answers=answers)
    return ChangedPartner(**_for_staff(partner).model_dump(), changed=changed)


def _changed_form(form: PartnerForm, body: PartnerChanges) -> PartnerForm:
    said: dict[str, Any] = body.model_dump(exclude_none=True, exclude={"answers", "places", "parent", "joined_year"})
    said = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    if body.places is not None:
        said["places"] = tuple(map(_place, body.places))
    if body.parent is not None:
        said["parent"] = _parent(body.parent)
    if body.joined_year is not None:
        said["joined_year"] = str(body.joined_year or "")
    return replace(form, **said)


def _place(place: NewPlace) -> str:
    # Whatever stands there, it is judged as it stands: no comma in a city makes a county of it.
    return Place(place.state, place.county, place.city).text


def _parent(slug: str) -> str:
    try:
        return get_partner(db(), slug).name if slug else ""
    except NotFound as unknown:
        raise Invalid({"parent": unknown.text}) from None


@calls.post("/partners/<slug:slug>/merge", endpoint="merge_partner")
@api(Act.MANAGE_PARTNERS)
@acting_call(200)
def merge_into(slug: str, body: MergeInto) -> StaffPartner:
    """Merge a partner into another.

    The answer is the partner that stays. From then on it is asked, listed and found for both. Answers stay as they
    were given, and no published list changes; a merge that would change one is refused (409, `reasons`).
    """
    double = get_partner(db(), slug)
    try:
        into = get_partner(db(), body.into)
    except NotFound as unknown:
        raise Invalid({"into": unknown.text}) from None
    merge(current_act(), double, into)
    return _for_staff(into)


@calls.post("/partners/<slug:slug>/merge/undo", endpoint="undo_merge")
@api(Act.MANAGE_PARTNERS)
@acting_call(200)
def undo(slug: str) -> StaffPartner:
    """Undo a merge.

    `slug` is that of the partner that was merged into another. The answer is that partner, which is asked and listed by
    itself again. Refused (409, `reasons`) once either has answered since, or when it would change what is public.
    """
    double = get_entry(db(), slug)
    undo_merge(current_act(), double)
    return _for_staff(double)


def _warnings(partner: Partner, form: PartnerForm) -> list[str]:
    question = question_of_public_words(db(), form.cleaned().all_names, besides=partner)
    return [
        *shared_with(partner, form),
        *(
            f"A public text already contains the name “{passage.name}”: “{version.title}”."
            for version, passage in question.in_public
        ),
        *(
            f"“{word.words}”, which is shown with {word.partner}, contains the name “{word.name}”."
            for word in question.in_words
        ),
    ]


def _form(body: NewPartner) -> PartnerForm:
    return PartnerForm(
        name=body.name,
        public_names=tuple(body.public_names),
        aliases=tuple(body.aliases),
        website=body.website,
        level=body.level,
        tags=tuple(body.tags),
        places=(*([body.state] if body.state else []), *map(_place, body.places)),
        expertise=tuple(body.expertise),
        networks=tuple(body.networks),
        parent=_parent(body.parent),
        joined_year=str(body.joined_year or ""),
        language=body.language,
        notes=body.notes,
        contacts=tuple(
            ContactForm(contact.name, contact.email, contact.job_title, contact.may_answer) for contact in body.contacts
        ),
    )
