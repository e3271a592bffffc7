"""A partner's logo, under an address that changes with it."""

from werkzeug.wrappers import Response

from signoff.services.partners.public_profiles import public_logo
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.public.blueprint import pages


@pages.get("/partners/<slug:slug>/logo-<digest>.png")
@public
def partner_logo(slug: str, digest: str) -> Response:
    """The logo that the partner's public page shows, which browsers may keep for a year; no other one is served."""
    response = Response(public_logo(db(), slug, digest), content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
