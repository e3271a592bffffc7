"""Old addresses: of positions, for staff and programs with a token; of partners that were merged, for everyone."""

from flask import g, request, url_for

from signoff.services.positions.position_addresses import find_moved
from signoff.web.installation import READING_METHODS, db

_OF_PARTNERS = ("/partners/<slug:slug>", "/staff/partners/<slug:slug>")
_FOR_STAFF = ("/staff/positions/<slug:slug>", "/api/v1/positions/<slug:slug>")


def moved_to() -> str:
    """Where what was not found is now, empty when nowhere. The public is told nothing."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith(_FOR_STAFF) or g.get("user") is None:
        return ""
    position = find_moved(db(), request.view_args["slug"]) if request.view_args else None
    if position is None:
        return ""
    address = {**(request.view_args or {}), **request.args.to_dict(flat=False), "slug": position.slug}
    return url_for(rule.endpoint, **address)


def merged_to(slug: str) -> str:
    """Where a page of an entry that was merged leads; empty for what acts, and for programs with a token."""
    rule = request.url_rule
    if rule is None or request.method not in READING_METHODS or not rule.rule.startswith(_OF_PARTNERS):
        return ""
    return url_for(rule.endpoint, **{**(request.view_args or {}), "slug": slug})
