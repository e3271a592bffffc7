"""The partner register."""

from flask import Blueprint

from signoff.domain.permissions import Act
from signoff.services.partners import ContactForm, PartnerForm, add_partner
from signoff.services.reading import partner_directory
from signoff.web.access import api
from signoff.web.api.calls import Page, acting_call, is_staff, reading_call
from signoff.web.installation import acting, db, here
from signoff.web.schemas.partners import NewPartner, PublicPartners, StaffPartner, StaffPartners
from signoff.web.shapes import public_partner, staff_partner


@api()
@reading_call()
def partners(page: Page) -> PublicPartners | StaffPartners:
    """List partners.

    These are the present partners. With a token the answer also has their contacts, tags, and aliases.
    """
    found = partner_directory(db(), after=page.after, limit=page.limit)
    more = page.next([partner.id for partner in found])
    if is_staff():
        return StaffPartners(items=[staff_partner(partner) for partner in found], next=more)
    return PublicPartners(items=[public_partner(partner) for partner in found], next=more)


@api(Act.MANAGE_PARTNERS)
@acting_call(201)
def add(body: NewPartner) -> StaffPartner:
    """Add a partner."""
    return staff_partner(add_partner(db(), _form(body), by=acting(), clock=here().clock))


def _form(body: NewPartner) -> PartnerForm:
    return PartnerForm(
        name=body.name,
        public_names=tuple(body.public_names),
        aliases=tuple(body.aliases),
        website=body.website,
        level=body.level,
        tags=tuple(body.tags),
        contacts=tuple(ContactForm(one.name, one.email, one.job_title, one.may_answer) for one in body.contacts),
    )


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/partners", "partners", partners, methods=["GET"])
    calls.add_url_rule("/partners", "add_partner", add, methods=["POST"])
