"""The last step: the first administrator, whose account uses the address up."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.permissions import OPERATOR, Role
from signoff.services.accounts.users import FirstPassword, add_user, names_of_role
from signoff.services.coalition import find_coalition
from signoff.web.access import link_holder
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation, read_first, write_now
from signoff.web.setup.blueprint import pages, set_up


@pages.get("/<secret>/administrator")
@link_holder
def administrator() -> str | Response:
    """Who sets up the rest, with a password of their own."""
    coalition = find_coalition(db())
    if coalition is None or not coalition.reply_to:
        return redirect(url_for("setup.email" if coalition else "setup.coalition"))
    return _page({}, {})


@pages.post("/<secret>/administrator")
@link_holder
@form_view(invalid=lambda refusal: _page(request.form, refusal.errors))
def add_administrator() -> Done | Response:
    """Add the administrator; from then on the address is unknown, and the site is served."""
    coalition = find_coalition(db())
    if coalition is None or not coalition.reply_to:
        return redirect(url_for("setup.coalition"), 303)
    password, again = request.form.get("password", ""), request.form.get("again", "")
    if password != again:
        raise Invalid({"again": "The passwords do not match."})
    # Hashing takes most of a second; the database is not held meanwhile.
    read_first()
    hashed = installation().passwords.hash(password)
    write_now()
    with set_up().turn:
        return _add(FirstPassword(password, hashed, is_own=True))


def _add(password: FirstPassword) -> Done:
    if set_up().used or names_of_role(db(), Role.ADMINISTRATOR):
        raise NotFound
    email, name = request.form.get("email", ""), request.form.get("name", "")
    add_user(current_act(OPERATOR), email=email, name=name, roles=[Role.ADMINISTRATOR], password=password)
    db().commit()
    set_up().used = True
    base_url = set_up().load().base_url
    set_up().start()
    return Done(page=lambda: render_template("setup/done.html", base_url=base_url))


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template("setup/administrator.html", typed=typed, errors=errors)
