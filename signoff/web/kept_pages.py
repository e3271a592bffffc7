"""Which public pages are kept in memory, under which revisions, and what keeps an answer from being kept.

A view says so by `@kept(…)`; a view that does not is never kept. Such a view may read the database, its address and
the queries it names, and nothing else: no header, no cookie, no time (but with `valid_until`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from signoff.domain.time import Clock
from signoff.models import Position, PublicRevision
from signoff.models.revisions import COMMON, LOG, SITE
from signoff.web.installation import db

View = TypeVar("View", bound=Callable[..., Any])
PAGE = "signoff.page"  # where the environment of a request that may be answered from memory has its `Page`


@dataclass(frozen=True)
class Kept:
    """What a kept view shows (of one position, of the site, of the log), and the queries that it reads."""

    position: bool
    log: bool
    queries: frozenset[str]


@dataclass
class Page:
    """An answer as it is made: the revisions read before it, and its body when it may be kept until `until`."""

    revisions: Mapping[int, str] = field(default_factory=dict)
    body: bytes | None = None
    until: datetime | None = None


def kept(*, position: bool = False, log: bool = False, queries: str = "") -> Callable[[View], View]:
    """Keep the answers of a public view in memory while nothing changes that it shows.

    With `position` it shows one position, whose slug is in its address; otherwise anything that is public. With `log`
    also what the public log says. `queries` are the names that it reads of the query.
    """

    def mark(view: View) -> View:
        view.kept = Kept(position, log, frozenset(queries.split()))  # type: ignore[attr-defined]
        return view

    return mark


def kept_of(app: Flask, endpoint: str | None) -> Kept | None:
    """The mark of an endpoint's view."""
    return getattr(app.view_functions.get(endpoint or ""), "kept", None)


def begin_page() -> None:
    """Before a view: read the revisions that its answer will be kept under, so that they are never newer than it."""
    page: Page | None = request.environ.get(PAGE)
    mark = kept_of(current_app, request.endpoint) if page else None
    if page and mark and mark.queries >= request.args.keys():
        page.revisions = revisions_for(db(), mark, (request.view_args or {}).get("slug", ""))


def revisions_for(session: Session, mark: Kept, slug: str) -> Mapping[int, str]:
    """The revisions that an answer of a view is kept under now; empty when it is not to be kept."""
    scopes: set[int] = {COMMON if mark.position else SITE} | ({LOG} if mark.log else set())
    if mark.position:
        own = session.scalar(select(Position.id).where(Position.slug == slug))
        if own is None:
            return {}
        scopes.add(own)
    wanted = select(PublicRevision.scope, PublicRevision.token).where(PublicRevision.scope.in_(scopes))
    result = {row.scope: row.token for row in session.execute(wanted)}
    return result if result.keys() == scopes else {}


def end_page(response: Response) -> bool:
    """After a view: take the body of an answer that may be kept, and say whether it was taken."""
    page: Page | None = request.environ.get(PAGE)
    if not page or not page.revisions or response.status_code != 200 or response.is_streamed:
        return False
    if g.get("clock_readings", 0) != g.get("clock_limits", 0):
        return False
    page.until = g.get("valid_until")
    page.body = response.get_data()
    return True


def noticed(clock: Clock) -> Clock:
    """The same clock; a request that reads it makes an answer that depends on time, and is not kept."""

    def read() -> datetime:
        if has_request_context():
            g.clock_readings = g.get("clock_readings", 0) + 1
        return clock()

    return read


def valid_until(moment: datetime | None) -> None:
    """Say of the last reading of the clock that what was made of it holds until this moment, or without end."""
    g.clock_limits = g.get("clock_limits", 0) + 1
    if moment is not None:
        g.valid_until = min(moment, g.get("valid_until") or moment)
