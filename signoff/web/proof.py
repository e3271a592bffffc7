"""Proving again who one is: before a grave act, the password is asked for anew, and what was typed is carried on."""

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.models import StaffUser
from signoff.services.authenticators import lacks_second_factor
from signoff.services.sign_ins import ensure_not_slowed, is_proven, note_failure, prove_again
from signoff.web.installation import db, here, read_first, write_now

_FIELD = "prove_password"


def password_fits(email: str, user: StaffUser | None, typed: str) -> bool:
    """Whether a password is a user's, slowed after failures; a wrong one is counted. The database waits meanwhile."""
    clock = here().clock
    read_first()
    ensure_not_slowed(db(), email, clock=clock)
    fits = here().passwords.fits(typed, user.password_hash if user else None)
    writer = write_now()
    if user is None or not fits:
        note_failure(writer, email, clock=clock)
        writer.commit()
    return user is not None and fits


def ask_for_proof() -> Response | None:
    """What is answered to a grave act of somebody whose last proof is old; None when there is nothing to ask."""
    if is_proven(current_user.found, clock=here().clock):
        return None
    typed, user = request.form.get(_FIELD, ""), current_user.user
    if typed and password_fits(user.email, user, typed):
        current_user.reload(db())
        prove_again(current_user.found, clock=here().clock)
        db().commit()
        return None
    page = render_template(
        "staff/prove.html",
        carried=[(name, value) for name, values in _carried() for value in values],
        error="This is not your password." if typed else "",
        field=_FIELD,
    )
    return Response(page, 422 if typed else 401, content_type="text/html; charset=utf-8")


def _carried() -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in request.form.lists() if name not in (_FIELD, "csrf_token")]


def has_what_signing_in_takes() -> bool:
    """Whether the signed-in user may go on; False for who has to set up a second factor first."""
    return not (here().settings.two_factor == "required" and lacks_second_factor(db(), current_user.user))
