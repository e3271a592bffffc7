"""The partner register."""

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.permissions import Act
from signoff.domain.text_input import clean_line
from signoff.models import Partner
from signoff.services.partners.merging import merge
from signoff.services.partners.name_conflicts import held_in_public
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partners import ContactForm, PartnerForm, get_partner
from signoff.services.publications.public_queries import partner_directory
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, acting_call, is_staff, reading_call
from signoff.web.installation import current_act, db
from signoff.web.name_questions import shared_with
from signoff.web.schemas.partners import (
    AddedPartner,
    MergeInto,
    NewPartner,
    PublicPartners,
    StaffPartner,
    StaffPartners,
)
from signoff.web.serializers import public_partner, staff_partner


@calls.get("/partners")
@api()
@reading_call()
def partners(page: Page) -> PublicPartners | StaffPartners:
    """List partners.

    These are the present partners. With a token the answer also has their contacts, tags, and aliases.
    """
    result = partner_directory(db(), after=page.after, limit=page.limit)
    more = page.next([partner.id for partner in result])
    if is_staff():
        return StaffPartners(items=[staff_partner(partner) for partner in result], next=more)
    return PublicPartners(items=[public_partner(partner) for partner in result], next=more)


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
    return AddedPartner(**staff_partner(partner).model_dump(), warnings=warnings), 201 if is_new else 200


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
    return staff_partner(into)


def _warnings(partner: Partner, form: PartnerForm) -> list[str]:
    public = held_in_public(db(), form.cleaned().all_names, besides=partner)
    return [
        *shared_with(partner, form),
        *(
            f"A public text contains the name “{passage.name}” already: “{version.title}”."
            for version, passage in public
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
        contacts=tuple(
            ContactForm(contact.name, contact.email, contact.job_title, contact.may_answer) for contact in body.contacts
        ),
    )
