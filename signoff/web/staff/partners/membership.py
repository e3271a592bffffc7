"""A partner leaves the Coalition, or comes back: what that does is shown first."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Partner
from signoff.services.partners.membership import hold_for_leaving, leave, rejoin
from signoff.services.partners.partners import get_partner
from signoff.services.rounds.partner_requests import PartnerRequest, requests_to
from signoff.web.access import staff
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import shown_digest
from signoff.web.staff.blueprint import pages


@pages.get("/staff/partners/<slug:slug>/leave")
@staff(Act.MANAGE_PARTNERS)
def confirm_leaving(slug: str) -> str:
    """What leaving would do, and the form for its reason."""
    return _page(slug, {})


@pages.post("/staff/partners/<slug:slug>/leave")
@staff(Act.MANAGE_PARTNERS, proven=True)
def let_leave(slug: str) -> Response | tuple[str, int]:
    """The partner is not of the Coalition any more."""
    partner = get_partner(db(), slug)
    hold_for_leaving(db(), partner)
    if _told(_questions(partner)) != request.form.get("shown"):
        db().rollback()
        changed = "Something changed since this page was shown. Nothing was done; please look again."
        return _page(slug, {"reason": changed}), 409
    try:
        voided = leave(
            current_act(),
            partner,
            reason=request.form.get("reason", ""),
        )
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(slug, refusal.errors), 422
    ended = f" {counted(len(voided), 'approval').capitalize()} of what is not public yet ended." if voided else ""
    flash(f"{partner.name} has left the Coalition.{ended}")
    return _back(slug)


@pages.post("/staff/partners/<slug:slug>/return")
@staff(Act.MANAGE_PARTNERS, proven=True)
def let_return(slug: str) -> Response:
    """The partner is of the Coalition again."""
    partner = get_partner(db(), slug)
    rejoin(current_act(), partner)
    db().commit()
    flash(f"{partner.name} is a partner again. It approves anew whatever it is asked.")
    return _back(slug)


def _page(slug: str, errors: Mapping[str, str]) -> str:
    partner = get_partner(db(), slug)
    if partner.left_at is not None:
        raise Conflict("This partner has left already.")
    questions = _questions(partner)
    return render_template(
        "staff/partners/partner_leave.html",
        section="staff.partners",
        partner=partner,
        named=[question for question in questions if question.is_named],
        ends=[
            question for question in questions if not question.is_named and question.status in ("approved", "waiting")
        ],
        shown=_told(questions),
        errors=errors,
        reason=request.form.get("reason", ""),
    )


def _questions(partner: Partner) -> Sequence[PartnerRequest]:
    return requests_to(db(), partner.id, at=installation().clock())


def _told(questions: Sequence[PartnerRequest]) -> str:
    return shown_digest(f"{question.version.id}:{question.status}:{question.is_named}" for question in questions)


def _back(slug: str) -> Response:
    return redirect(url_for("staff.partner", slug=slug), 303)
