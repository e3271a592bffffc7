"""Old addresses of positions: they lead staff, and programs with a token, to the address of now."""

from flask import g, request, url_for

from signoff.services.positions.position_addresses import find_moved
from signoff.web.installation import db

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
