"""The Atom feed of positions: who joined which, how many stand on each now, and which are no longer public."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlsplit

from flask import render_template, request
from sqlalchemy import RowMapping
from werkzeug.wrappers import Response

from signoff.domain.errors import NotFound
from signoff.services.publications.feed import FeedEntry, feed_page
from signoff.web.access import public
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.request_parsing import whole_number

ON_ONE_PAGE = 20


@pages.get("/positions/feed.atom")
@kept(queries="page")
@public
def feed() -> Response:
    """The positions by their last change as an Atom feed: names that joined, and of those that left only how many.

    `?page=2` and so on lead further back (RFC 5005). A position that is no longer public leaves a tombstone (RFC 6721).
    """
    number = whole_number(request.args.get("page", "1")) or 0
    page = feed_page(db(), number=number or 1, size=ON_ONE_PAGE)
    if not 1 <= number <= page.last_page:
        raise NotFound("The feed has no such page.")
    text = render_template(
        "public/positions/feed.atom", page=page, number=number, id_of=_id, joined=_joined, base=_base()
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def _base() -> str:
    return installation().settings.base_url


def _id(entry: FeedEntry) -> str:
    """A tag (RFC 4151) that stays for good. It holds no words: those of an address may come to name who left."""
    place = urlsplit(_base())
    return f"tag:{place.hostname},{entry.first.published_at:%Y-%m-%d}:{place.path}/positions/{entry.first.id}"


def _joined(entry: FeedEntry) -> Iterator[tuple[date | None, list[RowMapping]]]:
    """The signatories by the day on which they joined, the last day first; without a day those of the publication."""
    zone, published = installation().settings.timezone, entry.publication.published_at

    def day(row: RowMapping) -> date | None:
        at: datetime = row["approved_at"]
        return at.astimezone(zone).date() if at > published else None

    rows = sorted(entry.signatories, key=lambda row: day(row) or date.min, reverse=True)
    return ((at, list(those)) for at, those in groupby(rows, key=day))
