"""The public form to ask whether an organization may sign a position, and the page behind the mailed link."""

import time
from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, NotFound
from signoff.domain.permissions import NOBODY
from signoff.models import Position
from signoff.models.partners import LEVELS
from signoff.services.partners.applications import (
    ApplicationForm,
    apply_to_sign,
    confirm_application,
    get_by_secret,
    may_confirm,
)
from signoff.services.partners.sign_on import find_sign_on
from signoff.services.positions.positions import get_position
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import public
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.strangers import TRAP, answer_alike, is_trapped, shaped
from signoff.web.request_parsing import refuse_cross_site

_FIELDS = tuple(vars(ApplicationForm()))


@pages.get("/positions/<slug:slug>/sign-on")
@public
def show_sign_on(slug: str) -> str:
    """The form, while the position is open for applications."""
    return _form(slug, {})


@pages.post("/positions/<slug:slug>/sign-on")
@public
@form_view(invalid=lambda refusal, slug: _form(slug, refusal.errors))
def apply(slug: str) -> Done:
    """Take an application; all applicants hear the same, whatever is known of them."""
    refuse_cross_site()
    began, position = time.monotonic(), _position(slug)
    form = ApplicationForm(**{name: request.form.get(name, "") for name in _FIELDS})
    if not is_trapped():
        apply_to_sign(current_act(NOBODY), position, form, source=request.remote_addr or "")
    email = form.cleaned().email[:254]
    return Done(page=lambda: answer_alike(began, lambda: render_template("public/sign_on/sent.html", email=email)))


def _position(slug: str) -> Position:
    unknown = NotFound("There is no published position under this address.")
    try:
        position = get_position(db(), slug)
    except NotFound:
        raise unknown from None
    if find_sign_on(db(), position, at=installation().clock()) is None:
        raise unknown
    return position


def _form(slug: str, errors: Mapping[str, str]) -> str:
    position = _position(slug)
    return render_template(
        "public/sign_on/apply.html",
        section="public.positions",
        position=position,
        publication=find_live_publication(db(), position),
        opened=find_sign_on(db(), position, at=installation().clock()),
        levels=LEVELS,
        trap=TRAP,
        errors=errors,
        typed=request.form,
    )


@pages.get("/sign-on/<secret>")
@public
def show_application(secret: str) -> str:
    """What an applicant confirms; opening it changes nothing."""
    return _application(secret, {})


@pages.post("/sign-on/<secret>")
@public
@form_view(
    invalid=lambda refusal, secret: _application(secret, refusal.errors),
    conflict=lambda refusal, secret: _application(secret, {}, conflict=refusal),
)
def confirm(secret: str) -> Done:
    """Confirm an application from its mailbox."""
    refuse_cross_site()
    confirm_application(current_act(NOBODY), shaped(secret), signed=request.form.get("full_name", ""))
    return Done(url_for("public.show_application", secret=secret))


def _application(secret: str, errors: Mapping[str, str], *, conflict: Conflict | None = None) -> str:
    at = installation().clock()
    made = get_by_secret(db(), shaped(secret), at=at)
    return render_template(
        "public/sign_on/confirm.html",
        secret=secret,
        application=made,
        publication=find_live_publication(db(), made.position),
        may_confirm=may_confirm(db(), made, at=at),
        errors=errors,
        conflict=conflict.text if conflict else "",
        typed=request.form,
    )
