"""Sign in and out."""

import re

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.services.sign_ins import ensure_not_slowed, note_failure
from signoff.services.users import find_user
from signoff.web.access import public
from signoff.web.installation import db, here, read_first, write_now
from signoff.web.staff import sessions


@public
def show_login() -> str | Response:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("staff.start"))
    return render_template("staff/login.html", email="", error="", next=_own_path(request.args.get("next", "")))


@public
def login() -> Response | tuple[str, int]:
    """Sign in: slowed after failures, and the same answer whether the address or the password is wrong."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    clock, wanted = here().clock, _own_path(request.form.get("next", ""))
    # Hashing takes most of a second; the database is not held meanwhile.
    read_first()
    ensure_not_slowed(db(), email, clock=clock)
    user = find_user(db(), email)
    fits = here().passwords.fits(password, user.password_hash if user else None)
    writer = write_now()
    if user is None or not fits:
        note_failure(writer, email, clock=clock)
        writer.commit()
        page = render_template(
            "staff/login.html", email=email, next=wanted, error="This address and password do not belong together."
        )
        return page, 422
    session.clear()
    sessions.begin(user)
    writer.commit()
    return redirect(wanted or url_for("staff.start"), 303)


@public
def logout() -> Response:
    """Sign out; a copy of the cookie opens nothing any more."""
    if current_user.is_authenticated:
        sessions.end(current_user._get_current_object())
        db().commit()
    return redirect(url_for("staff.show_login"), 303)


def _own_path(wanted: str) -> str:
    # Only a path of this site: never another host's, in whatever spelling.
    return wanted if re.fullmatch(r"/(?![/\\])[^\\\s]*", wanted) else ""


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    pages.add_url_rule("/login", "show_login", show_login, methods=["GET"])
    pages.add_url_rule("/login", "login", login, methods=["POST"])
    pages.add_url_rule("/logout", "logout", logout, methods=["POST"])
