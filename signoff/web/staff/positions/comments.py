"""Staff pages of a consultation: whom to invite, what was said, and what became of it."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Position
from signoff.services.partners.partners import present_partners
from signoff.services.positions.drafts import draft_text, find_draft
from signoff.services.positions.positions import get_position, latest_version
from signoff.services.rounds.consultations import comments_on, get_comment, invite, settle_comment
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
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
@form_view(invalid=lambda refusal, slug: _page(get_position(db(), slug), errors=refusal.errors))
def invite_comments(slug: str) -> Done:
    """Invite the contacts of the chosen partners to comment on the version that was shown."""
    position = get_position(db(), slug)
    ids = chosen_ids("partner")
    chosen = [partner for partner in present_partners(db()) if partner.id in ids]
    version = latest_version(db(), position)
    if whole_number(request.form.get("version", "")) != version.number:
        raise Conflict("A newer version has been saved. Nothing was sent. Read the newer version first.")
    letters = invite(current_act(), version, chosen)
    return Done(url_for("staff.comments", slug=slug), f"{counted(letters, 'invitation').capitalize()} queued.")


@pages.post("/staff/positions/<slug:slug>/comments/<number:number>", endpoint="settle_comment")
@staff(Act.CONSULT)
@form_view(invalid=lambda refusal, slug, number: _page(get_position(db(), slug), errors=refusal.errors, wrong=number))
def settle(slug: str, number: int) -> Done:
    """Record what became of a comment, and tell its author."""
    made = get_comment(db(), get_position(db(), slug), number)
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    settle_comment(current_act(), made, outcome=outcome, note=note)
    where = url_for("staff.comments", slug=slug, _anchor=f"comment-{number}")
    return Done(where, "Recorded; the author of the comment is told.")


def _page(position: Position, *, errors: Mapping[str, str] | None = None, wrong: int = 0) -> str:
    latest = latest_version(db(), position)
    placed = comments_on(db(), position, read_beside=latest)
    state = find_draft(db(), position)
    body = draft_text(state).wording.body if state else latest.body
    return render_template(
        "staff/positions/comments.html",
        section="staff.positions",
        position=position,
        version=latest,
        comments=placed,
        in_draft_once={each.comment.id for each in placed if body.count(each.comment.quote or "\0") == 1},
        partners=present_partners(db(), with_people=True),
        errors=errors or {},
        wrong=wrong,
        typed=request.form,
    )
