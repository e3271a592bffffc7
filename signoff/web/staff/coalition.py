"""The Coalition's own page: its name, its letterhead and its logo, as an administrator sets them."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.letterhead import LETTERHEAD_PARTS, Letterhead
from signoff.domain.permissions import Act
from signoff.domain.pictures import LARGEST_PICTURE
from signoff.services.coalition import describe_coalition, find_coalition, remove_logo
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db
from signoff.web.logo_upload import given_logo
from signoff.web.staff.blueprint import pages

_TYPED = ("name", "reply_to", *LETTERHEAD_PARTS)


@pages.get("/staff/coalition")
@staff(Act.MANAGE_COALITION)
def coalition() -> str:
    """What the Coalition is called, how it is reached, and its logo."""
    known = find_coalition(db())
    return _page({name: getattr(known, name, "") for name in _TYPED}, {})


@pages.post("/staff/coalition")
@staff(Act.MANAGE_COALITION, largest=2 * LARGEST_PICTURE)
@form_view(invalid=lambda refusal: _page(_typed(), refusal.errors))
def save_coalition() -> Done:
    """Set what was typed, and the logo when a file was chosen."""
    typed, by = _typed(), acting()
    logo = given_logo()
    changed = describe_coalition(
        current_act(by),
        name=typed["name"],
        reply_to=typed["reply_to"],
        letterhead=Letterhead(**{part: typed[part] for part in LETTERHEAD_PARTS}),
        logo=logo,
    )
    said = "Saved. Public pages show it now." if changed else "Nothing was changed."
    return Done(url_for("staff.coalition"), said, changed=changed)


@pages.post("/staff/coalition/logo/remove")
@staff(Act.MANAGE_COALITION)
@form_view()
def take_logo_away() -> Done:
    """Let the plain mark stand in place of the logo."""
    removed = remove_logo(current_act())
    said = "The logo is removed. Public pages show a plain mark." if removed else "There was no logo."
    return Done(url_for("staff.coalition"), said, changed=removed)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _TYPED}


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    known = find_coalition(db())
    logo = known.logo if known else None
    return render_template("staff/coalition.html", section="staff.users", typed=typed, errors=errors, logo=logo)
