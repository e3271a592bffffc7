"""Erases what is stored about a person: what goes and what stays is shown first. No address of a person in a URL."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.permissions import Act
from signoff.services.partners.erasure import ErasurePreview, erase_person, preview_erasure
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import digest_shown
from signoff.web.staff.blueprint import pages


@pages.get("/staff/erase")
@staff(Act.ERASE)
def erasure() -> str:
    """The form for the address of a person."""
    return _page({})


@pages.post("/staff/erase")
@staff(Act.ERASE)
@form_view(invalid=lambda refusal: _page(refusal.errors))
def preview_of_erasure() -> str:
    """What would be erased, and what stays and why."""
    return _page({}, _preview())


@pages.post("/staff/erase/person")
@staff(Act.ERASE, proven=True)
@form_view(
    invalid=lambda refusal: _page(refusal.errors),
    conflict=lambda refusal: _page({"email": refusal.text}, _preview()),
)
def erase() -> Done:
    """It is erased, as it was shown."""
    try:
        erase_person(current_act(), _typed(), shown=digest_shown())
    except NotFound as refusal:
        raise Invalid({"email": refusal.text}) from None
    return Done(url_for("staff.erasure"), "Erased. The record shows that data was erased, but not whose.")


def _typed() -> str:
    return request.form.get("email", "")


def _preview() -> ErasurePreview:
    try:
        return preview_erasure(db(), _typed())
    except (NotFound, Conflict) as refusal:
        raise Invalid({"email": refusal.text}) from None


def _page(errors: Mapping[str, str], preview: ErasurePreview | None = None) -> str:
    return render_template(
        "staff/partners/erasure.html", section="staff.partners", errors=errors, email=_typed(), preview=preview
    )
