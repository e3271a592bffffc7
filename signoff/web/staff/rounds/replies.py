"""A partner replied by email: staff find the question that is meant, and the contact is asked to confirm it."""

from collections.abc import Mapping, Sequence

from flask import render_template, request, url_for

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act
from signoff.letters.replies import MOST_BYTES, read_reply
from signoff.services.rounds.replies import ReplyMatch, ask_to_confirm, find_questions
from signoff.web.access import staff
from signoff.web.forms import Done, Page, form_view
from signoff.web.installation import current_act, db, installation, read_first
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages


@pages.get("/staff/replies")
@staff(Act.ASK)
def replies() -> str:
    """Where an email from a partner is given."""
    return _page()


@pages.post("/staff/replies")
@staff(Act.ASK, largest=2 * MOST_BYTES)
def find_reply() -> Page:
    """Show the questions that an email may be about; nothing is done yet."""
    read_first()
    file = request.files.get("file")
    raw = file.read(MOST_BYTES) if file and file.filename else request.form.get("reply", "").encode()
    try:
        reply = read_reply(raw)
    except Invalid as refusal:
        return _page(errors=refusal.errors), 422
    found = find_questions(db(), reply.addresses, reply.message_ids, clock=installation().clock)
    return _page(found)


@pages.post("/staff/replies/confirm")
@staff(Act.ASK)
@form_view(conflict=lambda refusal: _page(errors={"reply": refusal.text}))
def ask_for_confirmation() -> Done:
    """Send the contact its link again, with the request to confirm there."""
    link = ask_to_confirm(current_act(), whole_number(request.form.get("link", "")) or 0)
    contact = link.contact
    said = f"{contact.full_name} will be emailed the link. {contact.partner.name} is listed only after approving there."
    return Done(url_for("staff.replies"), said)


def _page(found: Sequence[ReplyMatch] | None = None, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/replies.html",
        section="staff.letters",
        found=found,
        typed=request.form.get("reply", ""),
        errors=errors or {},
    )
