"""One's own account: password, address, sessions, API tokens, and the authenticator."""

import secrets
from collections.abc import Mapping
from typing import Any

import segno
from flask import redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.domain.errors import NotAllowed
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.domain.rounds.links import NONCE_BYTES
from signoff.domain.text_input import clean_line
from signoff.services.accounts.address_change import ask_for_address
from signoff.services.accounts.api_tokens import get_token, live_tokens, make_token, revoke_token
from signoff.services.accounts.authenticators import (
    add_authenticator,
    enrolment_address,
    find_authenticator,
    remove_authenticator,
    renew_recovery_codes,
    shared_secret,
    unused_recovery_codes,
)
from signoff.services.accounts.email_choices import choose_emails as choose
from signoff.services.accounts.email_choices import emails_off, emails_offered
from signoff.services.accounts.mailed_links import find_asked_address
from signoff.services.accounts.passwords import change_password, new_password_problem
from signoff.services.accounts.sessions import end_sessions, live_sessions
from signoff.services.accounts.throttling import attempt_in_session
from signoff.services.coalition import find_coalition
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting_user, current_act, db, installation, read_first, write_now
from signoff.web.reauthentication import password_fits, still_signed_in
from signoff.web.request_parsing import chosen_ids
from signoff.web.staff.blueprint import pages

_NONCE = "authenticator_nonce"  # in the signed cookie, until the first code is given; worth nothing without our key


@pages.get("/staff/account")
@staff(Act.READ)
def account() -> str:
    """One's own account."""
    return _page()


@pages.post("/staff/account/password")
@staff(Act.READ)
@form_view()
def set_password() -> Done | tuple[str, int]:
    """Another password: the present one is asked for, and every other session ends."""
    form, me = request.form, acting_user()
    new, again = form.get("password", ""), form.get("again", "")
    if problem := new_password_problem(new, email=me.email, name=me.name):
        return _page({"password": problem}), 422
    if new != again:
        return _page({"again": "The passwords do not match."}), 422
    if not password_fits(attempt_in_session(current_user.found), me, form.get("present", "")):
        return _page({"present": "This is not your current password."}), 422
    read_first()
    hashed = installation().passwords.hash(new)
    write_now()
    user = still_signed_in()
    change_password(current_act(user.actor), user, new, hashed=hashed, keep=current_user.found.lookup)
    said = "The password is changed. You are signed out everywhere else, and your API tokens no longer work."
    return Done(_own_address(), said)


@pages.post("/staff/account/address")
@staff(Act.READ, proven=True)
@form_view(invalid=lambda refusal: _page(refusal.errors))
def set_address() -> Done:
    """Another email address: it counts once the letter that goes there was answered."""
    ask_for_address(current_act(), still_signed_in(), request.form.get("email", ""))
    said = "An email is on its way to the new address. Until you confirm it there, your current address stays in use."
    return Done(_own_address(), said)


@pages.post("/staff/account/emails")
@staff(Act.READ)
@form_view()
def choose_emails() -> Done:
    """Which emails one gets."""
    changed = choose(current_act(), acting_user(), request.form.getlist("email"))
    return Done(_own_address(), "Your choice of emails is saved." if changed else "Nothing was changed.")


@pages.post("/staff/account/sessions")
@staff(Act.READ)
@form_view()
def leave_sessions() -> Done:
    """End the sessions that were ticked."""
    ids = chosen_ids("session")
    if request.form.get("act") == "others":
        mine = live_sessions(db(), acting_user(), clock=installation().clock)
        ids = {item.id for item in mine} - {current_user.found.id}
    number = end_sessions(current_act(), acting_user(), ids)
    ended = f"{counted(number, 'session').capitalize()} ended."
    return Done(_own_address(), ended if number else "Nothing was chosen, so nothing was ended.", changed=bool(number))


@pages.post("/staff/account/tokens")
@staff(Act.READ, proven=True)
@form_view(invalid=lambda refusal: _page({"token_name": refusal.errors["name"]}))
def new_token() -> Done | tuple[str, int]:
    """Make an API token, and show it this once."""
    if not clean_line(request.form.get("token_name", "")):
        return _page({"token_name": "Please say what it is for, so that you recognize it later."}), 422
    secret = make_token(current_act(), still_signed_in(), name=request.form.get("token_name", ""))
    return Done(page=lambda: _page(shown_token=secret))


