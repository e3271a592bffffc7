"""Positions on the same matter, beside a text that is written or checked; refreshed while someone types."""

from typing import Any

from flask import render_template, request

from signoff.domain.errors import NotFound
from signoff.domain.permissions import Act
from signoff.domain.positions.text import Wording
from signoff.models import Position
from signoff.services.positions.positions import get_position
from signoff.services.positions.similar_positions import similar_positions
from signoff.services.positions.version_status import statuses_of_versions
from signoff.web.access import staff
from signoff.web.installation import db
from signoff.web.staff.blueprint import pages

_MOST_CHARACTERS = 4_000


def near_facts(wording: Wording, *, besides: Position | None = None) -> dict[str, Any]:
    """What the template of near texts shows."""
    near = similar_positions(db(), wording, besides=besides)
    return {"near": near, "near_lives": statuses_of_versions(db(), [item.version.position for item in near])}


@pages.get("/staff/near")
@staff(Act.READ)
def near() -> str:
    """The part of a page that lists positions near a title and a summary, for scripts to put in its place."""
    title, summary = (request.args.get(name, "")[:_MOST_CHARACTERS] for name in ("title", "summary"))
    return render_template("parts/near.html", **near_facts(Wording(title=title, summary=summary), besides=_besides()))


def _besides() -> Position | None:
    try:
        return get_position(db(), request.args.get("besides", ""))
    except NotFound:
        return None
