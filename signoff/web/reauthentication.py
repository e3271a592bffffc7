"""Reauthentication: before a grave act the password is asked for again, and what was typed is carried on."""

from flask import current_app, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.models import StaffUser
from signoff.services.accounts.authenticators import lacks_second_factor
from signoff.services.accounts.sessions import ensure_live, is_proven, renew_proof, user_still_signed_in
from signoff.services.accounts.throttling import Attempt, attempt_in_session, begin_attempt, forget_attempt
from signoff.services.accounts.users import find_unchanged_user
from signoff.web.installation import READING_METHODS, db, installation, read_first, write_now
from signoff.web.request_parsing import refuse_cross_site

_FIELD = "prove_password"


def password_fits(whose: Attempt, user: StaffUser | None, typed: str) -> bool:
    """Whether a password is a user's, slowed after failures in what it is tried for; the database waits meanwhile.

    Every try is counted before it is judged, so that many at once are no way around, and forgotten when it was right.
    What is judged is what counts when the answer is given: a password changed meanwhile fits no more, and once it fits
    the account is held, so that nothing about it changes before what follows is done.
    """
    clock, source = installation().clock, request.remote_addr or ""
    tried = begin_attempt(write_now(), whose, source, clock=clock)
    db().commit()
    stored = user.password_hash if user else None
    read_first()
    fits = installation().passwords.fits(typed, stored)
    writer = write_now()
    if user is None or not fits:
        return False
    forget_attempt(writer, tried)
    writer.commit()
    return find_unchanged_user(write_now(), user.id, password_hash=user.password_hash) is not None


def still_signed_in() -> StaffUser:
    """The signed-in user, whose account no one else changes meanwhile; NotSignedIn when the session has ended since."""
    current_user.reload(db())
    return user_still_signed_in(db(), current_user.found)


def ask_for_proof() -> Response | None:
    """What is answered to a grave act of someone whose last proof is old; None when there is nothing to ask."""
    if request.method in READING_METHODS or is_proven(current_user.found, clock=installation().clock):
        return None
    # Before anything is carried on: a form that another site made must not come back with a token of ours.
    refuse_cross_site()
    current_app.extensions["csrf"].protect()
    typed, user = request.form.get(_FIELD, ""), current_user.user
    if typed and password_fits(attempt_in_session(current_user.found), user, typed):
        current_user.reload(db())
        ensure_live(current_user.found)
        renew_proof(current_user.found, clock=installation().clock)
        db().commit()
        return None
    page = render_template(
        "staff/accounts/reauthenticate.html",
        carried=[(name, value) for name, values in _carried() for value in values],
        error="This is not your password." if typed else "",
        field=_FIELD,
    )
    return Response(page, 422 if typed else 401, content_type="text/html; charset=utf-8")


def _carried() -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in request.form.lists() if name not in (_FIELD, "csrf_token")]


def has_what_acting_takes(user: StaffUser) -> bool:
    """Whether a user may go on, signed in or by a token; False for who has to set up a second factor first."""
    return not (installation().settings.two_factor == "required" and lacks_second_factor(db(), user))
