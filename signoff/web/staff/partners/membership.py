"""A partner leaves the Coalition, or comes back: what that does is shown first."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.services.partners.membership import leave, rejoin
from signoff.services.partners.partners import get_partner
from signoff.services.rounds.partner_requests import digest_of_requests, requests_to
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import digest_shown
from signoff.web.staff.blueprint import pages


@pages.get("/staff/partners/<slug:slug>/leave")
@staff(Act.MANAGE_PARTNERS)
def confirm_leaving(slug: str) -> str:
    """What leaving would do, and the form for its reason."""
    return _page(slug, {})


@pages.post("/staff/partners/<slug:slug>/leave")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view(
    invalid=lambda refusal, slug: _page(slug, refusal.errors),
    conflict=lambda refusal, slug: _page(slug, {"reason": refusal.text}),
)
def let_leave(slug: str) -> Done:
    """The partner is not of the Coalition anymore."""
    partner = get_partner(db(), slug)
    voided = leave(current_act(), partner, reason=request.form.get("reason", ""), shown=digest_shown())
    ended = f" {counted(len(voided), 'approval').capitalize()} of what is not public yet ended." if voided else ""
    return Done(_address_of(slug), f"{partner.name} has left the Coalition.{ended}")


@pages.post("/staff/partners/<slug:slug>/return")
@staff(Act.MANAGE_PARTNERS, proven=True)
@form_view()
def let_return(slug: str) -> Done:
    """The partner is of the Coalition again."""
    partner = get_partner(db(), slug)
    rejoin(current_act(), partner)
    return Done(_address_of(slug), f"{partner.name} is a partner again. Its earlier approvals do not count.")


def _page(slug: str, errors: Mapping[str, str]) -> str:
    partner = get_partner(db(), slug)
    if partner.left_at is not None:
        raise Conflict("This partner has already left.")
    questions = requests_to(db(), partner.id, at=installation().clock())
    return render_template(
        "staff/partners/partner_leave.html",
        section="staff.partners",
        partner=partner,
        named=[question for question in questions if question.is_named],
        ends=[
            question for question in questions if not question.is_named and question.status in ("approved", "waiting")
        ],
        shown=digest_of_requests(questions),
        errors=errors,
        reason=request.form.get("reason", ""),
    )


def _address_of(slug: str) -> str:
    return url_for("staff.partner", slug=slug)
