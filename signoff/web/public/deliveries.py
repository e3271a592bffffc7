"""The file of a delivery, for the public while every name in it is listed."""

from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.services.publications.delivered_names import status_of
from signoff.services.publications.deliveries import get_delivery
from signoff.web.access import public
from signoff.web.file_names import named
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published


@pages.get("/positions/<slug:slug>/deliveries/<number:number>.pdf")
@kept(position=True)
@public
def delivered_file(slug: str, number: int) -> Response:
    """The exact file that was delivered; withheld as soon as a name in it is no longer listed."""
    position, _ = published(slug)
    status = status_of(db(), get_delivery(db(), position, number))
    if not (status.is_delivered and status.is_whole):
        raise NotFound("This file is not available, because what it lists is no longer current.")
    return named(Response(status.delivery.file, content_type="application/pdf"), f"{slug}.pdf", shown=True)
