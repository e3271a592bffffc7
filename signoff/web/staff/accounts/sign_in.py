"""Sign in and out: a password, then a code where an authenticator was set up."""

import re
from datetime import UTC, datetime, timedelta

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.evidence.canonical import sha256_hex
from signoff.models import StaffUser
from signoff.services.accounts.authenticators import find_authenticator, takes_code
from signoff.services.accounts.throttling import attempt_at_address, ensure_not_throttled, record_failure
from signoff.services.accounts.users import find_active_user, find_unchanged_user, find_user
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.reauthentication import password_fits
from signoff.web.staff.accounts import sessions
from signoff.web.staff.blueprint import pages

_HALF = "half_signed_in"  # in the signed cookie: who gave the password, and when
_HALF_LASTS = timedelta(minutes=10)


@pages.get("/login")
@public
def show_login() -> str | Response:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("staff.start"))
    return render_template(
        "staff/accounts/login.html", email="", error="", next=_own_path(request.args.get("next", ""))
    )


@pages.post("/login")
@public
def login() -> Response | tuple[str, int]:
    """Sign in: slowed after failures, and the same answer whether the address or the password is wrong."""
    email, wanted = request.form.get("email", ""), _own_path(request.form.get("next", ""))
    user = find_user(db(), email)
    if not password_fits(attempt_at_address(email), user, request.form.get("password", "")) or user is None:
        page = render_template(
            "staff/accounts/login.html",
            email=email,
            next=wanted,
            error="The email address or password is incorrect.",
        )
        return page, 422
    user = find_active_user(db(), user.id)
    session.clear()
    if user is not None and find_authenticator(db(), user) is not None:
        session[_HALF] = [user.id, installation().clock().timestamp(), _mark_of(user)]
        return redirect(url_for("staff.show_code", next=wanted or None), 303)
    return _let_in(user, wanted)


@pages.get("/login/code")
@public
def show_code() -> str | Response:
    """Ask for the code that the authenticator shows."""
    if _half_signed_in() is None:
        return redirect(url_for("staff.show_login"))
    return render_template("staff/accounts/code.html", next=_own_path(request.args.get("next", "")), error="")


@pages.post("/login/code")
@public
def give_code() -> Response | tuple[str, int]:
    """The second half of signing in: a code that was not used before, or a recovery code."""
    user, clock, wanted = _half_signed_in(), installation().clock, _own_path(request.form.get("next", ""))
    # The account may have changed while it was waited for.
    if user is None or find_unchanged_user(db(), user.id, password_hash=user.password_hash) is None:
        return redirect(url_for("staff.show_login"), 303)
    whose, source = attempt_at_address(user.email), request.remote_addr or ""
    ensure_not_throttled(db(), whose, source, clock=clock)
    if not takes_code(db(), user, request.form.get("code", ""), keys=installation().settings.secret_keys, clock=clock):
        record_failure(db(), whose, source, clock=clock)
        db().commit()
        error = "This code is incorrect or was already used."
        return render_template("staff/accounts/code.html", next=wanted, error=error), 422
    session.clear()
    return _let_in(user, wanted)


def _half_signed_in() -> StaffUser | None:
    number, given_at, mark = session.get(_HALF) or (0, 0, "")
    user = find_active_user(db(), number)
    if (
        user is None
        or installation().clock() - datetime.fromtimestamp(given_at, UTC) > _HALF_LASTS
        or _mark_of(user) != mark
    ):
        return None
    return user


def _mark_of(user: StaffUser) -> str:
    # The password that was given must still be the user's when the code comes.
    return sha256_hex(user.password_hash)


def _let_in(user: StaffUser | None, wanted: str) -> Response:
    if user is None:
        return redirect(url_for("staff.show_login"), 303)
    sessions.begin(user)
    db().commit()
    return redirect(wanted or url_for("staff.start"), 303)


@pages.post("/logout")
@public
def logout() -> Response:
    """Sign out; a copy of the cookie opens nothing anymore."""
    if current_user.is_authenticated:
        sessions.end(current_user._get_current_object())
        db().commit()
    return redirect(url_for("staff.show_login"), 303)


def _own_path(wanted: str) -> str:
    # Only a path of this site: never another host's, in whatever spelling.
    return wanted if re.fullmatch(r"/(?![/\\])[^\\\s]*", wanted) else ""
