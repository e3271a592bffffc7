"""Staff page of a position's address, which may be changed until the position is published."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.services.positions.position_addresses import change_address, was_published
from signoff.services.positions.positions import get_position, latest_version
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/address")
@staff(Act.DRAFT)
def show_address(slug: str) -> str:
    """The address of now, and the form to change it."""
    return _page(slug, {})


@pages.post("/staff/positions/<slug:slug>/address")
@staff(Act.DRAFT)
@form_view(invalid=lambda refusal, slug: _page(slug, refusal.errors))
def save_address(slug: str) -> Done:
    """Give the position another address."""
    position = get_position(db(), slug)
    is_new = change_address(current_act(), position, request.form.get("slug", ""))
    said = "The address was changed." if is_new else "Nothing was changed."
    return Done(url_for("staff.position", slug=position.slug), said, changed=is_new)


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
