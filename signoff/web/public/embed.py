"""A position inside pages of other sites: a page made to be framed, and how programs find it (oEmbed 1.0)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import abort, current_app, jsonify, make_response, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.domain.publications.name_groups import NameGroup, counted
from signoff.models import Publication
from signoff.services.positions.mentions import names_the_departed
from signoff.services.publications.list_pages import count_signatories, kinds_of_names, names_on_page
from signoff.web.absolute import absolute_url_for
from signoff.web.access import public
from signoff.web.installation import coalition_name, db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.numbered_pages import NAMES_ON_ONE_PAGE, page_asked
from signoff.web.public.pages import once_published, published
from signoff.web.public.sharing import picture_of
from signoff.web.request_parsing import whole_number

WIDTH, HEIGHT = 600, 480  # pixels, unless a site asks for less
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


@pages.get("/embed/<slug:slug>")
@kept(position=True, queries="page")
@public
def embed(slug: str) -> Response:
    """A position with its names for a frame in any site's page; without scripts, and the only page that may be framed.

    One that is no longer public says so, since the page around it cannot know. `?page=` is one page of a long list.
    """
    position, publication = once_published(slug)
    is_live = publication.ended_at is None
    page = render_template(
        "public/positions/embed.html",
        position=position,
        publication=publication,
        version=publication.version,
        **(_names(publication) if is_live else {}),
        is_live=is_live,
        withheld=not is_live and names_the_departed(db(), publication.version),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _names(publication: Publication) -> dict[str, Any]:
    every = counted([NameGroup("", tuple(kinds_of_names(db(), publication)))])
    numbered = page_asked(every[0].number, NAMES_ON_ONE_PAGE)
    shown = names_on_page(db(), publication, every, begins=numbered.before, size=NAMES_ON_ONE_PAGE)
    return {
        "number": every[0].number,
        "signatories": [row for group in shown for row in group.rows],
        "names_page": numbered,
    }


@pages.get("/oembed")
@public
def oembed() -> Response:
    """How to show a position that is public now in another page, by its address in `url`, as JSON.

    404 for every other address, 501 for another format; `maxwidth` and `maxheight` are kept.
    """
    if request.args.get("format", "json") != "json":
        abort(501)
    publication = _asked(request.args.get("url", ""))
    count = count_signatories(db(), publication)
    return jsonify(_rich(publication) | _thumbnail(publication, count))


def _rich(publication: Publication) -> dict[str, Any]:
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "title": publication.version.title,
        "provider_name": coalition_name(),
        "provider_url": absolute_url_for("public.home"),
        "html": frame_code(publication, width, height),
        "width": width,
        "height": height,
    }


def _thumbnail(publication: Publication, count: int) -> dict[str, Any]:
    picture = picture_of(publication, count)
    fits = _at_most("maxwidth", picture["width"]) == picture["width"]
    if not fits or _at_most("maxheight", picture["height"]) != picture["height"]:
        return {}
    sizes = {f"thumbnail_{side}": picture[side] for side in ("width", "height")}
    return {"thumbnail_url": picture["url"], **sizes}


def _at_most(name: str, usual: int) -> int:
    return min(usual, whole_number(request.args.get(name, "")) or usual)


@pages.app_template_global()
def frame_code(publication: Publication, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The HTML that shows a position in another page."""
    address, title = absolute_url_for("public.embed", slug=publication.position.slug), publication.version.title
    code = '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>'
    return str(Markup(code).format(address, title, width, height))  # noqa: S704 - escaped by format


def _asked(url: str) -> Publication:
    """The live publication whose page, or frame, is at an address of ours; NotFound for every other address."""
    slug = _slug_at(url)
    if slug is None:
        raise NotFound("There is no published position under this address.")
    _, publication = published(slug)
    return publication


def _slug_at(url: str) -> str | None:
    base = urlsplit(installation().settings.base_url)
    try:
        asked = urlsplit(url)
    except ValueError:
        return None
    is_ours = (asked.scheme, asked.netloc.lower()) == (base.scheme, base.netloc.lower())
    if not (is_ours and asked.path.startswith(f"{base.path}/")):
        return None
    try:
        found = current_app.url_map.bind(base.netloc).match(unquote(asked.path.removeprefix(base.path)), method="GET")
    except HTTPException:
        return None
    return found[1]["slug"] if found[0] in ("public.position", "public.embed", "public.version") else None
