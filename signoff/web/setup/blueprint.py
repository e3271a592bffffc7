"""The blueprint of the set-up pages, and what the rest of the site answers until they are done."""

from typing import Any

from flask import Blueprint, current_app, g, request
from werkzeug.wrappers import Response

from signoff.web.error_page import Failure, error_response
from signoff.web.installation import installation
from signoff.web.one_time_address import SetUp
from signoff.web.request_parsing import refuse_cross_site

pages = Blueprint("setup", __name__, url_prefix="/set-up")

_OPEN = ("static", "public.healthz", "public.readyz", "public.logo")
_CLOSED = Failure(
    503,
    "Its operator has to open the address that `signoff up` printed. Until then nothing can be read or done here.",
    heading="This site is not set up yet",
)


def set_up() -> SetUp:
    """The way in that this request came by."""
    result = installation().set_up
    assert result is not None
    return result


@pages.before_app_request
def close_all_else() -> Response | None:
    """Until there is an administrator, no other page is served."""
    if request.blueprint == "setup" or request.endpoint in _OPEN:
        return None
    return error_response(current_app, _CLOSED)


@pages.url_value_preprocessor
def ensure_open(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the secret out of the address, and answer as for an unknown page unless it is the right one."""
    g.setup_secret = (values or {}).pop("secret", "")
    set_up().ensure_open(g.setup_secret)
    refuse_cross_site()


@pages.url_defaults
def add_secret(_endpoint: str, values: dict[str, Any]) -> None:
    """Every address among these pages carries the secret on."""
    values.setdefault("secret", g.setup_secret)