@pages.post("/staff/account/tokens/<number:number>/revoke")
@staff(Act.READ)
@form_view()
def drop_token(number: int) -> Done:
    """Let one of one's own tokens work no more."""
    token = get_token(db(), number)
    if token.user_id != acting_user().id:
        raise NotAllowed("This is another person's token.")
    revoke_token(current_act(), token)
    return Done(_own_address(), "The token no longer works.")


@pages.get("/staff/account/authenticator")
@staff(Act.READ, second_factor=False)
def authenticator() -> str:
    """The authenticator: how to set it up, or what can be done about it."""
    return _authenticator_page()


@pages.post("/staff/account/authenticator")
@staff(Act.READ, proven=True, second_factor=False)
@form_view(invalid=lambda refusal: _authenticator_page(refusal.errors))
def set_up_authenticator() -> Done | Response:
    """Begin to set an authenticator up, or take its first code and show the recovery codes this once."""
    if "code" not in request.form or _NONCE not in session:
        session[_NONCE] = secrets.token_bytes(NONCE_BYTES).hex()
        return redirect(url_for("staff.authenticator"), 303)
    nonce = bytes.fromhex(session[_NONCE])
    keep = current_user.found.lookup
    codes = add_authenticator(current_act(), still_signed_in(), nonce, request.form["code"], keep=keep)
    return Done(page=lambda: _set_up(codes))


def _set_up(codes: list[str]) -> str:
    session.pop(_NONCE)
    return _authenticator_page(codes=codes)


@pages.post("/staff/account/authenticator/remove")
@staff(Act.READ, proven=True)
@form_view()
def drop_authenticator() -> Done:
    """Sign in with the password alone from now on."""
    remove_authenticator(current_act(), still_signed_in())
    return Done(url_for("staff.authenticator"), "The authenticator is removed.")


@pages.post("/staff/account/authenticator/codes")
@staff(Act.READ, proven=True)
@form_view()
def new_codes() -> Done:
    """New recovery codes, shown this once."""
    codes = renew_recovery_codes(current_act(), still_signed_in())
    return Done(page=lambda: _authenticator_page(codes=codes))


def _authenticator_page(errors: Mapping[str, str] | None = None, *, codes: "list[str] | None" = None) -> str:
    me = acting_user()
    authenticator = find_authenticator(db(), me)
    setting_up = authenticator is None and _NONCE in session
    return render_template(
        "staff/accounts/authenticator.html",
        section="staff.account",
        me=me,
        found=authenticator,
        left=unused_recovery_codes(db(), authenticator) if authenticator else 0,
        codes=codes or [],
        errors=errors or {},
        **(_picture(bytes.fromhex(session[_NONCE])) if setting_up else {"secret": ""}),
    )


def _picture(nonce: bytes) -> dict[str, Any]:
    coalition = find_coalition(db())
    secret = shared_secret(installation().settings.secret_key, nonce)
    issuer = f"Signoff {coalition.name}" if coalition else "Signoff"
    address = enrolment_address(secret, account=acting_user().email, issuer=issuer)
    # Always dark on light: apps do not read the reverse.
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    return {"secret": secret, "picture": picture}


def _page(errors: Mapping[str, str] | None = None, *, shown_token: str = "") -> str:
    me = acting_user()
    return render_template(
        "staff/accounts/account.html",
        section="staff.account",
        me=me,
        sessions=live_sessions(db(), me, clock=installation().clock),
        this_session=current_user.found.id,
        tokens=live_tokens(db(), me),
        authenticator=find_authenticator(db(), me),
        shown_token=shown_token,
        emails=emails_offered(me),
        emails_off=emails_off(db(), me),
        asked_address=find_asked_address(db(), me, clock=installation().clock),
        errors=errors or {},
        typed=request.form,
    )


def _own_address() -> str:
    return url_for("staff.account")
