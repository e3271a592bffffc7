"""The partner register."""

from typing import Any

from flask import Blueprint

from signoff.domain.permissions import Act
from signoff.services.partners import ContactForm, PartnerForm, add_partner
from signoff.services.reading import partner_directory
from signoff.web.access import api
from signoff.web.api.edge import Answer, Body, a_page, acting_call, is_staff, page_asked, reading_call
from signoff.web.installation import acting, db, here
from signoff.web.shapes import partner_shape


@api()
@reading_call
def partners() -> dict[str, Any]:
    """The present partners; contacts are shown to staff only."""
    after, limit = page_asked()
    found = partner_directory(db(), after=after, limit=limit)
    return a_page([partner_shape(partner, with_contacts=is_staff()) for partner in found], [p.id for p in found], limit)


@api(Act.MANAGE_PARTNERS)
@acting_call
def add() -> Answer:
    """Add a partner with its names and contacts."""
    body = Body.read()
    contacts = body.objects("contacts")
    form = PartnerForm(
        name=body.text("name"),
        public_names=body.texts("public_names"),
        aliases=body.texts("aliases"),
        website=body.text("website"),
        level=body.text("level"),
        tags=body.texts("tags"),
        contacts=tuple(
            ContactForm(
                contact.text("name"),
                contact.text("email"),
                contact.text("job_title"),
                contact.flag("may_answer", default=True),
            )
            for contact in contacts
        ),
    )
    body.ensure_sound(*contacts)
    return partner_shape(add_partner(db(), form, by=acting(), clock=here().clock), with_contacts=True), 201


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/partners", "partners", partners, methods=["GET"])
    calls.add_url_rule("/partners", "add_partner", add, methods=["POST"])
