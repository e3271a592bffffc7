"""A published position for programs and spreadsheets."""

from functools import partial

from flask import render_template
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import canonical
from signoff.services.positions.checks import shown_check
from signoff.services.positions.mentions import names_the_departed
from signoff.services.publications.long_lists import is_long, signatories_in_parts
from signoff.services.publications.public_queries import signatories
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.in_parts import csv_in_parts, json_in_parts, streamed
from signoff.web.public.pages import published, published_version
from signoff.web.serializers import public_position


@pages.get("/positions/<slug:slug>.json")
@kept(position=True)
@public
def position_json(slug: str) -> Response:
    """The position as the API gives it."""
    _, publication = published(slug)
    if is_long(db(), publication):
        return streamed(partial(json_in_parts, installation().settings), publication, "application/json")
    content = public_position(db(), publication, installation().settings)
    return Response(content.model_dump_json(), content_type="application/json")


@pages.get("/positions/<slug:slug>.md")
@kept(position=True)
@public
def position_markdown(slug: str) -> Response:
    """The position as one Markdown file with its signatories."""
    result, publication = published(slug)
    text = render_template(
        "public/positions/position.md",
        position=result,
        publication=publication,
        version=publication.version,
        signatories=signatories(db(), publication),
        address=f"{installation().settings.base_url}/positions/{encoded(slug)}",
        checked=shown_check(db(), publication.version),
    )
    return Response(text, content_type="text/markdown; charset=utf-8")


@pages.get("/positions/<slug:slug>/text")
@kept(position=True)
@public
def position_text(slug: str) -> Response:
    """The exact bytes that were approved: their SHA-256 is the digest."""
    _, publication = published(slug)
    return Response(canonical(publication.version.wording), content_type="application/octet-stream")


@pages.get("/positions/<slug:slug>/versions/<number:number>/text")
@kept(position=True)
@public
def version_text(slug: str, number: int) -> Response:
    """The exact bytes that were approved, of a version that is or was public."""
    _, publication = published_version(slug, number)
    if names_the_departed(db(), publication.version):
        raise NotFound("These words are withheld because they name an organization that no longer approves them.")
    return Response(canonical(publication.version.wording), content_type="application/octet-stream")


@pages.get("/positions/<slug:slug>/signatories.csv")
@kept(position=True)
@public
def signatories_csv(slug: str) -> Response:
    """The signatories as a table, by name; a long list in the order in which the partners were registered."""
    _, publication = published(slug)
    if is_long(db(), publication):
        return streamed(lambda *of: csv_in_parts(signatories_in_parts(*of)), publication, "text/csv; charset=utf-8")
    table = "".join(csv_in_parts([signatories(db(), publication)]))
    return Response(table.encode(), content_type="text/csv; charset=utf-8")
