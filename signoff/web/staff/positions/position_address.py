"""Staff page of a position's address, which may be changed until the position is published."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act
from signoff.services.positions.position_addresses import change_address, was_published
from signoff.services.positions.positions import get_position, latest_version
from signoff.web.access import staff
from signoff.web.installation import current_act, db, installation
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/address")
@staff(Act.DRAFT)
def show_address(slug: str) -> str:
    """The address of now, and the form to change it."""
    return _page(slug, {})


@pages.post("/staff/positions/<slug:slug>/address")
@staff(Act.DRAFT)
def save_address(slug: str) -> Response | tuple[str, int]:
    """Give the position another address."""
    position = get_position(db(), slug)
    try:
        is_new = change_address(current_act(), position, request.form.get("slug", ""))
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(slug, refusal.errors), 422
    flash("The address was changed." if is_new else "Nothing was changed.")
    return redirect(url_for("staff.position", slug=position.slug), 303)


def _page(slug: str, errors: Mapping[str, str]) -> str:
    position = get_position(db(), slug)
    return render_template(
        "staff/positions/position_address.html",
        section="staff.positions",
        position=position,
        version=latest_version(db(), position),
        was_published=was_published(db(), position),
        base_url=installation().settings.base_url,
        typed=request.form.get("slug", position.slug),
        errors=errors,
    )
