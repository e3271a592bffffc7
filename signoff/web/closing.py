"""While a copy that was put back is not opened yet, everything answers 503 but what is listed here."""

from flask import current_app, request

from signoff.domain.errors import BeingRestored
from signoff.services.publications.restorations import is_closed
from signoff.web.access import access_of
from signoff.web.installation import READING_METHODS, db

# What names no partner, or is for those who open the copy. The public log goes on being served: it names no one, and
# those who watch it are to see that it was set back. A route that is not listed is closed.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "public.healthz",
        "public.readyz",
        "public.metrics",
        "public.robots",
        "public.favicon",
        "public.logo",
        "public.checkpoint",
        "public.head_of_size",
        "public.tile",
        "api.openapi",
        "staff.show_login",
        "staff.login",
        "staff.show_code",
        "staff.give_code",
        "staff.show_forgotten",
        "staff.send_forgotten",
        "staff.open_link",
        "staff.use_link",
        "staff.logout",
        "demo.inbox",
        "demo.letter",
    }
)

_NOTHING_KEPT = "Nothing that you sent was recorded."


def refuse_while_closed() -> None:
    """BeingRestored for what the public and partners read or send, also through the API, while a copy is closed."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return
    access = access_of(current_app, endpoint)
    is_for_staff = access is not None and access.audience == "staff"
    if not is_for_staff and is_closed(db()):
        raise BeingRestored("" if request.method in READING_METHODS else f"{BeingRestored.sentence} {_NOTHING_KEPT}")
