"""Staff pages of a consultation: whom to invite, what was said, and what became of it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Position
from signoff.services.partners.partners import present_partners
from signoff.services.positions.positions import get_position, latest_version
from signoff.services.rounds.consultations import comments_on, get_comment, invite, settle_comment
from signoff.web.access import staff
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import chosen_ids, whole_number
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/comments")
@staff(Act.READ)
def comments(slug: str) -> str:
    """Every comment on a position, placed in its newest version, and the form to invite more."""
    return _page(get_position(db(), slug))


@pages.post("/staff/positions/<slug:slug>/comments")
@staff(Act.CONSULT)
def invite_comments(slug: str) -> Response | tuple[str, int]:
    """Invite the contacts of the chosen partners to comment on the version that was shown."""
    position = get_position(db(), slug)
    ids = chosen_ids("partner")
    chosen = [partner for partner in present_partners(db()) if partner.id in ids]
    version = latest_version(db(), position)
    try:
        if whole_number(request.form.get("version", "")) != version.number:
            raise Conflict("A newer version has been saved meanwhile. Nothing was sent. Please look at it first.")
        letters = invite(current_act(), version, chosen)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(get_position(db(), slug), errors=refusal.errors), 422
    flash(f"{counted(letters, 'invitation').capitalize()} queued.")
    return redirect(url_for("staff.comments", slug=slug), 303)


@pages.post("/staff/positions/<slug:slug>/comments/<number:number>", endpoint="settle_comment")
@staff(Act.CONSULT)
def settle(slug: str, number: int) -> Response | tuple[str, int]:
    """Record what became of a comment, and tell its author."""
    made = get_comment(db(), get_position(db(), slug), number)
    form = request.form
    try:
        outcome, note = form.get("outcome", ""), form.get("note", "")
        settle_comment(current_act(), made, outcome=outcome, note=note)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(get_position(db(), slug), errors=refusal.errors, wrong=number), 422
    flash("Recorded; the author of the comment is told.")
    return redirect(url_for("staff.comments", slug=slug, _anchor=f"comment-{number}"), 303)


def _page(position: Position, *, errors: Mapping[str, str] | None = None, wrong: int = 0) -> str:
    latest = latest_version(db(), position)
    return render_template(
        "staff/positions/comments.html",
        section="staff.positions",
        position=position,
        version=latest,
        comments=comments_on(db(), position, read_beside=latest),
        partners=present_partners(db(), with_people=True),
        errors=errors or {},
        wrong=wrong,
        typed=request.form,
    )
