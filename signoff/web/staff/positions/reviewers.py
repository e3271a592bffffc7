"""The staff page that asks a reviewer by name."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act
from signoff.services.positions.positions import get_position, latest_version
from signoff.services.positions.reviewers import ask_reviewer, find_assignment, possible_reviewers
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/reviewer")
@staff(Act.ASK_REVIEW)
def choose_reviewer(slug: str) -> str:
    """Choose who is asked to check the newest version."""
    return _choice(slug, {})


@pages.post("/staff/positions/<slug:slug>/reviewer")
@staff(Act.ASK_REVIEW)
@form_view(invalid=lambda refusal, slug: _choice(slug, refusal.errors))
def ask_for_review(slug: str) -> Done:
    """Ask the chosen reviewer."""
    newest = latest_version(db(), get_position(db(), slug))
    number = whole_number(request.form.get("version", ""))
    if number is not None and number != newest.number:
        raise Invalid({"reviewer": f"Version {newest.number} was saved in the meantime. Please choose again."})
    asked = ask_reviewer(current_act(), newest, whole_number(request.form.get("reviewer", "")) or 0)
    told = "" if asked.reviewer_id == acting().id else " An email is on the way."
    said = f"{asked.reviewer.name} is asked to check version {newest.number}.{told}"
    return Done(url_for("staff.position", slug=slug), said)


def _choice(slug: str, errors: Mapping[str, str]) -> str:
    position = get_position(db(), slug)
    return render_template(
        "staff/positions/reviewer.html",
        section="staff.positions",
        position=position,
        version=latest_version(db(), position),
        reviewers=possible_reviewers(db(), position.id),
        assignment=find_assignment(db(), position),
        errors=errors,
    )
