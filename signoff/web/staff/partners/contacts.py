"""Staff page of one partner: its names and contacts; contacts are added, corrected, removed and confirmed here."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.partners.short_forms import proposed_aliases
from signoff.domain.permissions import Act, Role, may
from signoff.domain.positions.fields import LANGUAGES
from signoff.models import Contact, Partner
from signoff.services.accounts.users import names_of_role, user_names
from signoff.services.outbox.complaints import open_complaints, settle_complaint
from signoff.services.partners.acceptance_status import AcceptanceStatus, acceptance_statuses, accepted_before
from signoff.services.partners.affiliates import affiliates_of
from signoff.services.partners.contact_confirmation import confirmation_problems
from signoff.services.partners.contacts import (
    add_contact,
    confirm_contact,
    correct_contact,
    get_contact,
    present_contacts,
    remove_contact,
)
from signoff.services.partners.merge_reasons import reasons_not_to_part
from signoff.services.partners.merging import merges_into
from signoff.services.partners.partners import ContactForm, get_partner
from signoff.services.partners.stepping_back import asked_to_stop
from signoff.services.principles.editions import find_latest_edition
from signoff.services.rounds.links import provisional_contacts
from signoff.services.rounds.partner_requests import requests_to
from signoff.services.search import history_of
from signoff.web.access import staff
from signoff.web.activity_feed import activity_line
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db, installation
from signoff.web.staff.blueprint import pages

_HISTORY = 100  # newest entries


@pages.get("/staff/partners/<slug:slug>")
@staff(Act.READ)
def partner(slug: str) -> str:
    """One partner: names, contacts, and every question it was asked."""
    return _page(get_partner(db(), slug))


@pages.post("/staff/partners/<slug:slug>/contacts")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(invalid=lambda refusal, slug: _page(get_partner(db(), slug), errors=refusal.errors, wrong="new"))
def new_contact(slug: str) -> Done:
    """Add a contact."""
    made = add_contact(current_act(), get_partner(db(), slug), _typed())
    said = f"{made.full_name} was added, and the other contacts will be told."
    said += " The address can answer after 24 hours, or once it is confirmed."
    return Done(_address_of(slug), said)


@pages.post("/staff/partners/<slug:slug>/contacts/<number:number>")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(
    invalid=lambda refusal, slug, number: _page(get_partner(db(), slug), errors=refusal.errors, wrong=str(number))
)
def change_contact(slug: str, number: int) -> Done:
    """Correct a contact."""
    changed = correct_contact(current_act(), _contact(slug, number), _typed())
    said = "Corrected; the old address and the other contacts are told." if changed else "Nothing was changed."
    return Done(_address_of(slug), said, changed=bool(changed))


@pages.post("/staff/partners/<slug:slug>/contacts/<number:number>/remove")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view()
def take_contact_away(slug: str, number: int) -> Done:
    """Remove a contact."""
    remove_contact(current_act(), _contact(slug, number))
    said = "The contact was removed, and its links no longer work. The person and the other contacts will be told."
    return Done(_address_of(slug), said)


@pages.post("/staff/partners/<slug:slug>/contacts/<number:number>/confirm", endpoint="confirm_contact")
@staff(Act.CONFIRM_CONTACT, proven=True)
@form_view()
def confirm(slug: str, number: int) -> Done:
    """Let a new address answer at once."""
    confirm_contact(current_act(), _contact(slug, number))
    said = "Confirmed: this address may answer now. The other contacts and the administrators are told."
    return Done(_address_of(slug), said)


@pages.post("/staff/partners/<slug:slug>/contacts/<number:number>/complaint", endpoint="settle_complaint")
@staff(Act.MANAGE_PARTNERS)
@form_view()
def settle(slug: str, number: int) -> Done:
    """Let email leave again for a contact whose mailbox reported one as spam."""
    contact = _contact(slug, number)
    settle_complaint(current_act(), contact)
    return Done(_address_of(slug), f"Settled. {contact.full_name} gets email again, including what was waiting.")


def _typed() -> ContactForm:
    form = request.form
    return ContactForm(
        form.get("name", ""), form.get("email", ""), form.get("job_title", ""), form.get("may_answer") == "yes"
    )


def _contact(slug: str, number: int) -> Contact:
    return get_contact(db(), get_partner(db(), slug), number)


def _address_of(slug: str) -> str:
    return url_for("staff.partner", slug=slug)


def _page(partner: Partner, *, errors: Mapping[str, str] | None = None, wrong: str = "") -> str:
    at, contacts, merges = installation().clock(), present_contacts(db(), partner), merges_into(db(), partner)
    edition = find_latest_edition(db())
    return render_template(
        "staff/partners/partner.html",
        section="staff.partners",
        partner=partner,
        affiliates=affiliates_of(db(), partner),
        languages=LANGUAGES,
        edition=edition,
        acceptance=acceptance_statuses(db(), edition, [partner.id])[partner.id] if edition else AcceptanceStatus(),
        accepted_before=accepted_before(db(), edition, partner.id) if edition else (),
        proposed=proposed_aliases([name.name for name in partner.names if name.until is None]),
        contacts=contacts,
        merges=merges,
        complaints=open_complaints(db()),
        undoable={merge.id for merge in merges if not reasons_not_to_part(db(), merge)},
        leaving=asked_to_stop(db()),
        administrators=[] if may(acting(), Act.MANAGE_PARTNERS) else names_of_role(db(), Role.ADMINISTRATOR),
        trials=provisional_contacts(db(), contacts) if contacts else {},
        questions=requests_to(db(), partner.id, at=at),
        timeline=activity_line(db(), history_of(db(), partner, limit=_HISTORY), zone=installation().settings.timezone),
        users=user_names(db()),
        now=at,
        me=acting(),
        confirmation_problems=confirmation_problems(db(), acting(), at=at),
        errors=errors or {},
        wrong=wrong,
        typed=request.form,
    )
