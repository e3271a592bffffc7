"""The page of a published position: its text, its names, how they came to be there, and how to cite it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.positions.text import canonical, leaves_open
from signoff.domain.publications.list_days import chart_of
from signoff.domain.publications.name_groups import (
    Grouping,
    NameGroup,
    by_letter,
    counted,
    in_groups,
    matching,
    page_of_groups,
    pages_of_groups,
)
from signoff.models import Position, Publication
from signoff.services.partners.sign_on import closes_at, find_sign_on
from signoff.services.positions.checks import shown_check
from signoff.services.positions.mentions import names_the_departed
from signoff.services.publications.delivered_names import public_deliveries
from signoff.services.publications.list_history import list_history
from signoff.services.publications.list_pages import kinds_of_names, names_on_page
from signoff.services.publications.public_queries import (
    count_standing,
    delivered,
    departures,
    publications_of,
    signatories,
    with_states,
)
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept, valid_until
from signoff.web.public.blueprint import pages
from signoff.web.public.numbered_pages import NAMES_ON_ONE_PAGE, page_asked
from signoff.web.public.pages import once_published, published, published_version
from signoff.web.serializers import computed_words

MANY_NAMES = 25  # from so many on, readers look for a name rather than read all of them


@pages.get("/positions/<slug:slug>")
@kept(position=True, queries="notes page")
@public
def position(slug: str) -> str:
    """A published position with exactly the partners that approved this text; a retired one names no one.

    `?name=` shows only the names that hold these words, `?notes=only` those with a note. `?page=` is one page of a long
    list, by its number.
    """
    result, publication = once_published(slug)
    ended_at = publication.ended_at
    return _ended_page(result, publication, ended_at) if ended_at else _position_page(result, publication)


@pages.get("/positions/<slug:slug>/versions/<number:number>")
@kept(position=True)
@public
def version(slug: str, number: int) -> str | Response:
    """A published version; one that has ended says what became of it, and names no one."""
    result, publication = published_version(slug, number)
    if publication.ended_at is None:
        return redirect(url_for("public.position", slug=slug))
    return _ended_page(result, publication, publication.ended_at)


def _ended_page(position: Position, publication: Publication, ended_at: datetime) -> str:
    live = find_live_publication(db(), position)
    return render_template(
        "public/positions/ended.html",
        section="public.positions",
        position=position,
        publication=publication,
        live=live,
        history=publications_of(db(), position),
        stood=count_standing(db(), publication, at=ended_at - timedelta(microseconds=1)),
        withheld=names_the_departed(db(), publication.version),
    )


def _position_page(position: Position, publication: Publication) -> str:
    opened = find_sign_on(db(), position, at=installation().clock())
    valid_until(closes_at(db(), opened) if opened else None)
    names = _names(publication)
    is_first = names["names_page"].number == 1
    zone = installation().settings.timezone
    days = list_history(db(), publication, zone=zone, number=names["number"]) if is_first else []
    return render_template(
        "public/positions/position.html",
        section="public.positions",
        position=position,
        publication=publication,
        version=publication.version,
        **names,
        days=days,
        chart=chart_of(days),
        computed=computed_words(publication, names["number"], installation().settings.formats),
        has_computed=leaves_open(publication.version.wording),
        departures=departures(db(), publication),
        history=publications_of(db(), position),
        canonical_length=len(canonical(publication.version.wording)),
        checked=shown_check(db(), publication.version),
        deliveries=public_deliveries(db(), publication),
        sign_on=opened,
    )


def _names(publication: Publication) -> dict[str, Any]:
    """The names on this page in their groups, those that the reader looks for, and all groups to jump to."""
    kinds = kinds_of_names(db(), publication)
    number = sum(kind["number"] for kind in kinds)
    every = counted(_grouped(kinds, publication.grouping, many=number >= MANY_NAMES))
    return {
        **_shown(publication, every, number),
        "number": number,
        "all_groups": every,
        "pages_of_groups": pages_of_groups(every, NAMES_ON_ONE_PAGE),
        "with_notes": sum(kind["noted"] for kind in kinds),
        "many": number >= MANY_NAMES,
    }


def _shown(publication: Publication, every: Sequence[NameGroup], number: int) -> dict[str, Any]:
    words, only_notes = " ".join(request.args.get("name", "").split())[:100], request.args.get("notes") == "only"
    found = _found(publication, words, only_notes=only_notes) if words or only_notes else None
    numbered = page_asked(number if found is None else len(found), NAMES_ON_ONE_PAGE)
    part = {"begins": numbered.before, "size": NAMES_ON_ONE_PAGE}
    if found is None:
        groups = names_on_page(db(), publication, every, **part)
    else:
        groups = page_of_groups(_grouped(found, publication.grouping, many=len(found) >= MANY_NAMES), **part)
    shown = number if found is None else len(found)
    named = [row for group in groups for row in group.rows]
    asked = {"words": words, "only_notes": only_notes}
    return {"groups": groups, "named": named, "names_page": numbered, "shown": shown, **asked}


def _found(publication: Publication, words: str, *, only_notes: bool) -> list[Mapping[str, Any]]:
    named = matching(with_states(db(), signatories(db(), publication)), words)
    return [row for row in named if row["public_note"] or not only_notes]


def _grouped(named: Sequence[Mapping[str, Any]], grouping: str, *, many: bool) -> list[NameGroup]:
    groups = in_groups(named, grouping)
    return by_letter(groups[0].rows) if many and grouping == Grouping.ALPHABET else groups


@pages.get("/positions/<slug:slug>/delivered")
@kept(position=True)
@public
def as_delivered(slug: str) -> str:
    """Who stood when the position was published, or at the end of a day, and stands now; others are only counted."""
    result, publication = published(slug)
    at, wrong = _asked_instant(publication)
    found = delivered(db(), publication, at=at)
    return render_template(
        "public/positions/delivered.html",
        section="public.positions",
        position=result,
        publication=publication,
        version=publication.version,
        list=found,
        groups=_grouped(with_states(db(), found.names), publication.grouping, many=len(found.names) >= MANY_NAMES),
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
    except ValueError:
        return publication.published_at, "Please give the date as 2026-11-30."
    if day > installation().clock().astimezone(zone).date():
        return publication.published_at, "This date is in the future."
    end = (datetime.combine(day, time(), zone) + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)
    if end < publication.published_at:
        return publication.published_at, "The position was not public yet on that day."
    return end, ""
