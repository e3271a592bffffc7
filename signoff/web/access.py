"""Who may reach which page: every view carries a mark, and one place asks it before the view runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from signoff.domain.errors import NotAllowed, NotSignedIn
from signoff.domain.permissions import Act, ensure_may, may
from signoff.models import StaffUser
from signoff.services.accounts.api_tokens import find_token_user
from signoff.services.accounts.sessions import find_session
from signoff.web.installation import READING_METHODS, acting, db, installation
from signoff.web.reauthentication import ask_for_proof, has_what_acting_takes
from signoff.web.request_parsing import refuse_unstorable_form

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """A view's mark: for everyone, for the holder of a link, for staff, or for the API's callers."""

    audience: str  # public, link, staff or api
    act: Act | None = None
    proven: bool = False  # whether a recent proof of who acts is asked for
    largest: int | None = None  # bytes that may be sent, where that is more than usual
    second_factor: bool = True  # False where one is set up: that cannot ask for it


def public(view: View) -> View:
    """Everyone may reach this."""
    return _marked(view, Access("public"))


def link_holder(view: View) -> View:
    """The holder of a partner's link; the view looks the link up."""
    return _marked(view, Access("link"))


def link_holder_sending(largest: int) -> Callable[[View], View]:
    """The same where up to so many bytes may be sent; the view looks the link up before it reads them."""
    return lambda view: _marked(view, Access("link", largest=largest))


def staff(
    act: Act, *, proven: bool = False, largest: int | None = None, second_factor: bool = True
) -> Callable[[View], View]:
    """Signed-in staff whose roles allow the act; a grave act asks for the password unless it was given lately."""
    return lambda view: _marked(view, Access("staff", act, proven, largest, second_factor))


def api(act: Act | None = None) -> Callable[[View], View]:
    """The API: everyone, or with an act the holder of a token whose user may do it."""
    return lambda view: _marked(view, Access("api", act))


def _marked(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The mark of an endpoint's view."""
    return getattr(app.view_functions[endpoint], "access", None)


def ensure_all_marked(app: Flask) -> None:
    """Refuse to start with a view that does not say whom it is for."""
    bare = [endpoint for endpoint in app.view_functions if endpoint != "static" and not access_of(app, endpoint)]
    if bare:
        raise RuntimeError(f"views without an access mark: {', '.join(bare)}")


def _user_of_token() -> StaffUser | None:
    given = request.headers.get("Authorization", "")
    if not given:
        return None
    scheme, _, secret = given.partition(" ")
    user = find_token_user(db(), secret.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        raise NotSignedIn("This token is not valid.")
    return user


def check_access(app: Flask) -> Callable[[], Response | None]:
    """Make the function that runs before every view and turns away whom its mark does not admit."""

    def check() -> Response | None:
        access = access_of(app, request.endpoint) if request.endpoint and request.endpoint != "static" else None
        if access is None:
            return None
        if access.audience == "link":
            _allow_size(access)
            return None
        if access.audience == "public":
            refuse_unstorable_form()
            return None
        if access.audience == "staff":
            if not current_user.is_authenticated:
                if request.method not in READING_METHODS:
                    raise NotSignedIn
                return redirect(url_for("staff.show_login", next=request.script_root + request.full_path.rstrip("?")))
            g.user = current_user.user
            g.user_name = g.user.name  # as a word: an error page shows it when the database may not be asked
        else:
            g.user = _user_of_token()
        if access.act is not None:
            ensure_may(acting(), access.act)
        _allow_size(access)
        if access.audience == "staff":
            refuse_unstorable_form()
        return _ask_more(access)

    return check


def admit_again() -> None:
    """Read again who acts here, in this request's present session, and refuse with NotAllowed who no longer may.

    For what is done in several transactions: before each of them, since anything may have changed after the last.
    """
    access = access_of(current_app, request.endpoint or "")
    assert access is not None and access.act is not None
    user = _user_of_token() if access.audience == "api" else _user_of_session()
    if user is None or not has_what_acting_takes(user) or not may(user.actor, access.act):
        raise NotAllowed("You are no longer signed in, or your account is no longer allowed to do this.")
    g.user = user


def _user_of_session() -> StaffUser | None:
    found = find_session(db(), current_user.secret, clock=installation().clock)
    return found.user if found else None


def _allow_size(access: Access) -> None:
    if access.largest is not None:
        request.max_content_length = request.max_form_memory_size = access.largest


def _ask_more(access: Access) -> Response | None:
    if g.user is not None and access.second_factor and not has_what_acting_takes(g.user):
        if access.audience == "api" or request.method not in READING_METHODS:
            raise NotAllowed("Your roles require a second factor. Set up an authenticator first; nothing was changed.")
        return redirect(url_for("staff.authenticator"))
    return ask_for_proof() if access.proven else None
