"""A partner leaves the Coalition, or comes back: what that does is shown first."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.counting import counted
from signoff.domain.permissions import Act
from signoff.domain.refusals import Conflict, Invalid
from signoff.models import Partner
from signoff.services.leaving import come_back, hold_for_leaving, leave
from signoff.services.partners import get_partner
from signoff.services.questions import Question, questions_to
from signoff.web.access import staff
from signoff.web.edge import shown_digest
from signoff.web.installation import acting, db, here


@staff(Act.MANAGE_PARTNERS)
def confirm_leaving(slug: str) -> str:
    """What leaving would do, and the form for its reason."""
    return _page(slug, {})


@staff(Act.MANAGE_PARTNERS, proven=True)
def let_leave(slug: str) -> Response | tuple[str, int]:
    """The partner is not of the Coalition any more."""
    found = get_partner(db(), slug)
    hold_for_leaving(db(), found)
    if _told(_questions(found)) != request.form.get("shown"):
        db().rollback()
        changed = "Something changed since this page was shown. Nothing was done; please look again."
        return _page(slug, {"reason": changed}), 409
    try:
        voided = leave(
            db(),
            found,
            reason=request.form.get("reason", ""),
            keys=here().keys,
            by=acting(),
            clock=here().clock,
        )
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(slug, refusal.errors), 422
    ended = f" {counted(len(voided), 'approval').capitalize()} of what is not public yet ended." if voided else ""
    flash(f"{found.name} has left the Coalition.{ended}")
    return _back(slug)


@staff(Act.MANAGE_PARTNERS, proven=True)
def let_return(slug: str) -> Response:
    """The partner is of the Coalition again."""
    found = get_partner(db(), slug)
    come_back(db(), found, by=acting(), clock=here().clock)
    db().commit()
    flash(f"{found.name} is a partner again. It approves anew whatever it is asked.")
    return _back(slug)


def _page(slug: str, errors: Mapping[str, str]) -> str:
    found = get_partner(db(), slug)
    if found.left_at is not None:
        raise Conflict("This partner has left already.")
    questions = _questions(found)
    return render_template(
        "staff/partner_leave.html",
        section="staff.partners",
        partner=found,
        named=[one for one in questions if one.is_named],
        ends=[one for one in questions if not one.is_named and one.status in ("approved", "waiting")],
        shown=_told(questions),
        errors=errors,
        reason=request.form.get("reason", ""),
    )


def _questions(found: Partner) -> Sequence[Question]:
    return questions_to(db(), found.id, at=here().clock())


def _told(questions: Sequence[Question]) -> str:
    return shown_digest(f"{one.version.id}:{one.status}:{one.is_named}" for one in questions)


def _back(slug: str) -> Response:
    return redirect(url_for("staff.partner", slug=slug), 303)


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    base = "/staff/partners/<slug:slug>"
    pages.add_url_rule(f"{base}/leave", "confirm_leaving", confirm_leaving, methods=["GET"])
    pages.add_url_rule(f"{base}/leave", "let_leave", let_leave, methods=["POST"])
    pages.add_url_rule(f"{base}/return", "let_return", let_return, methods=["POST"])
