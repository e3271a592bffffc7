"""The first page, and the list of positions with its search."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.positions.fields import KINDS
from signoff.services.partners.meetings import public_meetings
from signoff.services.principles.editions import find_latest_edition, latest_edition
from signoff.services.publications.public_queries import count_live_publications, count_named, live_publications
from signoff.services.publications.published_search import (
    PublishedFilter,
    find_published,
    key_of_page,
    kinds_and_times,
)
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept, valid_until
from signoff.web.public.blueprint import pages
from signoff.web.request_parsing import whole_number

ON_ONE_PAGE = 20
_MEETINGS = 3  # on the first page


@pages.get("/")
@kept()
@public
def home() -> str:
    """The first page: what this place is, the newest positions, and meetings ahead."""
    ahead = public_meetings(db(), at=installation().clock())
    valid_until(min((meeting.ends_at for meeting in ahead), default=None))
    return render_template(
        "public/home.html",
        section="public.home",
        listed=live_publications(db(), limit=5),
        total=count_live_publications(db()),
        named=count_named(db()),
        edition=latest_edition(db()),
        meetings=[meeting for meeting in ahead if meeting.canceled_at is None][:_MEETINGS],
    )


@pages.get("/positions/")
@kept(queries="after before year kind criterion")
@public
def positions() -> str | Response:
    """All published positions, newest first, with a search.

    `?q=` holds words of the text, `?year=`, `?kind=`, `?criterion=` and `?partner=` narrow it down; `?after=` and
    `?before=` lead from page to page. `?page=` is the address of a page by its number.
    """
    existing = kinds_and_times(db())
    asked, choices = _asked(), _choices(existing)
    chosen = {name: asked[name] if asked[name] in choices[name] else "" for name in choices}
    wanted = PublishedFilter(asked["q"], chosen["kind"], chosen["criterion"], asked["partner"], _year(chosen["year"]))
    at: dict[str, Any] = {name: value for name, value in {**asked, **chosen}.items() if value}
    if (number := whole_number(request.args.get("page", ""))) is not None:
        key = key_of_page(db(), wanted, number=max(1, number), size=ON_ONE_PAGE)
        return redirect(url_for("public.positions", **at, after=key or None))
    after, before = (whole_number(request.args.get(name, "")) or 0 for name in ("after", "before"))
    return render_template(
        "public/positions/positions.html",
        section="public.positions",
        page=find_published(db(), wanted, size=ON_ONE_PAGE, after=after, before=before),
        asked=at,
        choices=choices,
        there_are_none=not existing,
    )


def _asked() -> dict[str, str]:
    names = ("q", "partner", "year", "kind", "criterion")
    return {name: " ".join(request.args.get(name, "").split())[:200] for name in names}


def _choices(existing: Sequence[tuple[str, datetime]]) -> Mapping[str, Mapping[str, str]]:
    """What each filter offers: values with the words for them."""
    zone = installation().settings.timezone
    years = {str(published_at.astimezone(zone).year): None for _, published_at in existing}
    kinds, edition = {kind for kind, _ in existing}, find_latest_edition(db())
    return {
        "kind": {kind: words for kind, words in KINDS.items() if kind in kinds},
        "criterion": {criterion.key: criterion.name for criterion in edition.criteria} if edition else {},
        "year": {year: year for year in years},
    }


def _year(year: str) -> tuple[datetime, datetime] | None:
    if not year:
        return None
    begin, end = (
        datetime(number, 1, 1, tzinfo=installation().settings.timezone) for number in (int(year), int(year) + 1)
    )
    return begin.astimezone(UTC), end.astimezone(UTC)
