"""A partner's logo, under an address that changes with it."""

from werkzeug.wrappers import Response

from signoff.services.partners.public_profiles import public_logo
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.public.blueprint import pages


@pages.get("/partners/<slug:slug>/logo-<digest>.png")
@public
def partner_logo(slug: str, digest: str) -> Response:
    """The logo that the partner's public page shows; no other one is served.

    It is asked for again each time, so that no shared cache goes on serving it once it was taken back.
    """
    return Response(public_logo(db(), slug, digest), content_type="image/png")
