"""Password reset: asked for when signed out, opened by a GET that changes nothing, used by a POST."""

import re
import time

from flask import render_template, request, url_for

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.errors import TooMany
from signoff.domain.permissions import NOBODY
from signoff.models import AccountLink
from signoff.services.accounts.address_change import confirm_address
from signoff.services.accounts.mailed_links import get_account_link, send_account_link
from signoff.services.accounts.passwords import choose_password, new_password_problem
from signoff.services.accounts.throttling import attempt_at_address
from signoff.services.accounts.users import find_user
from signoff.web.access import public
from signoff.web.forms import Done, form_view
from signoff.web.installation import close_session, current_act, db, installation, read_first, write_now
from signoff.web.reauthentication import password_fits
from signoff.web.staff.blueprint import pages

_ANSWERS_AFTER = 0.3  # seconds, whatever there was to do: the time an answer takes tells no one who has an account


@pages.get("/login/forgotten")
@public
def show_forgotten() -> str:
    """Ask for the address to which a way to a new password is mailed."""
    return render_template("staff/accounts/forgotten.html", sent_to="")


@pages.post("/login/forgotten")
@public
def send_forgotten() -> str:
    """Mail a way to a new password, if someone has this address; the answer is the same if no one has."""
    began, email = time.monotonic(), request.form.get("email", "").strip()
    user = find_user(db(), email)
    if user is not None:
        try:
            send_account_link(current_act(NOBODY), user, AccountLinkPurpose.RESET)
            db().commit()
        except TooMany:
            db().rollback()
    page = render_template("staff/accounts/forgotten.html", sent_to=email[:254])
    close_session()
    time.sleep(max(0.0, began + _ANSWERS_AFTER - time.monotonic()))
    return page


@pages.get("/login/link/<secret>")
@public
def open_link(secret: str) -> str:
    """What a mailed link is for; opening it changes nothing."""
    return _page(_link(secret), {})


@pages.post("/login/link/<secret>")
@public
@form_view()
def use_link(secret: str) -> Done | tuple[str, int]:
    """Choose a password, or confirm a new address with one's password."""
    link = _link(secret)
    return _confirm(link) if link.purpose == AccountLinkPurpose.ADDRESS else _choose(link)


def _choose(link: AccountLink) -> Done | tuple[str, int]:
    typed, again = request.form.get("password", ""), request.form.get("again", "")
    problem = new_password_problem(typed, email=link.user.email, name=link.user.name)
    errors = {"password": problem} if problem else {"again": "The passwords do not match."} if typed != again else {}
    if errors:
        return _page(link, errors), 422
    # Hashing takes most of a second; the database is not held meanwhile.
    secret = request.view_args["secret"] if request.view_args else ""
    read_first()
    hashed = installation().passwords.hash(typed)
    write_now()
    choose_password(db(), _link(secret, hold=True), typed, hashed=hashed, clock=installation().clock)
    return Done(url_for("staff.show_login"), "The password is set. Please sign in with it.")


def _confirm(link: AccountLink) -> Done | tuple[str, int]:
    secret = request.view_args["secret"] if request.view_args else ""
    if not password_fits(attempt_at_address(link.user.email), link.user, request.form.get("password", "")):
        return _page(_link(secret), {"password": "This is not the password of this account."}), 422
    confirm_address(db(), _link(secret, hold=True), clock=installation().clock)
    return Done(url_for("staff.start"), "The new address is confirmed. It is what you sign in with from now on.")


def _page(link: AccountLink, errors: dict[str, str]) -> str:
    secret = request.view_args["secret"] if request.view_args else ""
    return render_template("staff/accounts/mailed_link.html", link=link, secret=secret, errors=errors)


def _link(secret: str, *, hold: bool = False) -> AccountLink:
    # Of the wrong shape, and therefore as unknown as any other.
    known = re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    return get_account_link(db(), secret if known else "-" * 43, clock=installation().clock, hold=hold)
