"""Public pages for people."""

from datetime import UTC, date, datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.domain.positions.text import canonical, leaves_open
from signoff.domain.principles.editions import edition_changes
from signoff.models import Position, PrinciplesEdition, Publication
from signoff.services.partners.sign_on import find_sign_on
from signoff.services.positions.checks import shown_check
from signoff.services.positions.matrix import public_matrix
from signoff.services.positions.mentions import names_the_departed
from signoff.services.positions.positions import get_position
from signoff.services.principles.editions import (
    all_editions,
    edition_text,
    find_previous_edition,
    get_edition,
    latest_edition,
)
from signoff.services.publications.delivered_names import public_deliveries
from signoff.services.publications.public_queries import (
    count_live_publications,
    delivered,
    departures,
    live_publications,
    publications_of,
    signatories,
)
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages
from signoff.web.request_parsing import whole_number
from signoff.web.serializers import computed_words

ON_ONE_PAGE = 20


@pages.get("/")
@public
def home() -> str:
    """The first page: what this place is, and the newest positions."""
    return render_template(
        "public/home.html", section="public.home", listed=live_publications(db(), limit=5), edition=latest_edition(db())
    )


@pages.get("/positions/")
@public
def positions() -> str:
    """All published positions, newest first, with a search."""
    query = " ".join(request.args.get("q", "").split())[:200]
    total = count_live_publications(db(), query=query)
    last_page = max(1, -(-total // ON_ONE_PAGE))
    number = min(whole_number(request.args.get("page", "")) or 1, last_page)
    listed = live_publications(db(), query=query, offset=(number - 1) * ON_ONE_PAGE, limit=ON_ONE_PAGE)
    return render_template(
        "public/positions/positions.html",
        section="public.positions",
        listed=listed,
        query=query,
        total=total,
        page=number,
        last_page=last_page,
    )


@pages.get("/positions/<slug:slug>")
@public
def position(slug: str) -> str:
    """A published position with exactly the partners that approved this text; a retired one names no one."""
    result, publication = once_published(slug)
    return _position_page(result, publication) if publication.ended_at is None else _ended_page(result, publication)


@pages.get("/positions/<slug:slug>/versions/<number:number>")
@public
def version(slug: str, number: int) -> str | Response:
    """A published version; one that has ended says what became of it, and names no one."""
    result, publication = published_version(slug, number)
    if publication.ended_at is None:
        return redirect(url_for("public.position", slug=slug))
    return _ended_page(result, publication)


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


def _ended_page(position: Position, publication: Publication) -> str:
    live = find_live_publication(db(), position)
    return render_template(
        "public/positions/ended.html",
        section="public.positions",
        position=position,
        publication=publication,
        live=live,
        withheld=names_the_departed(db(), publication.version),
    )


def _position_page(position: Position, publication: Publication) -> str:
    named = signatories(db(), publication)
    return render_template(
        "public/positions/position.html",
        section="public.positions",
        position=position,
        publication=publication,
        version=publication.version,
        signatories=named,
        computed=computed_words(publication, len(named), installation().settings.formats),
        has_computed=leaves_open(publication.version.wording),
        departures=departures(db(), publication),
        history=publications_of(db(), position),
        canonical_length=len(canonical(publication.version.wording)),
        checked=shown_check(db(), publication.version),
        deliveries=public_deliveries(db(), publication),
        sign_on=find_sign_on(db(), position, at=installation().clock()),
    )


@pages.get("/positions/<slug:slug>/delivered")
@public
def as_delivered(slug: str) -> str:
    """Who stood when the position was published, or at the end of a day, and stands now; others are only counted."""
    result, publication = published(slug)
    at, wrong = _asked_instant(publication)
    return render_template(
        "public/positions/delivered.html",
        section="public.positions",
        position=result,
        publication=publication,
        version=publication.version,
        list=delivered(db(), publication, at=at),
        at_publication=at == publication.published_at,
        day=request.args.get("on", ""),
        errors={"on": wrong} if wrong else {},
    )


def _asked_instant(publication: Publication) -> tuple[datetime, str]:
    text, zone = request.args.get("on", "").strip(), installation().settings.timezone
    if not text:
        return publication.published_at, ""
    try:
        day = date.fromisoformat(text)
        end = (datetime.combine(day, time(), zone) + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return publication.published_at, "Please give the date as 2026-11-30."
    if end < publication.published_at:
        return publication.published_at, "The position was not public yet on that day."
    if day > installation().clock().astimezone(zone).date():
        return publication.published_at, "This date is in the future."
    return end, ""


@pages.get("/principles")
@public
def principles() -> str:
    """The agreed vision, mission and principles in force, with the questions reviewers ask."""
    return _edition_page(latest_edition(db()))


@pages.get("/principles/<number:number>")
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
@public
def matrix() -> str:
    """How each published position stands to each criterion."""
    return render_template("public/principles/matrix.html", section="public.principles", matrices=public_matrix(db()))
