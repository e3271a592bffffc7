"""For search engines and browsers: which pages there are, which not to visit, and the icon."""

from functools import cache

from flask import render_template, request
from werkzeug.wrappers import Response

from signoff.services.publications.public_queries import count_live_publications, published_addresses
from signoff.settings import PACKAGE
from signoff.web.absolute import absolute_url_for
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.request_parsing import whole_number

_MOST = 49_000  # positions in one sitemap, which may hold 50,000 addresses
_PRIVATE = ("/staff/", "/r/", "/login", "/sign-on/", "/api/")


@pages.get("/robots.txt")
@kept()
@public
def robots() -> Response:
    """What search engines leave alone, and where the sitemap is."""
    lines = [f"Disallow: {request.script_root}{path}" for path in _PRIVATE]
    text = "\n".join(["User-agent: *", *lines, "", f"Sitemap: {absolute_url_for('public.sitemap')}", ""])
    return Response(text, content_type="text/plain; charset=utf-8")


@pages.get("/sitemap.xml")
@kept(queries="part")
@public
def sitemap() -> Response:
    """The public pages, and every position that is published now with the day of its publication.

    More than one sitemap can hold are in several, `?part=1` and so on, and this address is their index.
    """
    last = -(-count_live_publications(db()) // _MOST)
    part = whole_number(request.args.get("part", ""))
    if part is None and last > 1:
        text = render_template("public/sitemap_index.xml", last=last)
    else:
        listed = published_addresses(db(), offset=(max(part or 1, 1) - 1) * _MOST, limit=_MOST)
        text = render_template("public/sitemap.xml", listed=listed, is_first=part in (None, 1))
    return Response(text, content_type="application/xml; charset=utf-8")


@pages.get("/favicon.ico")
@public
def favicon() -> Response:
    """The icon, for browsers and programs that ask for it by this name."""
    return Response(_icon(), content_type="image/x-icon")


@cache
def _icon() -> bytes:
    return (PACKAGE / "static" / "favicon.ico").read_bytes()
