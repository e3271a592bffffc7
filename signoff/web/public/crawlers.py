"""For search engines and browsers: which pages there are, which not to visit, and the icon."""

from functools import cache

from flask import render_template
from werkzeug.wrappers import Response

from signoff.services.publications.public_queries import published_addresses
from signoff.settings import PACKAGE
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages

_MOST = 50_000  # addresses, as many as one sitemap may hold


@pages.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines leave alone, and where the sitemap is."""
    base = installation().settings.base_url
    lines = ["User-agent: *", "Disallow: /staff/", "Disallow: /r/", "Disallow: /login", "Disallow: /api/", ""]
    return Response("\n".join([*lines, f"Sitemap: {base}/sitemap.xml", ""]), content_type="text/plain; charset=utf-8")


@pages.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The public pages, and every position that is published now with the day of its publication."""
    listed = published_addresses(db(), limit=_MOST)
    text = render_template("public/sitemap.xml", base=installation().settings.base_url, listed=listed)
    return Response(text, content_type="application/xml; charset=utf-8")


@pages.get("/favicon.ico")
@public
def favicon() -> Response:
    """The icon, for browsers and programs that ask for it by this name."""
    return Response(_icon(), content_type="image/x-icon")


@cache
def _icon() -> bytes:
    return (PACKAGE / "static" / "favicon.ico").read_bytes()
