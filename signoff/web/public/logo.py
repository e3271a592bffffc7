"""The Coalition's logo, under an address that changes with it."""

from werkzeug.wrappers import Response

from signoff.services.coalition import logo_content
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.public.blueprint import pages


@pages.get("/logo/<digest>.png")
@public
def logo(digest: str) -> Response:
    """The present logo, which browsers may keep for a year; an earlier one is not served."""
    response = Response(logo_content(db(), digest), content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
