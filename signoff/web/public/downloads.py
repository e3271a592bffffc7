"""A published position for programs and spreadsheets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flask import current_app, render_template
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.domain.positions.slugs import encoded
from signoff.domain.positions.text import canonical, leaves_open
from signoff.models import Publication
from signoff.services.positions.checks import shown_check
from signoff.services.positions.mentions import names_the_departed
from signoff.services.publications.list_pages import count_signatories
from signoff.services.publications.long_lists import is_long, signatories_in_parts
from signoff.services.publications.public_queries import signatories
from signoff.web.access import public
from signoff.web.installation import coalition_name, db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.in_parts import csv_in_parts, position_in_parts, streamed
from signoff.web.public.pages import published, published_version
from signoff.web.serializers import public_position

_MARKDOWN = "text/markdown; charset=utf-8"
_NAMES_HERE = "\0"  # no text holds it


@pages.get("/positions/<slug:slug>.json")
@kept(position=True)
@public
def position_json(slug: str) -> Response:
    """The position as the API gives it."""
    _, publication = published(slug)
    if is_long(db(), publication):
        return position_in_parts(publication)
    content = public_position(db(), publication, installation().settings)
    return Response(content.model_dump_json(), content_type="application/json")


@pages.get("/positions/<slug:slug>.md")
@kept(position=True)
@public
def position_markdown(slug: str) -> Response:
    """The position as one Markdown file with its signatories."""
    result, publication = published(slug)
    goes_in_parts = is_long(db(), publication)
    # Counting a long list takes longer than its first part: only a text that says the number waits for it.
    is_counted = not goes_in_parts or leaves_open(publication.version.wording)
    count = count_signatories(db(), publication) if is_counted else None
    text = render_template(
        "public/positions/position.md",
        position=result,
        publication=publication,
        version=publication.version,
        count=count or 0,
        is_empty=count == 0,
        names_here=_NAMES_HERE,
        address=f"{installation().settings.base_url}/positions/{encoded(slug)}",
        checked=shown_check(db(), publication.version),
    )
    before, _, after = text.partition(_NAMES_HERE)
    if not goes_in_parts:
        names = "".join(_lines_of_names([signatories(db(), publication)]))
        return Response(f"{before}{names}{after}", content_type=_MARKDOWN)
    return streamed(chain([before], _lines_of_names(_in_parts(publication)), [after]), _MARKDOWN)


def _lines_of_names(parts: Iterable[Sequence[Mapping[Any, Any]]]) -> Iterator[str]:
    # Without the request, whose session would stay with a slow reader.
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    template, whose = app.jinja_env.get_template("public/positions/names.md"), coalition_name()

    def lines() -> Iterator[str]:
        for rows in parts:
            with app.app_context():
                yield template.render(signatories=rows, coalition=whose)

    return lines()


def _in_parts(publication: Publication) -> Iterator[Sequence[Mapping[Any, Any]]]:
    return signatories_in_parts(installation().database.reading, publication.id)


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
    """The signatories as a table, by name."""
    _, publication = published(slug)
    if is_long(db(), publication):
        return streamed(csv_in_parts(_in_parts(publication)), "text/csv; charset=utf-8")
    table = "".join(csv_in_parts([signatories(db(), publication)]))
    return Response(table.encode(), content_type="text/csv; charset=utf-8")
