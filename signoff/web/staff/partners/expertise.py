"""The list of expertise: what staff add to it, and take off it."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.services.partners.expertise import (
    add_expertise,
    count_experts,
    expertise_words,
    get_expertise,
    remove_expertise,
)
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.staff.blueprint import pages


@pages.get("/staff/partners/expertise")
@staff(Act.READ)
def expertise() -> str:
    """The list, with how many partners have each word."""
    return _page({})


@pages.post("/staff/partners/expertise", endpoint="add_expertise")
@staff(Act.MANAGE_PARTNERS)
@form_view(invalid=lambda refusal: _page(refusal.errors))
def add() -> Done:
    """Put a word on the list."""
    added = add_expertise(current_act(), request.form.get("word", ""))
    return Done(url_for("staff.expertise"), f"“{added.word}” was added to the list.")


@pages.post("/staff/partners/expertise/<number:number>/remove", endpoint="remove_expertise")
@staff(Act.MANAGE_PARTNERS)
@form_view()
def remove(number: int) -> Done:
    """Take a word off the list, and so from every partner that has it."""
    removed = get_expertise(db(), number)
    remove_expertise(current_act(), removed)
    return Done(url_for("staff.expertise"), f"“{removed.word}” was removed from the list and from all partners.")


def _page(errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/partners/expertise.html",
        section="staff.partners",
        listed=expertise_words(db()),
        counts=count_experts(db()),
        errors=errors,
        typed=request.form,
    )
