"""Public pages for people."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.computed import has_computed
from signoff.domain.editions import edition_changes
from signoff.domain.refusals import NotFound
from signoff.domain.text import canonical
from signoff.models import Position, PrinciplesEdition, Publication
from signoff.services.checks import shown_check
from signoff.services.editions import all_editions, edition_text, find_before, get_edition, latest_edition
from signoff.services.matrix import public_matrix
from signoff.services.mentions import names_the_departed
from signoff.services.partners import get_partner
from signoff.services.positions import get_position
from signoff.services.publications import find_live_publication
from signoff.services.reading import (
    count_live_publications,
    delivered,
    departures,
    live_publications,
    named_on,
    partner_directory,
    publications_of,
    signatories,
)
from signoff.services.sealing import latest_checkpoint, origin_of
from signoff.web.access import public
from signoff.web.edge import whole_number
from signoff.web.installation import db, here
from signoff.web.shapes import computed_words

ON_ONE_PAGE = 20


@public
def home() -> str:
    """The first page: what this place is, and the newest positions."""
    return render_template(
        "public/home.html", section="public.home", listed=live_publications(db(), limit=5), edition=latest_edition(db())
    )


@public
def positions() -> str:
    """All published positions, newest first, with a search."""
    query = " ".join(request.args.get("q", "").split())[:200]
    total = count_live_publications(db(), query=query)
    last_page = max(1, -(-total // ON_ONE_PAGE))
    number = min(whole_number(request.args.get("page", "")) or 1, last_page)
    listed = live_publications(db(), query=query, offset=(number - 1) * ON_ONE_PAGE, limit=ON_ONE_PAGE)
    return render_template(
        "public/positions.html",
        section="public.positions",
        listed=listed,
        query=query,
        total=total,
        page=number,
        last_page=last_page,
    )


@public
def position(slug: str) -> str:
    """A published position with exactly the partners that approved this text; a retired one names nobody."""
    found, publication = once_published(slug)
    return _position_page(found, publication) if publication.ended_at is None else _ended_page(found, publication)


@public
def version(slug: str, number: int) -> str | Response:
    """A published version; one that has ended says what became of it, and names nobody."""
    found, publication = published_version(slug, number)
    if publication.ended_at is None:
        return redirect(url_for("public.position", slug=slug))
    return _ended_page(found, publication)


def once_published(slug: str) -> tuple[Position, Publication]:
    """The position and its newest publication; NotFound, in the same words, when it was never public."""
    unknown = NotFound("There is no published position under this address.")
    try:
        found = get_position(db(), slug)
    except NotFound:
        raise unknown from None
    publications = publications_of(db(), found)
    if not publications:
        raise unknown
    return found, publications[0]


def published(slug: str) -> tuple[Position, Publication]:
    """The position and its live publication; NotFound when it is not public now."""
    found, publication = once_published(slug)
    if publication.ended_at is not None:
        raise NotFound("There is no published position under this address.")
    return found, publication


def published_version(slug: str, number: int) -> tuple[Position, Publication]:
    """The position and the publication of one of its versions, an ended one too; NotFound when it never was public."""
    found, _ = once_published(slug)
    for publication in publications_of(db(), found):
        if publication.version.number == number:
            return found, publication
    raise NotFound("No such version of this position has been published.")


def _ended_page(found: Position, publication: Publication) -> str:
    live = find_live_publication(db(), found)
    return render_template(
        "public/ended.html",
        section="public.positions",
        position=found,
        publication=publication,
        live=live,
        withheld=names_the_departed(db(), publication.version),
    )


def _position_page(found: Position, publication: Publication) -> str:
    named = signatories(db(), publication)
    return render_template(
        "public/position.html",
        section="public.positions",
        position=found,
        publication=publication,
        version=publication.version,
        signatories=named,
        computed=computed_words(publication, len(named), here().settings.timezone),
        has_computed=has_computed(publication.version.summary + publication.version.body),
        departures=departures(db(), publication),
        history=publications_of(db(), found),
        canonical_length=len(canonical(publication.version.wording)),
        checked=shown_check(db(), publication.version),
    )


@public
def as_delivered(slug: str) -> str:
    """Who stood when the position was published, or at the end of a day, and stands now; others are only counted."""
    found, publication = published(slug)
    at, wrong = _asked_instant(publication)
    return render_template(
        "public/delivered.html",
        section="public.positions",
        position=found,
        publication=publication,
        version=publication.version,
        list=delivered(db(), publication, at=at),
        at_publication=at == publication.published_at,
        day=request.args.get("on", ""),
        errors={"on": wrong} if wrong else {},
    )


def _asked_instant(publication: Publication) -> tuple[datetime, str]:
    text, zone = request.args.get("on", "").strip(), here().settings.timezone
    if not text:
        return publication.published_at, ""
    try:
        day = date.fromisoformat(text)
        end = (datetime.combine(day, time(), zone) + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return publication.published_at, "Please give the day as 2026-11-30."
    if end < publication.published_at:
        return publication.published_at, "The position was not public yet on that day."
    if day > here().clock().astimezone(zone).date():
        return publication.published_at, "This day has not come yet."
    return end, ""


@public
def partners() -> str:
    """The partner directory, with links to the partners' websites."""
    return render_template("public/partners.html", section="public.partners", partners=partner_directory(db()))


@public
def partner(slug: str) -> str:
    """One partner and the positions it is named on."""
    found = get_partner(db(), slug)
    if found.left_at is not None:
        raise NotFound("There is no partner under this name.")
    return render_template(
        "public/partner.html", section="public.partners", partner=found, named_on=named_on(db(), found)
    )


@public
def principles() -> str:
    """The agreed vision, mission and principles in force, with the questions reviewers ask."""
    return _edition_page(latest_edition(db()))


@public
def edition(number: int) -> str:
    """One edition of the principles, whether in force or not, and what it changed."""
    return _edition_page(get_edition(db(), number))


def _edition_page(found: PrinciplesEdition) -> str:
    before, editions = find_before(db(), found), all_editions(db())
    return render_template(
        "public/principles.html",
        section="public.principles",
        edition=found,
        editions=editions,
        in_force=editions[0].id == found.id,
        before=before,
        changes=edition_changes(edition_text(before), edition_text(found)) if before else None,
    )


@public
def matrix() -> str:
    """How each published position stands to each criterion."""
    return render_template("public/matrix.html", section="public.principles", matrices=public_matrix(db()))


@public
def verify() -> str:
    """How anyone can check a position, in plain words."""
    return render_template(
        "public/verify.html",
        section="public.verify",
        listed=live_publications(db(), limit=20),
        head=latest_checkpoint(db()),
        verifiers=[signer.verifier for signer in here().keys.signers(origin_of(here().settings.base_url))],
    )


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    pages.add_url_rule("/", "home", home)
    pages.add_url_rule("/positions/", "positions", positions)
    pages.add_url_rule("/positions/<slug:slug>", "position", position)
    pages.add_url_rule("/positions/<slug:slug>/versions/<int(max=2147483647):number>", "version", version)
    pages.add_url_rule("/positions/<slug:slug>/delivered", "as_delivered", as_delivered)
    pages.add_url_rule("/partners/", "partners", partners)
    pages.add_url_rule("/partners/<slug:slug>", "partner", partner)
    pages.add_url_rule("/principles", "principles", principles)
    pages.add_url_rule("/principles/<int(max=2147483647):number>", "edition", edition)
    pages.add_url_rule("/principles/positions", "matrix", matrix)
    pages.add_url_rule("/verify", "verify", verify)
