"""Public pages for people."""

from flask import render_template

from signoff.domain.errors import NotFound
from signoff.domain.principles.editions import edition_changes
from signoff.models import Position, PrinciplesEdition, Publication
from signoff.services.positions.matrix import public_matrix
from signoff.services.positions.positions import get_position
from signoff.services.principles.editions import (
    all_editions,
    edition_text,
    find_previous_edition,
    get_edition,
    latest_edition,
)
from signoff.services.publications.public_queries import publications_of
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages


def once_published(slug: str) -> tuple[Position, Publication]:
    """The position and its newest publication; NotFound, in the same words, when it was never public."""
    unknown = NotFound("There is no published position under this address.")
    try:
        position = get_position(db(), slug)
    except NotFound:
        raise unknown from None
    publications = publications_of(db(), position)
    if not publications:
        raise unknown
    return position, publications[0]


def published(slug: str) -> tuple[Position, Publication]:
    """The position and its live publication; NotFound when it is not public now."""
    result, publication = once_published(slug)
    if publication.ended_at is not None:
        raise NotFound("There is no published position under this address.")
    return result, publication


def published_version(slug: str, number: int) -> tuple[Position, Publication]:
    """The position and the publication of one of its versions, an ended one too; NotFound when it never was public."""
    result, _ = once_published(slug)
    for publication in publications_of(db(), result):
        if publication.version.number == number:
            return result, publication
    raise NotFound("No such version of this position has been published.")


@pages.get("/principles")
@kept()
@public
def principles() -> str:
    """The agreed vision, mission and principles in force, with the questions reviewers ask."""
    return _edition_page(latest_edition(db()))


@pages.get("/principles/<number:number>")
@kept()
@public
def edition(number: int) -> str:
    """One edition of the principles, whether in force or not, and what it changed."""
    return _edition_page(get_edition(db(), number))


def _edition_page(edition: PrinciplesEdition) -> str:
    before, editions = find_previous_edition(db(), edition), all_editions(db())
    return render_template(
        "public/principles/principles.html",
        section="public.principles",
        edition=edition,
        editions=editions,
        in_force=editions[0].id == edition.id,
        before=before,
        changes=edition_changes(edition_text(before), edition_text(edition)) if before else None,
    )


@pages.get("/principles/positions")
@kept()
@public
def matrix() -> str:
    """How each published position stands to each criterion."""
    return render_template("public/principles/matrix.html", section="public.principles", matrices=public_matrix(db()))
