"""Staff accounts as administrators keep them: who works here with which roles, added, changed, ended."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.permissions import ALLOWED, NOBODY, Act, Role
from signoff.models import StaffUser
from signoff.services.accounts.api_tokens import get_token, live_tokens, revoke_token
from signoff.services.accounts.authenticators import find_authenticator, remove_authenticator
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.accounts.passwords import NO_PASSWORD
from signoff.services.accounts.sessions import live_sessions
from signoff.services.accounts.users import add_user, all_users, change_user, deactivate_user, get_user, reactivate_user
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db, installation
from signoff.web.staff.blueprint import pages


@pages.get("/staff/users/")
@staff(Act.READ)
def users() -> str:
    """Everyone who works or worked here, and what each role may do."""
    return render_template("staff/accounts/users.html", section="staff.users", users=all_users(db()), roles=_roles())


@pages.get("/staff/users/new")
@staff(Act.MANAGE_USERS)
def new_user() -> str:
    """The form for a new account."""
    return _form({"roles": []}, {})


@pages.post("/staff/users/new")
@staff(Act.MANAGE_USERS, proven=True)
@form_view(invalid=lambda refusal: _form(_typed(), refusal.errors))
def save_new_user() -> Done:
    """Make an account, and mail its user the way to choose a password."""
    made = add_user(current_act(), **_typed())
    send_account_link(current_act(NOBODY), made, AccountLinkPurpose.INVITE)
    said = f"{made.name} has an account. An email with a link to choose a password is on its way."
    return Done(url_for("staff.user", number=made.id), said)


def _typed() -> dict[str, Any]:
    form = request.form
    lines = {field: form.get(field, "") for field in ("name", "job_title", "email")}
    return {**lines, "roles": form.getlist("role")}


def _form(typed: Mapping[str, object], errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/accounts/user_new.html", section="staff.users", typed=typed, errors=errors, roles=_roles()
    )


@pages.get("/staff/users/<number:number>")
@staff(Act.READ)
def user(number: int) -> str:
    """One account."""
    return _page(number, {})


@pages.post("/staff/users/<number:number>")
@staff(Act.MANAGE_USERS, proven=True)
@form_view(
    invalid=lambda refusal, number: _page(number, refusal.errors),
    conflict=lambda refusal, number: _page(number, {"roles": refusal.text}),
)
def save_user(number: int) -> Done:
    """Give a user another name, job title or other roles."""
    typed = _typed()
    del typed["email"]  # its user changes it, by a link that proves the new one
    changed = change_user(current_act(), get_user(db(), number), **typed)
    return Done(_address_of(number), "Saved." if changed else "Nothing was changed.", changed=changed)


@pages.post("/staff/users/<number:number>/deactivate")
@staff(Act.MANAGE_USERS, proven=True)
@form_view()
def end_account(number: int) -> Done:
    """Deactivate an account; its sessions and tokens die at once."""
    deactivate_user(current_act(), get_user(db(), number))
    said = "Deactivated. Sessions, tokens and emailed links no longer work. What they did stays in the record."
    return Done(_address_of(number), said)


@pages.post("/staff/users/<number:number>/reactivate")
@staff(Act.MANAGE_USERS, proven=True)
@form_view()
def revive_account(number: int) -> Done:
    """Let someone work here again."""
    reactivate_user(current_act(), get_user(db(), number))
    return Done(_address_of(number), "Active again. Earlier sessions and tokens still do not work.")


@pages.post("/staff/users/<number:number>/way")
@staff(Act.MANAGE_USERS, proven=True)
@form_view()
def mail_way(number: int) -> Done:
    """Mail a user the way to choose a password."""
    user = get_user(db(), number)
    purpose = AccountLinkPurpose.INVITE if user.password_hash == NO_PASSWORD else AccountLinkPurpose.RESET
    send_account_link(current_act(), user, purpose)
    return Done(_address_of(number), f"An email with a link to choose a password is on its way to {user.email}.")


@pages.post("/staff/users/<number:number>/authenticator")
@staff(Act.MANAGE_USERS, proven=True)
@form_view()
def lift_authenticator(number: int) -> Done:
    """Take a lost authenticator off someone's account."""
    remove_authenticator(current_act(), get_user(db(), number))
    return Done(_address_of(number), "The authenticator is removed; its user is told.")


@pages.post("/staff/tokens/<number:number>/revoke")
@staff(Act.MANAGE_TOKENS, proven=True)
@form_view()
def end_token(number: int) -> Done:
    """Let someone's API token work no more."""
    token = get_token(db(), number)
    revoke_token(current_act(), token)
    return Done(_address_of(token.user_id), "The token no longer works.")


def _page(number: int, errors: Mapping[str, str]) -> str:
    user = get_user(db(), number)
    return render_template(
        "staff/accounts/user.html",
        section="staff.users",
        account=user,
        typed=_typed() if errors else _as_kept(user),
        errors=errors,
        roles=_roles(),
        may_sign_in=user.password_hash != NO_PASSWORD,
        authenticator=find_authenticator(db(), user),
        sessions=live_sessions(db(), user, clock=installation().clock),
        tokens=live_tokens(db(), user),
        me=acting(),
    )


def _as_kept(user: StaffUser) -> dict[str, Any]:
    return {"name": user.name, "job_title": user.job_title, "roles": [row.role for row in user.roles]}


def _roles() -> list[tuple[str, list[str]]]:
    return [
        (role.value, [act.value for act, who in ALLOWED.items() if role in who and act != Act.READ]) for role in Role
    ]


def _address_of(number: int) -> str:
    return url_for("staff.user", number=number)
